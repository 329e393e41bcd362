#!/usr/bin/env bash
# drill.sh WAVETANK TARGET OUT: the pipeline's processes on the services of TARGET, one drill with
# four faults against them, a rehearsal, and whether anything of it stays behind. Each "ok" line is
# one check.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p "$out"
failed=0

ok() { printf 'ok %s\n' "$1"; }
bad() {
  printf 'not ok %s\n' "$1"
  failed=1
}
# expect NAME CODE COMMAND...: the command ends with that code.
expect() {
  local name=$1 wanted=$2 code=0
  shift 2
  timeout 300 "$@" >"$out/$name.log" 2>&1 </dev/null || code=$?
  if [[ $code == "$wanted" ]]; then
    ok "$name"
  else
    tail -n 40 "$out/$name.log"
    bad "$name: exit $code, wanted $wanted"
  fi
}

"$wavetank" up --target "$target" >"$out/up.log" 2>&1 </dev/null &
up=$!
trap 'kill "$up" 2>/dev/null || true; wait "$up" 2>/dev/null || true' EXIT
for ((i = 0; i < 100; i++)); do
  grep -qs ' processes on ' "$out/up.log" && break
  kill -0 "$up" 2>/dev/null || { cat "$out/up.log"; bad "up"; exit 1; }
  sleep 0.2
done

run=("$wavetank" run tests/live/drill.json --world live --target "$target" --no-color)
expect "dry run touches nothing" 0 "${run[@]}" --dry-run
[[ -z $(find "$out" -name undo.jsonl) ]] || bad "a dry run left a record"
expect "drill" 0 "${run[@]}" --verbose --out "$out/drill"
grep -q 'PASS' "$out/drill.log" || bad "the drill's verdict"
grep -q '4 of 4 faults fired' "$out/drill.log" || bad "every fault of the drill fired"
for one in machine.cores api.loop workers.slots db.pool; do
  grep -qE "^ +$one +[0-9.]+ %" "$out/drill.log" || bad "the report ranks $one"
done

# A safety rule that breaks while a fault stands ends the run: by what only the processes see.
rule='expect.thresholds=[{"expr":"freshness max < 1ms","window":"8s","abort":true}]'
expect "a broken safety rule stops the run" 5 \
  "${run[@]}" --out "$out/stopped" --set faults.0.for=30s --set "$rule"
grep -q 'stopped by a safety rule: freshness max < 1ms in every 8s: .*, since ' \
  "$out/stopped/journal.json" || bad "the report names the rule, its value and since when"
applied=$(grep -c '"applied"' "$out"/stopped/*/undo.jsonl || true)
undone=$(grep -c '"undone"' "$out"/stopped/*/undo.jsonl || true)
if [[ $applied -gt 0 && $undone -ge $applied ]]; then
  ok "what it had struck is undone: $undone"
else
  bad "what it had struck is undone: $applied applied, $undone undone"
fi
expect "undo finds nothing of a stopped run" 0 "$wavetank" undo "$out/stopped"
expect "a rule that nobody could judge is refused" 2 "${run[@]}" --dry-run \
  --set 'expect.thresholds=[{"expr":"db.utilisation max < 90%","abort":true}]'

# A prediction that is not safe is refused, and leaves its figures; then one that is run twice. How
# well they agree is the machine's affair: that every run counts once, and its code is told, is not.
rehearse=("$wavetank" rehearse tests/live/rehearsal.json --target "$target" --no-color)
abort='expect.thresholds=[{"expr": "freshness p(99) < 1ms", "abort": true}]'
expect "a rehearsal that is not safe is refused" 5 \
  "${rehearse[@]}" --set "$abort" --out "$out/refused"
