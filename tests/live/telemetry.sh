#!/usr/bin/env bash
# telemetry.sh WAVETANK TARGET OUT: what the pipeline's processes tell of themselves: spans to a
# collector that the target names, and metrics after workers were short of memory. Each "ok" line is
# one check.
# shellcheck disable=SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh

python3 tests/live/otlp_collector.py "$out/spans" >"$out/collector" 2>"$out/collector.log" &
await test -s "$out/collector" || { bad "the collector listens"; exit 1; }

control_of() { # NAME: where a process of the target can be asked
  python3 -c 'import json, sys
for one in json.load(open(sys.argv[1]))["processes"]:
    if one["name"] == sys.argv[2]: print(one[sys.argv[3]])' "$target" "$1" "${2:-control}"
}
# spilled: bytes that workers say they have spilled since they started.
spilled() {
  local one
  for one in 0 1; do curl -s "http://$(control_of "workers/$one")/metrics"; done |
    awk '/^wavetank_spilled_bytes_total/ { all += $2 } END { printf "%d", all }'
}

up_platform --set-target "otlp=http://$(<"$out/collector")"
run=("$wavetank" run tests/live/rehearsal.json --world live --target "$target" --no-color
  --set 'load=[{"name": "jobs", "shape": "steady", "rate": "2/s", "for": "8s",
                "work": {"input": "4MB", "shuffle": "4MB", "output": "50kB"}}]')
expect "a run with a collector" 0 PASS -- "${run[@]}" --out "$out/traced" --set 'faults=[]'
whole() { [[ $(python3 tests/live/whole_traces.py "$out/spans" 2>"$out/lacks") -ge 10 ]]; }
if await whole; then
  ok "a job has one trace over api, launcher, drivers, workers and callbacks"
else
  bad "a job has one trace over api, launcher, drivers, workers and callbacks: $(<"$out/lacks")"
fi
if [[ $(spilled) == 0 ]]; then
  ok "workers with memory spill nothing"
else
  bad "workers with memory spill nothing: $(spilled)"
fi

# A client's own trace: its span at the API belongs to it, and links to the trace of the output.
trace=4bf92f3577b34da6a3ce929d0e0e4736
curl -s -o "$out/asked" -H "traceparent: 00-$trace-00f067aa0ba902b7-01" \
  "http://$(control_of api/0 listen)/v1/outputs/e7/v7"
links() { grep "$trace" "$out/spans" | grep -q '"links"'; }
if await links; then
  ok "a client's own trace has a link"
else
  bad "a client's own trace has a link: $(<"$out/asked")"
fi

pressure='{"fault": "memory_pressure", "at": "1s", "target": "workers",
           "take": "99%"}'
expect "workers are short of memory" 0 '1 of 1 faults fired' -- \
  "${run[@]}" --out "$out/short" --set "faults=[$pressure]"
if [[ $(spilled) -gt 0 ]]; then
  ok "what workers spilled is in their metrics"
else
  bad "what workers spilled is in their metrics: $(spilled)"
fi
down_platform
expect "clean" 0 -- "$wavetank" clean "$out/traced"
expect "clean what was spilled" 0 -- "$wavetank" clean "$out/short"

exit "$failed"
