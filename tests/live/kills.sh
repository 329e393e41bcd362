#!/usr/bin/env bash
# kills.sh WAVETANK TARGET OUT: a drill against the pipeline's processes, killed with -9 at every
# step that can be seen from outside; after each, nothing stands and the next one starts. Each "ok"
# line is one check.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rm -rf "$out"
mkdir -p "$out"
failed=0

ok() { printf 'ok %s\n' "$1"; }
bad() {
  printf 'not ok %s\n' "$1"
  failed=1
}
# await COMMAND...: until it succeeds, for a minute at most.
await() {
  local i
  for ((i = 0; i < 600; i++)); do
    "$@" && return
    sleep 0.1
  done
  return 1
}

"$wavetank" up --target "$target" >"$out/up.log" 2>&1 </dev/null &
up=$!
trap 'kill "$up" 2>/dev/null || true; wait "$up" 2>/dev/null || true' EXIT
await grep -qs ' processes on ' "$out/up.log" || { cat "$out/up.log"; bad up; exit 1; }

# One fault in processes and one on a link, both renewed while they stand.
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
run=("$wavetank" run "$out/drill.json" --world live --target "$target" --no-color
     --set-target steady=1s)

# What stands in any process, by what it says itself, with how long it would stand on its own.
armed() {
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
# shellcheck disable=SC2317 # await calls it.
none_armed() { [[ -z $(armed) ]]; }
# A lease that is longer than it was has been renewed.
renewed() {
  local left
  left=$(armed | sed -n 's/^api\/0 .*"lease_left_ms": \([0-9]*\).*/\1/p')
  [[ -n $left ]] || return 1
  ((left <= ${lease_was:-left})) || return 0
  lease_was=$left
  return 1
}

# Whether a drill has come to a step: by its words, by its undo record.
record() { cat "$1"/r*/undo.jsonl 2>/dev/null; }
came_to() {
  local step=$1 folder=$2
  case $step in
    locked) grep -qs 'starting its processes' "$folder.log" ;;
    started) grep -qs 'watching that it is steady' "$folder.log" ;;
    steady) [[ -n $(record "$folder") ]] ;;
    renewed) renewed ;;
    *) record "$folder" | grep -q "\"$step\"" ;;
  esac
}
ended() { [[ ! -e /proc/$1 ]]; }

for step in locked started steady intended applied renewed undone closed; do
  folder=$out/$step
  unset lease_was
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
  for log in "$folder"/r*/watchdog.log; do
    [[ -e $log ]] || continue
    watchdog=$(sed -n 's/^process \([0-9]*\) watches$/\1/p' "$log")
    [[ -z $watchdog ]] || await ended "$watchdog" || bad "$step: its watchdog ends"
    if "$wavetank" undo "$folder" >"$folder.undo.log" 2>&1; then
      ok "$step: undo finds nothing left"
    else
      cat "$folder.undo.log"
      bad "$step: undo finds nothing left"
    fi
  done
  if await none_armed; then ok "$step: no fault stands"; else bad "$step: stands: $(armed)"; fi
done

# The last to be killed left its lock, and its process is gone: the next takes it over.
if timeout 120 "${run[@]}" --out "$out/whole" >"$out/whole.log" 2>&1 </dev/null; then
  ok "a drill that nobody kills goes through"
else
  tail -n 20 "$out/whole.log"
  bad "a drill that nobody kills goes through"
fi
if "$wavetank" halt --status --target "$target" | grep -q '^running  nobody'; then
  ok "the lock is free"
else
  bad "the lock is free"
fi
kill "$up"
wait "$up" || bad "up ends well"
trap - EXIT
exit "$failed"