grep -q 'BREACHES.*freshness' "$out/a rehearsal that is not safe is refused.log" || bad "its breach"
[[ -z $(find "$out/refused" -name undo.jsonl) ]] || bad "a refused rehearsal struck"
code=0
timeout 300 "${rehearse[@]}" --out "$out/rehearsal" >"$out/rehearsal.log" 2>&1 </dev/null || code=$?
if [[ $code =~ ^[034]$ && $(find "$out/rehearsal" -path '*/r2*/journal.json' | wc -l) == 2 &&
  $(grep -c '"counts":' "$out/rehearsal/fidelity.json") == 2 &&
  -s $out/rehearsal/predicted-1x/journal.json ]] &&
  grep -q "^ \"exit_code\": $code,$" "$out/rehearsal/fidelity.json" &&
  grep -q 'OBSERVED' "$out/rehearsal/fidelity.md"; then
  ok "a rehearsal puts predicted beside observed: exit $code"
else
  tail -n 60 "$out/rehearsal.log"
  bad "a rehearsal puts predicted beside observed: exit $code"
fi

nodes=("$wavetank" run tests/live/drill_nodes.json --world live --target "$target" --no-color)
expect "drill on nodes" 0 "${nodes[@]}" --out "$out/nodes"
grep -q '1 of 1 faults fired' "$out/drill on nodes.log" || bad "a slow node fired"
expect "only workers can be slow" 2 "${nodes[@]}" --dry-run --set faults.0.target=api/0

# Processes that are asked to end while there is work drain: nothing is lost or comes again.
state=$(dirname "$target")/state
ends=(launcher-0 outbox-0 api-1 drivers-1 workers-0)
drains() { cat "${ends[@]/#/$state/logs/}" 2>/dev/null | grep -c ' has drained' || true; }
ends=("${ends[@]/%/.log}")
before=$(drains)
{
  expect "stops in the middle" 0 "${nodes[@]}" --out "$out/graceful" --set 'faults=[]'
  exit "$failed"
} &
drill=$!
run_id=
for ((i = 0; i < 600; i++)); do
  run_id=$(grep -oE '^run r[^ ]+' "$out/stops in the middle.log" 2>/dev/null | cut -c5- || true)
  [[ -n $run_id && -s $state/history/$run_id/launcher-0.jsonl ]] && break
  sleep 0.1
done
for one in "${ends[@]}"; do kill -TERM "$(<"$state/pids/${one%.log}.pid")"; done
wait "$drill" || bad "stops in the middle"
again=$(cat "$state/history/$run_id"/launcher-*.jsonl | grep -c '"message_redelivered"' || true)
if [[ $(($(drains) - before)) -ge ${#ends[@]} && $again == 0 ]]; then
  ok "whoever is asked to end drains, and no message comes again"
else
  bad "$(($(drains) - before)) of ${#ends[@]} drained, $again messages came again"
fi

# A kill -9 in the middle of a fault: the watchdog undoes it.
"${run[@]}" --out "$out/killed" --quiet >"$out/killed.log" 2>&1 </dev/null &
drill=$!
for ((i = 0; i < 400; i++)); do
  grep -qs '"applied"' "$out"/killed/*/undo.jsonl && break
  sleep 0.1
done
kill -9 "$drill" 2>/dev/null || true
wait "$drill" 2>/dev/null || true
for ((i = 0; i < 600; i++)); do
  [[ $(grep -c '"intended"' "$out"/killed/*/undo.jsonl) == \
    $(grep -c '"undone"' "$out"/killed/*/undo.jsonl) ]] && break
  sleep 0.1
done
applied=$(grep -c '"applied"' "$out"/killed/*/undo.jsonl || true)
undone=$(grep -c '"undone"' "$out"/killed/*/undo.jsonl || true)
if [[ $applied -gt 0 && $undone -ge $applied ]]; then
  ok "a killed run's faults are undone: $undone"
else
  bad "a killed run's faults are undone: $applied applied, $undone undone"
fi
expect "undo finds nothing left" 0 "$wavetank" undo "$out/killed"

expect "halt" 0 "$wavetank" halt --target "$target"
expect "a halted target takes no run" 1 "${run[@]}" --out "$out/halted" --quiet
expect "release" 0 "$wavetank" halt --release --target "$target"
expect "clean" 0 "$wavetank" clean "$out/drill"

kill "$up"
wait "$up" || bad "up ends well"
trap - EXIT
if pgrep -f "serve .* --target $target" >/dev/null; then
  bad "no process stays behind"
else
  ok "no process stays behind"
fi
exit "$failed"
