#!/usr/bin/env bash
# sanitize.sh asan|tsan: builds the live world under a sanitizer and runs it on the cluster of
# ./dev cluster up: the tests of tests/live, of tests/drill and of the ports' contract, then whole
# processes under every fault that they take, a rehearsal, a calibration, a run that a rule stops, a
# run that is killed, and processes that are asked to end with work under way; where
# tests/attach/almanac.sh is up, a check and a drill of it. What a sanitizer says in any process is
# a failure, and so is a process that does not end by itself. That a slow process was late (exit 4)
# is none. Each "ok" line is one check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kind=${1:-}
[[ $kind == asan || $kind == tsan ]] || { echo 'usage: sanitize.sh asan|tsan' >&2; exit 2; }
[[ -r build/cluster/target.json ]] || { echo 'sanitize.sh: first ./dev cluster up' >&2; exit 2; }
wavetank=$PWD/build/live-$kind/wavetank out=build/sanitize/$kind
target=$out/target.json
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
# With a state of its own, so that its processes' logs lie below $out.
cp build/cluster/target.json "$target"
limit=1200

cmake --preset "live-$kind" >"$out/configure.log"
ninja -C "build/live-$kind" -j "${JOBS:-$(nproc)}" wavetank test_live
# A process whose exit code nobody sees still leaves a file; an abort is reported, too.
export ASAN_OPTIONS=log_path=$out/found:handle_abort=1 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=log_path=$out/found:handle_abort=1:second_deadlock_stack=1:print_suppressions=0
export LSAN_OPTIONS=print_suppressions=0

lines() { cat "${@:2}" 2>/dev/null | grep -c "$1" || true; }

for one in live drill contract; do
  expect "tests of $one" 0 -- \
    env WAVETANK_TARGET="$target" "build/live-$kind/tests/test_$one" --no-version
done

up_platform
run=("$wavetank" run tests/live/sanitize.json --world live --target "$target" --no-color)
expect "every fault" '0|4' -- "${run[@]}" --out "$out/every"
grep -q '14 of 14 faults fired' "$log" || bad "every fault fired"
expect "a safety rule" 5 -- "${run[@]}" --out "$out/stopped" \
  --set load.0.for=20s --set load.1.for=20s \
  --set 'faults=[{"fault": "latency", "at": "4s", "for": "15s", "by": "20ms"}]' \
  --set 'expect.thresholds=[{"expr": "freshness max < 1ms", "window": "4s", "abort": true}]'
expect "rehearse" '0|3|4' -- "$wavetank" rehearse tests/live/rehearsal.json --target "$target" \
  --no-color --repeat 1 --out "$out/rehearsal"
expect "calibrate" '0|4' -- "$wavetank" calibrate --target "$target" --levels 10%,20% --time 10s \
  --quiet --out "$out/calibration.json"

# Processes are asked to end while they have work.
accepted() { lines '"process_accepted"' "$out"/state/history/*/api-*.jsonl; }
enough=$(($(accepted) + 10))
works() { [[ $(accepted) -ge $enough ]]; }
asked_to_end() {
  await works || return 1
  local one
  for one in launcher-0 outbox-0 api-1 drivers-1 workers-0; do
    kill -TERM "$(<"$out/state/pids/$one.pid")" || return 1
  done
}
asked_to_end &
asked=$!
expect "ends with work" '0|4' -- "${run[@]}" --set 'faults=[]' --out "$out/graceful"
wait "$asked" || bad "processes are asked to end"

# The watchdog of a killed run ends what it struck.
"${run[@]}" --out "$out/killed" >"$out/killed.log" 2>&1 </dev/null &
killed=$!
recorded() { lines "\"$1\"" "$out"/killed/*/undo.jsonl; }
strikes() { [[ $(recorded applied) -gt 0 ]]; }
undone() { [[ $(recorded intended) == $(recorded undone) ]]; }
await strikes || bad "the run to be killed strikes"
kill -9 "$killed"
wait "$killed" 2>/dev/null || true
await undone || bad "a killed run's faults are undone"
expect "undo" 0 -- "$wavetank" undo "$out/killed"
expect "halt" 0 -- "$wavetank" halt --target "$target"
expect "release" 0 -- "$wavetank" halt --release --target "$target"
expect "clean" 0 -- "$wavetank" clean "$out/every"
down_platform

foreign=build/attach/almanac.json
if [[ -r $foreign ]] && "$wavetank" attach --check "$foreign" >"$out/foreign.log" 2>&1; then
  ok "attach --check"
  expect "a drill of what is not ours" '0|4' -- "$wavetank" run tests/attach/repeated.json \
    --world live --target "$foreign" --no-color --out "$out/attached"
  expect "clean it" 0 -- "$wavetank" clean "$out/attached"
else
  echo "skipped: a drill of what is not ours (tests/attach/almanac.sh up)"
fi

# As many are killed as the report counts: a worker, and each launcher that comes to the point.
# Leaks are looked for at an end that is none.
killed=$(python3 - "$out/every/journal.json" <<'PY'
import json, sys
faults = json.load(open(sys.argv[1]))["faults"]
print(sum(one["fired"] for one in faults if one["fault"] in ("crash", "crash_point")))
PY
)
starts=$(lines ' of run ' "$out"/state/logs/*.log)
drained=$(lines ' has drained' "$out"/state/logs/*.log)
if [[ $starts -gt 0 && $((starts - drained)) == "$killed" ]]; then
  ok "processes end: $drained of $starts"
else
  bad "processes end: $drained of $starts"
fi
# gcc keeps the undefined-behaviour sanitizer from a log of its own: it speaks where a process does.
found=$(compgen -G "$out/found*" || true)
[[ -z $found ]] || head -n 60 "$out"/found*
if [[ -z $found ]] && ! grep -rn --include='*.log' -A 10 'runtime error: ' "$out"; then
  ok "nothing is found by $kind"
else
  bad "nothing is found by $kind"
fi
exit "$failed"
