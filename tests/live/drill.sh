#!/usr/bin/env bash
# drill.sh WAVETANK TARGET OUT: the pipeline's processes on the services of TARGET, one drill with
# four faults against them, a rehearsal, and whether anything of it stays behind. Each "ok" line is
# one check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
state=$(dirname "$target")/state

# Lines of the undo records of all runs in a folder.
recorded() { cat "$2"/*/undo.jsonl 2>/dev/null | grep -c "\"$1\"" || true; }
# undone_all NAME FOLDER: something was struck there, and all of it is undone.
undone_all() {
  local applied undone
  applied=$(recorded applied "$2") undone=$(recorded undone "$2")
  if [[ $applied -gt 0 && $undone -ge $applied ]]; then
    ok "$1: $undone"
  else
    bad "$1: $applied applied, $undone undone"
  fi
}

# What the webhook was told of a run, in order; of several alike in a row, one.
told_of() {
  awk -v run="$1" '$1 == run { print $2 }' "$out/notices" 2>/dev/null | uniq | paste -sd ' '
}
run_in() { basename "$(dirname "$(find "$1" -name undo.jsonl)")"; }
# is_told NAME RUN EVENTS
is_told() {
  if [[ $(told_of "$2") == "$3" ]]; then
    ok "notify: $1"
  else
    bad "notify: $1: $(told_of "$2"), wanted $3"
  fi
}
touch "$out/notices"
export HOOK=hook # the secret part of its address
python3 tests/live/webhook.py "$out/notices" >"$out/webhook" 2>"$out/webhook.log" &
await test -s "$out/webhook" || { bad "the webhook listens"; exit 1; }

up_platform
run=("$wavetank" run tests/live/drill.json --world live --target "$target" --no-color
     --set-target notify.url="http://$(<"$out/webhook")/"
     --set-target notify.secret.env=HOOK)
expect "dry run touches nothing" 0 -- "${run[@]}" --dry-run
[[ -z $(find "$out" -name undo.jsonl) ]] || bad "a dry run left a record"
for one in 'duration  at most 105 s' \
  'requests  90 submits, 225 output reads; with retries at most' \
  'bytes     at most 101.1 MB' 'rows      at most 90 in processes'; do
  grep -qF "$one" "$log" || bad "a dry run tells: $one"
done
expect "drill" 0 PASS -- "${run[@]}" --verbose --out "$out/drill"
is_told "a drill" "$(run_in "$out/drill")" \
  'start fault lifted fault lifted fault lifted stop'
grep -q '4 of 4 faults fired' "$out/drill.log" || bad "every fault of the drill fired"
for one in machine.cores api.loop workers.slots db.pool; do
  grep -qE "^ +$one +[0-9.]+ %" "$out/drill.log" || bad "the report ranks $one"
done

# A safety rule that breaks while a fault stands ends the run: by what only the processes see.
rule='expect.thresholds=[{"expr":"freshness max < 1ms","window":"8s","abort":true}]'
expect "a broken safety rule stops the run" 5 -- \
  "${run[@]}" --out "$out/stopped" --set faults.0.for=30s --set "$rule"
grep -q 'stopped by a safety rule: freshness max < 1ms in every 8s: .*, since ' \
  "$out/stopped/journal.json" || bad "the report names the rule, its value and since when"
undone_all "what it had struck is undone" "$out/stopped"
expect "undo finds nothing of a stopped run" 0 -- "$wavetank" undo "$out/stopped"
# Polls are in nobody's plan, and count all the same once they are sent.
expect "more than the target's max_rate stops the run" 5 'limits.max_rate' -- \
  "${run[@]}" --out "$out/fast" --set 'faults=[]' --set-target limits.max_rate=8/s \
  --set 'load.0.poll={"interval": "50ms", "for": "30s"}'
expect "a rule that nobody could judge is refused" 2 -- "${run[@]}" --dry-run \
  --set 'expect.thresholds=[{"expr":"db.utilisation max < 90%","abort":true}]'

# A prediction that is not safe is refused, and leaves its figures; then one that is run twice. How
# well they agree is the machine's affair: that every run counts once, and its code is told, is not.
rehearse=("$wavetank" rehearse tests/live/rehearsal.json --target "$target" --no-color)
abort='expect.thresholds=[{"expr": "freshness p(99) < 1ms", "abort": true}]'
expect "a rehearsal that is not safe is refused" 5 -- \
  "${rehearse[@]}" --set "$abort" --out "$out/refused"
grep -q 'BREACHES.*freshness' "$log" || bad "its breach"
[[ -z $(find "$out/refused" -name undo.jsonl) ]] || bad "a refused rehearsal struck"
# Forced, it runs, and is stopped there by the same rule.
expect "a rehearsal that is not safe can be forced" 5 '--force goes on' -- \
  "${rehearse[@]}" --set "$abort" --out "$out/forced" --force --repeat 1
[[ -n $(find "$out/forced" -path '*/r2*/undo.jsonl') ]] || bad "a forced rehearsal runs live"
code=0
timeout 300 "${rehearse[@]}" --out "$out/rehearsal" >"$out/rehearsal.log" 2>&1 </dev/null &
wait "$!" || code=$?
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
expect "drill on nodes" 0 '1 of 1 faults fired' -- "${nodes[@]}" --out "$out/nodes"
crash='{"fault": "crash_point", "at": "8s", "for": "15s", "target": "launcher->database.advance",
        "moment": "after", "restart_after": "4s"}'
