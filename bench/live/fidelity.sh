#!/usr/bin/env bash
# fidelity.sh [BUILD]: calibrates the simulator on the local cluster at 10, 20 and 30 % of the
# machine's processors, predicts 40 to 70 %, and runs five interleaved live runs of each load; then
# once more with every demand times 1.3, which must be found out. Brings the cluster up where it is
# down, and then down again. About 25 minutes, in which nothing else should run on the machine.
#
# Leaves build/fidelity/: calibration.json, scenario.json, out/fidelity.md, control/fidelity.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
out=build/fidelity
# shellcheck source=bench/live/platform.sh
. bench/live/platform.sh

"$build/wavetank" calibrate bench/live/fidelity.json --target "$target" \
  --levels 10%,20%,30% --time "${LEVEL_TIME:-40s}" --out "$out/calibration.json" --quiet
cat >"$out/scenario.json" <<'TEXT'
{ "title": "The reference mix, calibrated",
  "include": ["../../bench/live/fidelity.json", "calibration.json"] }
TEXT
# The loads at which 40 to 70 % of the cores should be in use: a straight line through the levels.
loads=$(python3 - "$out/calibration.json" <<'PY'
import json, sys
levels = json.load(open(sys.argv[1]))["calibration"]["levels"]
x = [one["requests_per_s"] / 101 for one in levels]
y = [float(one["used"].rstrip("%")) for one in levels]
mx, my = sum(x) / len(x), sum(y) / len(y)
slope = sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
print(",".join(f"{max(0.1, mx + (used - my) / slope):.2f}x" for used in (40, 50, 60, 70)))
PY
)
# Drifts (3) and figures that cannot be told (4) are findings, not failures of the bench.
found() {
  local code=0
  "$build/wavetank" rehearse "$out/scenario.json" --target "$target" --repeat "${REPEAT:-5}" \
    --quiet --no-color "$@" || code=$?
  [[ $code == 0 || $code == 3 || $code == 4 ]] || exit "$code"
}
found --load "$loads" --out "$out/out"
printf '\n== the negative control: every demand times 1.3\n'
found --load "${loads##*,}" --set system.machine.demand=1.3 --out "$out/control"
grep -q '| drifts |' "$out/control/fidelity.md" || echo 'the control was not found out'
