#!/usr/bin/env bash
# kills.sh WAVETANK TARGET OUT: a drill, killed with -9 at every step that can be seen from outside;
# after each, its watchdog has watched and ended, nothing stands and the next one starts. What is
# struck in the pipeline's own processes lapses by itself where nobody renews it; the links of a
# platform that is not ours (almanac.sh up) are put right by the watchdog or by nobody.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh

if grep -q '"platform": "attached"' "$target"; then
  whose=theirs
  steps=(locked started steady intended applied undone closed)
  cat >"$out/drill.json" <<'JSON'
{
  "title": "A drill on links, to be killed", "seed": 7,
  "load": [{ "name": "reports", "shape": "steady", "rate": "1/s", "for": "9s" }],
  "faults": [
    { "fault": "latency", "at": "1s", "for": "7s", "target": "database", "by": "20ms" },
    { "fault": "refuse", "at": "2s", "for": "5s", "target": "cache" },
    { "fault": "crash", "at": "3s", "for": "3s", "target": "runner" }
  ],
  "settle": "60s", "steady": false,
  "expect": { "invariants": ["no_process_lost", "effect_once"] }
}
JSON
else
  whose=ours
  steps=(locked started steady intended applied renewed undone closed)
  up_platform
  cat >"$out/drill.json" <<'JSON'
{
  "title": "A drill to be killed", "seed": 7,
  "load": [{ "name": "jobs", "shape": "steady", "rate": "2/s", "for": "9s",
             "work": { "input": "1MB", "shuffle": "100kB", "output": "10kB" } }],
  "faults": [
    { "fault": "latency", "at": "1s", "for": "7s", "target": "api", "by": "20ms" },
    { "fault": "crash", "at": "2s", "for": "3s", "target": "workers/0" }
  ],
  "settle": "30s", "steady": false
}
JSON
fi
run=("$wavetank" run "$out/drill.json" --world live --target "$target" --no-color
     --set-target steady=1s)

# What stands in any process of ours, by what it says itself, and for how long without renewal.
standing_ours() {
  python3 - "$target" <<'PYTHON'
import json, pathlib, sys, urllib.request
target = json.loads(pathlib.Path(sys.argv[1]).read_text())
token = pathlib.Path(sys.argv[1]).parent.joinpath(target["token"]["file"]).read_text().strip()
for process in target["processes"]:
    call = urllib.request.Request(f"http://{process['control']}/gate",
                                  headers={"Authorization": f"Bearer {token}"})
    try:
        found = json.load(urllib.request.urlopen(call, timeout=5))["armed"]
    except OSError as error:
        found = [str(error)]
    for one in found:
        print(process["name"], json.dumps(one))
PYTHON
}
# What stands on any link of theirs, by what Toxiproxy says.
standing_theirs() {
  python3 - "$(sed -n 's/.*"toxiproxy": "\([^"]*\)".*/\1/p' "$target")" <<'PYTHON'
import json, sys, urllib.request
with urllib.request.urlopen(sys.argv[1] + "/proxies", timeout=5) as answer:
    for name, link in json.load(answer).items():
        if link["toxics"] or not link["enabled"]:
            print(name, json.dumps(link))
PYTHON
}
none_stands() {
  local left
  left=$("standing_$whose") && [[ -z $left ]]
}
# A lease that is longer than it was has been renewed.
renewed() {
  local left
  left=$(standing_ours | sed -n 's/^api\/0 .*"lease_left_ms": \([0-9]*\).*/\1/p')
  [[ -n $left ]] || return 1
  ((left <= ${lease_was:-left})) || return 0
  lease_was=$left
  return 1
}

# Whether a drill may begin: theirs comes back to its queue when a killed process's session lapses.
is_well() { "$wavetank" attach --check "$target" >"$out/well.log" 2>&1 </dev/null; }
await_well() {
  [[ $whose == ours ]] || await is_well || { cat "$out/well.log"; bad "$1: the platform is well"; }
}

# Whether a drill has come to a step: by its words, by its undo record.
record() { cat "$1"/r*/undo.jsonl 2>/dev/null; }
came_to() {
  local step=$1 folder=$2
  case $step in
    locked) grep -qs 'starting its processes\|asking whether it is well' "$folder.log" ;;
    started) grep -qs 'watching that it is steady' "$folder.log" ;;
    steady) [[ -n $(record "$folder") ]] ;;
    renewed) renewed ;;
    *) record "$folder" | grep -q "\"$step\"" ;;
  esac
}
ended() { [[ ! -e /proc/$1 ]]; }

for step in "${steps[@]}"; do
  folder=$out/$step
  unset lease_was
  await_well "$step"
  "${run[@]}" --out "$folder" >"$folder.log" 2>&1 </dev/null &
  drill=$!
  reached=no
  for ((i = 0; i < 6000; i++)); do
    came_to "$step" "$folder" && { reached=yes; break; }
    ended "$drill" && break
    sleep 0.01
  done
  kill -9 "$drill" 2>/dev/null || true
  wait "$drill" 2>/dev/null || true
  if [[ $reached == no ]]; then
    tail -n 20 "$folder.log"
    bad "$step: the drill came to it"
    continue
  fi
  watchdog=$(cat "$folder"/r*/watchdog.log 2>/dev/null |
    sed -n 's/^process \([0-9]*\) watches$/\1/p' || true)
  if [[ -n $watchdog ]]; then
    await ended "$watchdog" || bad "$step: its watchdog ends"
  elif [[ $step != locked && $step != started && $step != steady ]]; then
    bad "$step: a watchdog watches before anything is struck"
  fi
  # Asked before anybody is told to undo what is left.
  if await none_stands; then
    ok "$step: no fault stands"
  else
    bad "$step: stands: $("standing_$whose")"
  fi
  if [[ -n $(record "$folder") ]]; then
    expect "$step: undo finds nothing left" 0 '0 left behind' -- "$wavetank" undo "$folder"
  fi
done

# The last to be killed left its lock, and its process is gone: the next takes it over.
await_well "after the kills"
limit=120 expect "a drill that nobody kills goes through" 0 -- "${run[@]}" --out "$out/whole"
expect "the lock is free" 0 'running  nobody' -- "$wavetank" halt --status --target "$target"
[[ -z $up ]] || down_platform
exit "$failed"