expect "a crash point kills, counts and heals" 0 '1 of 1 faults fired' -- \
  "${nodes[@]}" --out "$out/crashed" --set "faults=[$crash]"
expect "only workers can be slow" 2 -- "${nodes[@]}" --dry-run --set faults.0.target=api/0
two='faults=[{"fault": "slow_node", "at": "6s", "for": "10s", "target": "api/0", "factor": 2},
             {"fault": "pause", "at": "8s", "for": "4s", "target": "workers/0"}]'
expect "what cannot be done is left out where that is meant" 0 'fault 0   pause: armed in' -- \
  "${nodes[@]}" --dry-run --skip-unsupported --set "$two"

# A part of the scenario at half its rate: one request a second for ten seconds, and no more.
expect "a scaled part" 0 '0.5x rate' -- "${nodes[@]}" --out "$out/scaled" --set 'faults=[]' \
  --set-target scale.rate=50% --set-target scale.from=10s --set-target scale.to=20s
for one in 'offered 1/s, sent 1/s, answered 1/s' \
  "Note: a part was run, by the target's scale: 0.5x rate, 10s to 20s of 40s"; do
  grep -qF "$one" "$out/scaled/summary.md" || bad "the report of a scaled part says: $one"
done
grep -q '"planned": 10,$' "$out/scaled/journal.json" || bad "a scaled part offers its part"

# Two loads that are due at the same instants, and one request under way at most.
expect "a load that is held back is no test" 4 'the load was not real' -- "${run[@]}" \
  --out "$out/withheld" --set 'faults=[]' --set load.0.for=10s --set load.1.for=10s \
  --set-target limits.max_in_flight=1
grep -qE 'offered [0-9.]+/s, sent [0-9.]+/s, answered [0-9.]+/s' "$log" || bad "it tells its rates"

# Processes that are asked to end while there is work drain: nothing is lost or comes again.
ends=(launcher-0 outbox-0 api-1 drivers-1 workers-0)
drains() { cat "${ends[@]/#/$state/logs/}" 2>/dev/null | grep -c ' has drained' || true; }
ends=("${ends[@]/%/.log}")
before=$(drains)
"${nodes[@]}" --out "$out/graceful" --set 'faults=[]' >"$out/graceful.log" 2>&1 </dev/null &
drill=$!
run_id=
for ((i = 0; i < 600; i++)); do
  run_id=$(grep -oE '^run r[^ ]+' "$out/graceful.log" 2>/dev/null | cut -c5- || true)
  [[ -n $run_id && -s $state/history/$run_id/launcher-0.jsonl ]] && break
  sleep 0.1
done
for one in "${ends[@]}"; do kill -TERM "$(<"$state/pids/${one%.log}.pid")"; done
if wait "$drill"; then
  ok "a run goes on while its processes are stopped and started"
else
  tail -n 40 "$out/graceful.log"
  bad "a run goes on while its processes are stopped and started"
