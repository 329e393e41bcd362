#!/usr/bin/env bash
# links.sh WAVETANK TARGET OUT: faults at the links of our own platform, through Toxiproxy: they
# stand there while they last, and nothing of them stays. Each "ok" line is one check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
direct=$(dirname "$target")/direct.json # The same cluster, past its proxies.
toxiproxy=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["toxiproxy"])' \
  "$target")

links() { curl -s "$toxiproxy/proxies/"{postgres,redis,kafka,s3}; } # Others may have some there.
toxics() { links | grep -o '"name":"wavetank-[^"]*"' || true; }
disabled() { links | grep -o '"enabled":false' | wc -l; }
recorded() { cat "$1"/*/undo.jsonl | grep -c "\"$2\"" || true; }

faults='faults=[
  {"fault": "bandwidth", "at": "5s", "for": "8s", "target": "objects", "most": "400kB/s"},
  {"fault": "latency", "at": "6s", "for": "6s", "target": "database", "through": "link",
   "by": "30ms", "jitter": "10ms"},
  {"fault": "cache_outage", "at": "14s", "for": "4s", "through": "link"},
  {"fault": "partition", "at": "20s", "for": "2s", "target": "queue", "through": "link"}]'
up_platform
run=("$wavetank" run tests/live/drill_nodes.json --world live --target "$target" --no-color)
expect "a dry run names what is struck and how it is undone" 0 'toxic bandwidth rate=400' -- \
  "${run[@]}" --dry-run --set "$faults"
grep -q 'curl -fsS -X DELETE .*/proxies/postgres/toxics/wavetank-' "$log" || bad "the undo of each"
[[ -z $(toxics) ]] || bad "a dry run struck: $(toxics)"

"${run[@]}" --out "$out/links" --set "$faults" >"$out/links.log" 2>&1 </dev/null &
drill=$!
stand() { [[ $(toxics | wc -l) -ge 3 ]]; } # A bandwidth each way, and the latency.
await stand || bad "faults stand at the links: $(toxics)"
is_disabled() { [[ $(disabled) == 1 ]]; }
await is_disabled || bad "the link to a cache that is away is closed"
code=0
wait "$drill" || code=$?
if [[ $code == 0 ]] && grep -q '4 of 4 faults fired' "$out/links.log"; then
  ok "a drill on our own links"
else
  tail -n 40 "$out/links.log"
  bad "a drill on our own links: exit $code"
fi
if [[ -z $(toxics) && $(disabled) == 0 && $(recorded "$out/links" applied) == 6 &&
  $(recorded "$out/links" undone) -ge 6 ]]; then
  ok "all of it is undone, and read back"
else
  bad "all of it is undone: $(recorded "$out/links" applied) applied," \
    "$(recorded "$out/links" undone) undone, left: $(toxics)"
fi
expect "undo finds nothing left" 0 -- "$wavetank" undo "$out/links"
expect "clean" 0 -- "$wavetank" clean "$out/links"
expect "a target without links" 2 'no link of the target leads to objects' -- \
  "$wavetank" run tests/live/drill_nodes.json --world live --target "$direct" --set "$faults" \
  --out "$out/direct"
[[ -z $(find "$out" -path '*direct*' -name undo.jsonl) ]] || bad "a refused drill left a record"

down_platform
exit "$failed"
