#!/usr/bin/env bash
# pipeline.sh [BUILD]: how many jobs a second our pipeline does end to end on the local cluster, and
# where the processors' time goes. Brings the cluster up where it is down, and then down again.
# Takes about three minutes; MOST_SECONDS (150) bounds the search.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
out=build/bench-pipeline
# shellcheck source=bench/live/platform.sh
. bench/live/platform.sh
python3 bench/live/pipeline.py "$build/wavetank" "$target" "$out" "$up" "${MOST_SECONDS:-150}"