fi
again=$(cat "$state/history/$run_id"/launcher-*.jsonl | grep -c '"message_redelivered"' || true)
if [[ $(($(drains) - before)) -ge ${#ends[@]} && $again == 0 ]]; then
  ok "whoever is asked to end drains, and no message comes again"
else
  bad "$(($(drains) - before)) of ${#ends[@]} drained, $again messages came again"
fi

# A platform that is not steady is not struck, nor one whose runs are halted meanwhile.
# watched NAME CODE WORDS COMMAND...: a run that watches it while the command is done.
watched() {
  local name=$1 wanted=$2 words=$3 code=0
  shift 3
  log=$out/${name// /_}.log
  "${run[@]}" --out "${log%.log}" --set-target steady=1m >"$log" 2>&1 </dev/null &
  drill=$!
  await grep -qs 'watching that it is steady' "$log" || bad "$name: it comes to watch"
  "$@" >"$out/meanwhile.log" 2>&1 || bad "$name: $*"
  wait "$drill" || code=$?
  if [[ $code == "$wanted" && -z $(find "${log%.log}" -name undo.jsonl 2>/dev/null) ]] &&
    grep -qF -- "$words" "$log"; then
    ok "$name: nothing was injected"
  else
    tail -n 40 "$log"
    bad "$name: exit $code, wanted $wanted and: $words"
  fi
}
signal_api() { kill "$1" "$(<"$state/pids/api-0.pid")"; } # A run has started it anew.
watched "one process stands still" 4 'the target is not steady: nothing was injected' \
  signal_api -STOP
signal_api -CONT
is_told "a refusal" "$(sed -n 's/^run \(r[^ ]*\) on .*/\1/p' "$log")" 'start stop'
watched "a halt before the load" 5 'nothing was injected' "$wavetank" halt --target "$target"
expect "release after an early halt" 0 -- "$wavetank" halt --release --target "$target"

# A kill -9 in the middle of a fault: the watchdog undoes it.
"${run[@]}" --out "$out/killed" --quiet >"$out/killed.log" 2>&1 </dev/null &
drill=$!
has_struck() { [[ $(recorded applied "$out/killed") -gt 0 ]]; }
await has_struck || bad "a run that is to be killed strikes"
kill -9 "$drill" 2>/dev/null || true
wait "$drill" 2>/dev/null || true
is_undone() {
  [[ $(recorded intended "$out/killed") == "$(recorded undone "$out/killed")" ]]
}
await is_undone || true
undone_all "a killed run's faults are undone" "$out/killed"
killed=$(run_in "$out/killed")
is_told_stop() { [[ $(told_of "$killed") == *' stop' ]]; }
await is_told_stop || true
is_told "a killed run, by its watchdog" "$killed" 'start fault stop'
expect "undo finds nothing left" 0 -- "$wavetank" undo "$out/killed"

# A calibration whose run is stopped fits nothing, and says how what it left is removed.
touch "$out/before"
"$wavetank" calibrate --target "$target" --set-target steady=1s --out "$out/calibration.json" \
  >"$out/calibrate.log" 2>&1 </dev/null &
drill=$!
is_calibrating() {
  [[ -n $(find "$state/calibration" -name undo.jsonl -newer "$out/before" 2>/dev/null) ]]
}
await is_calibrating || bad "a calibration begins"
expect "halt" 0 -- "$wavetank" halt --target "$target"
code=0
wait "$drill" || code=$?
if [[ $code == 5 && ! -e $out/calibration.json ]] &&
  grep -q "wavetank clean .*/calibration$" "$out/calibrate.log"; then
  ok "a calibration that is stopped writes nothing"
else
  tail -n 40 "$out/calibrate.log"
  bad "a calibration that is stopped writes nothing: exit $code"
fi
expect "a halted target takes no run" 1 -- "${run[@]}" --out "$out/halted" --quiet
expect "release" 0 -- "$wavetank" halt --release --target "$target"
# A short one that goes to its end; a scenario takes it over, and says how old it is.
expect "a calibration" 0 'settings  ' -- "$wavetank" calibrate --target "$target" --quiet \
  --set-target steady=1s --levels 10%,20% --time 10s --out "$out/calibration.json"
sed 's|^{|{ "include": ["calibration.json"],|' tests/live/rehearsal.json >"$out/fitted.json"
expect "a scenario that includes a calibration" '0|3' -- \
  "$wavetank" run "$out/fitted.json" --no-color --out "$out/fitted"
grep -qE ', (just made|[0-9]+ min old), R2 ' "$log" || bad "its report says how old that is"
drilled=$(run_in "$out/drill")
[[ -s $state/history/$drilled/api-0.jsonl ]] || bad "the processes kept their histories"
expect "clean" 0 "stays    the messages of run $drilled in the topics" -- \
  "$wavetank" clean "$out/drill"
[[ ! -e $state/history/$drilled && -s $out/drill/$drilled/history.jsonl ]] ||
  bad "clean removes the histories of processes, and keeps the run's own"
expect "clean what a calibration left" 0 -- "$wavetank" clean "$state/calibration"

down_platform
no_secrets "$out" "$state"/{logs,history}
if pgrep -f "serve .* --target $target" >/dev/null; then
  bad "no process stays behind"
else
  ok "no process stays behind"
fi
exit "$failed"
