"""Called by pipeline.sh: pipeline.py WAVETANK TARGET OUT PID_OF_UP MOST_SECONDS

Finds the highest rate that the pipeline sustains: doubles it until one is not, then halves the gap
until it is a quarter of the rate. A rate is sustained where all of the load was sent and, from the
third second of the load to its end, at least 95 % as many jobs ended as were planned. Prints what
that run was like: the time of each step, and the processor time of each process while the load
lasted; and how many ended at each rate that was tried.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

LOAD_S = 9
SKIP_S = 2
FIRST_RATE = 16
RATE_MOST = 2048
PROBE_MOST_S = 60
RUN_S = 25  # What a run takes from its start to its end, at most as a rule.
TICKS = os.sysconf("SC_CLK_TCK")
STEPS = [
    ("submit answered", "api.latency"),
    ("in the outbox", "outbox.age"),
    ("in the queue", "queue.wait"),
    ("launching", "launcher.latency"),
    ("waiting for a slot", "job.wait"),
    ("job", "job.duration"),
    ("a task of it", "task.duration"),
    ("end to end", "process.latency"),
]


def stat_of(pid):
    """Parent, and processor seconds of the process and of its children that have ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(fields[1]), sum(int(one) for one in fields[11:15]) / TICKS


def processes():
    """Every process: pid -> (parent, seconds)."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := stat_of(entry)) is not None:
            found[int(entry)] = stat
    return found


def name_of(pid):
    """Of one of our own: what it serves."""
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return "?"
    return words[words.index("serve") + 1].split("/")[0] if "serve" in words else words[1]


class Sampler:
    """Processor seconds by what the processes are for."""

    def __init__(self, pids_folder, up, generator):
        self.roots = {up: "supervisor", generator: "generator"}
        for file in pathlib.Path(pids_folder).iterdir():
            self.roots[int(file.read_text())] = file.name
        self.up, self.names, self.samples = up, {}, []

    def sample(self):
        now, used = time.time(), {}
        everyone = processes()
        for pid, (parent, seconds) in everyone.items():
            group = self.group(pid, parent, everyone)
            if group is not None:
                used[group] = used.get(group, 0) + seconds
        self.samples.append((now, used, sum(stat[1] for stat in everyone.values())))

    def group(self, pid, parent, everyone):
        if pid in self.roots:
            return self.roots[pid]
        if parent == self.up:
            if pid not in self.names:
                self.names[pid] = name_of(pid)
            return self.names[pid]
        while parent in everyone and parent > 1:
            if parent in self.roots and parent != self.up:
                return self.roots[parent]
            parent = everyone[parent][0]
        return None

    def between(self, begin, end):
        """Seconds that passed, and what each group used of them."""
        first = min(self.samples, key=lambda one: abs(one[0] - begin))
        last = min(self.samples, key=lambda one: abs(one[0] - end))
        names = set(first[1]) | set(last[1])
        used = {name: last[1].get(name, 0) - first[1].get(name, 0) for name in names}
        used["everything else"] = last[2] - first[2] - sum(used.values())
        return last[0] - first[0], used


class Probe:
    """One run at one rate."""

    def __init__(self, settings, rate):
        self.rate = rate
        wavetank, target, out, up = settings
        folder = pathlib.Path(out) / f"rate{rate}"
        command = [wavetank, "run", "bench/live/pipeline.json", "--world", "live",
                   "--target", target, "--set-target", "steady=1s", "--report", "json",
                   "--set", f"load.0.rate={rate}/s", "--set", f"load.0.for={LOAD_S}s",
                   "--out", str(folder), "--quiet", "--no-color"]
        with open(f"{out}/rate{rate}.log", "w", encoding="utf-8") as log:
            run = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        sampler = Sampler(pathlib.Path(target).parent / "pids", up, run.pid)
        give_up = time.time() + PROBE_MOST_S
        while run.poll() is None and time.time() < give_up:
            sampler.sample()
            time.sleep(0.25)
        if run.poll() is None:
            run.terminate()
            run.wait(20)
        self.read(folder, sampler)
        subprocess.run([wavetank, "clean", str(folder)], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60, check=False)

    def read(self, folder, sampler):
        self.journal, self.ended_per_s, self.used = None, 0, {}
        if not (folder / "journal.json").exists():
            return
        self.journal = json.loads((folder / "journal.json").read_text())
        sent, ended = [], []
        for history in folder.glob("*/history.jsonl"):
            for line in history.open():
                event = json.loads(line)
                if event["event"] == "request_sent":
                    sent.append(event["at_ns"] / 1e9)
                elif event["event"] == "process_terminal":
                    ended.append(event["at_ns"] / 1e9)
        if not sent:
            return
        begin, end = min(sent) + SKIP_S, min(sent) + LOAD_S
        self.ended_per_s = sum(begin <= at < end for at in ended) / (end - begin)
        self.seconds, self.used = sampler.between(begin, end)

    def sustained(self):
        if self.journal is None or not self.journal["generator"]:
            return False
        all_sent = self.journal["generator"]["ratio"] >= 0.99
        return all_sent and self.ended_per_s >= 0.95 * self.rate


def search(sustains, first, most, in_time):
    """The highest rate that `sustains`, as far as `in_time` lets it look; 0 where none does."""
    low, high, rate = 0, None, first
    while 1 <= rate <= most and in_time():
        if sustains(rate):
            low = rate
        else:
            high = rate
        rate = low * 2 if high is None else (low + high) // 2
        if high is not None and high - low <= max(low // 4, 1):
            break
    return low


def tell(probe):
    jobs = probe.ended_per_s * probe.seconds
    cores = os.cpu_count()
    tasks = probe.journal["metrics"]["tasks.finished"]["value"]
    per_job = tasks / max(probe.journal["jobs"]["succeeded"], 1)
    print(f"highest rate sustained: {probe.rate} jobs/s, {per_job:.0f} tasks each; "
          f"{probe.ended_per_s:.1f} ended a second over {probe.seconds:.1f} s")
    print("\n| step | p50, ms | p99, ms |\n| --- | --- | --- |")
    for text, name in STEPS:
        metric = probe.journal["metrics"][name]
        if metric["count"]:
            print(f"| {text} | {metric['p50'] * 1e3:.0f} | {metric['p99'] * 1e3:.0f} |")
    print("\n| process | processor s | of the machine | ms a job |\n| --- | --- | --- | --- |")
    for name, used in sorted(probe.used.items(), key=lambda one: -one[1]):
        share = used / (cores * probe.seconds)
        print(f"| {name} | {used:.2f} | {share:.1%} | {used * 1e3 / max(jobs, 1):.2f} |")
    total = sum(probe.used.values())
    print(f"| all | {total:.2f} | {total / (cores * probe.seconds):.1%} | "
          f"{total * 1e3 / max(jobs, 1):.2f} |")


def main():
    wavetank, target, out, up, most_s = sys.argv[1:]
    began, probes = time.time(), {}

    def sustains(rate):
        probe = probes[rate] = Probe((wavetank, target, out, int(up)), rate)
        good = probe.sustained()
        print(f"  {rate} jobs/s offered: {probe.ended_per_s:.1f} ended a second, "
              f"{'sustained' if good else 'not sustained'}", file=sys.stderr, flush=True)
        return good

    in_time = lambda: time.time() - began < float(most_s) - RUN_S
    best = search(sustains, FIRST_RATE, RATE_MOST, in_time)
    if best == 0:
        sys.exit("pipeline.py: not even the lowest rate was sustained")
    tell(probes[best])
    print("\n| offered a second | ended a second |\n| --- | --- |")
    for rate, probe in sorted(probes.items()):
        print(f"| {rate} | {probe.ended_per_s:.1f} |")


if __name__ == "__main__":
    main()
