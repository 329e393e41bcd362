#!/usr/bin/env bash
# pipeline.sh [BUILD]: how many jobs a second our pipeline does end to end on the local cluster, and
# where the processors' time goes. Brings the cluster up where it is down, and then down again.
# Takes about three minutes; MOST_SECONDS (150) bounds the search.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
out=build/bench-pipeline
target=build/cluster/target.json
lent=''

bash tests/cluster/cluster.sh status >/dev/null 2>&1 || lent=yes
leave() {
  [[ -z ${up:-} ]] || kill "$up" 2>/dev/null || true
  wait
  [[ -z $lent ]] || bash tests/cluster/cluster.sh down >/dev/null
}
trap leave EXIT
bash tests/cluster/cluster.sh up >/dev/null
rm -rf "$out"
mkdir -p "$out"
"$build/wavetank" up --target "$target" >"$out/up.log" 2>&1 </dev/null &
up=$!
for ((i = 0; i < 150; i++)); do
  ! grep -qs ' processes on ' "$out/up.log" || break
  kill -0 "$up" 2>/dev/null || { cat "$out/up.log" >&2; exit 1; }
  sleep 0.2
done
python3 bench/live/pipeline.py "$build/wavetank" "$target" "$out" "$up" "${MOST_SECONDS:-150}"
