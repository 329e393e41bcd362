#!/usr/bin/env bash
# fidelity.sh [BUILD]: calibrates the simulator on the local cluster at 10, 20 and 30 % of the
# machine's processors, predicts 40 to 70 %, and runs five interleaved live runs of each load; then
# once more with every demand times 1.3, which must be found out: by a figure that drifts, and does
# not without it; else exit 7. Brings the cluster up where it is down, and then down again. About 25
# minutes, in which nothing else should run on the machine.
#
# Leaves build/fidelity/: calibration.json, scenario.json, out/fidelity.md, control/fidelity.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
out=build/fidelity
# shellcheck source=bench/live/platform.sh
. bench/live/platform.sh

# A service that has just been started spends more on a request than it will: on compiling, say.
"$build/wavetank" run bench/live/fidelity.json --world live --target "$target" --quiet --no-color \
  --set load.0.scale=8 --set load.1.scale=8 --set load.0.for=60s --set load.1.for=60s \
  --out "$out/warm" >"$out/warm.log" || [[ $? == 3 || $? == 4 ]] || { cat "$out/warm.log"; exit 1; }
"$build/wavetank" calibrate bench/live/fidelity.json --target "$target" \
  --levels 10%,20%,30% --time "${LEVEL_TIME:-60s}" --out "$out/calibration.json" --quiet
cat >"$out/scenario.json" <<'TEXT'
{ "title": "The reference mix, calibrated",
  "include": ["../../bench/live/fidelity.json", "calibration.json"] }
TEXT
# The loads at which 40 to 70 % of the cores should be in use, by what a request costs.
loads=$(python3 - "$out/calibration.json" <<'PY'
import json, sys
found = json.load(open(sys.argv[1]))
machine = found["system"]["machine"]
per_s = {"submit": 1, "status": 100}  # at 1x
economy = float(found["calibration"]["economy"].rstrip("%")) / 100
def load(used):  # in cores, at 1x
    return sum(float(one["cpu"].rstrip("us")) / 1e6 * per_s[one["operation"]]
               * (1 if one["operation"] == "submit" else 1 - economy * used)
               for one in found["calibration"]["demands"])
print(",".join(f"{(used * machine['cores'] - machine['background']) / load(used):.2f}x"
               for used in (0.4, 0.5, 0.6, 0.7)))
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
# What drifts without it is no proof.
python3 - "$out/out/fidelity.json" "$out/control/fidelity.json" "${loads##*,}" <<'PY'
import json, sys
def drifts(path):
    load = next(one for one in json.load(open(path))["loads"] if one["load"] == sys.argv[3])
    if not load["counted"]:
        print(f"no run of {path} counts at load {sys.argv[3]}: the control tells nothing")
        sys.exit(7)
    return {one["name"] for one in load["figures"] if one.get("fit") == "drifts"}
found = sorted(drifts(sys.argv[2]) - drifts(sys.argv[1]))
print("the control was " + ("found out by " + ", ".join(found) if found else "not found out"))
sys.exit(0 if found else 7)
PY
