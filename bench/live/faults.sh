#!/usr/bin/env bash
# faults.sh [BUILD]: which way each fault pushes, predicted with what fidelity.sh has calibrated and
# observed in REPEAT (3) live runs of half a minute for each. Brings the cluster up where it is
# down, and then down again. Prints a table, and leaves build/faults/FAULT/. About half an hour;
# FAULTS, an extended regular expression, says which names are run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
out=build/faults
calibration=build/fidelity/calibration.json
[[ -r $calibration ]] || { echo 'faults.sh: first bench/live/fidelity.sh' >&2; exit 2; }
# shellcheck source=bench/live/platform.sh
. bench/live/platform.sh

cat >"$out/scenario.json" <<'TEXT'
{ "title": "One fault, calibrated",
  "include": ["../../bench/live/faults.json", "../fidelity/calibration.json"] }
TEXT
faults=(
  '"latency", "target": "database", "by": "100ms", "jitter": "50ms"'
  '"refuse", "target": "api", "ratio": "30%"'
  '"lost_reply", "target": "callbacks", "ratio": "50%"'
  '"partition", "target": "api->database"'
  '"duplicate_delivery", "target": "queue", "ratio": "50%", "by": "50ms"'
  '"callback_timeout", "ratio": "50%", "by": "3s"'
  '"cache_outage"'
  '"pause", "target": "launcher"'
  '"clock_skew", "target": "api", "by": "3s", "behind": true'
  '"memory_pressure", "target": "workers", "take": "95%"'
  '"key_skew", "share": "70%", "ratio": "100%"'
  '"crash", "target": "workers", "restart_after": "4s"'
  '"crash_point", "target": "launcher->database.advance", "moment": "after", "restart_after": "4s"'
  '"load_spike", "factor": 3'
  '"slow_node", "target": "workers", "factor": 30'
  '"bandwidth", "target": "objects", "most": "4MB/s"'
)
printf '| fault | changes | SIMULATED | OBSERVED | direction |\n| --- | --- | --: | --: | --- |\n'
for fault in "${faults[@]}"; do
  name=${fault#\"} code=0
  name=${name%%\"*}
  [[ $name =~ ^(${FAULTS:-.*})$ ]] || continue
  # Drifts (3) and what cannot be told (4) are findings, not failures of the bench.
  "$build/wavetank" rehearse "$out/scenario.json" --target "$target" --repeat "${REPEAT:-3}" \
    --set "faults=[{\"fault\": $fault, \"at\": \"12s\", \"for\": \"8s\"}]" --force \
    --quiet --no-color --out "$out/$name" >"$out/$name.log" 2>&1 </dev/null || code=$?
  if [[ $code != 0 && $code != 3 && $code != 4 ]]; then
    cat "$out/$name.log" >&2
    exit "$code"
  fi
  grep -E '^\| .*(freshness p99|error rate|on time) \|' "$out/$name/fidelity.md" ||
    echo "| $name | | | | it did not fire |"
done
