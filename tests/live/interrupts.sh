#!/usr/bin/env bash
# interrupts.sh WAVETANK OUT: a drill that is told to end, once and twice, by either signal, on a
# platform of one Python file. What is struck is a file, whose undo waits until it is let. Each "ok"
# line is one check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=/dev/null out=$2
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh

python3 tests/live/counter.py >"$out/address" 2>"$out/counter.log" &
await test -s "$out/address" || { bad "the platform listens"; exit 1; }
url=http://$(<"$out/address")
target=$out/counter.json
printf '{"environment": "test", "expires": "%s"}\n' "$(date -u -d '+1 day' +%FT%TZ)" \
  >"$out/marker.json"
cat >"$target" <<JSON
{
  "name": "counter", "platform": "attached", "state": "state", "steady": "1s", "lock": "file",
  "marker": {"kind": "file", "file": "marker.json"},
  "actions": [
    {"name": "workers/0", "timeout": "2m",
     "apply": ["touch", "$out/struck"],
     "undo": ["sh", "-c", "until [ -e $out/let ]; do sleep 0.1; done; rm -f $out/struck"],
     "verify": ["test", "!", "-e", "$out/struck"]},
    {"name": "launcher/0",
     "apply": ["touch", "$out/struck_too"], "undo": ["rm", "-f", "$out/struck_too"],
     "verify": ["test", "!", "-e", "$out/struck_too"]}
  ],
  "attach": {
    "request": {"url": "$url/orders", "fields": [{"at": "/ref", "value": "{key}"}], "id": "/id"},
    "status": {"url": "$url/orders/{id}", "state": "/status", "every": "500ms"},
    "words": {"succeeded": ["served"]},
    "health": ["$url/healthz"]
  }
}
JSON
cat >"$out/drill.json" <<'JSON'
{
  "title": "A drill to be interrupted", "seed": 7,
  "load": [{ "name": "orders", "shape": "steady", "rate": "2/s", "for": "2m" }],
  "faults": [
    { "fault": "crash", "at": "1s", "for": "100s", "target": "workers/0" },
    { "fault": "crash", "at": "3s", "for": "90s", "target": "launcher/0" }
  ],
  "settle": "20s", "steady": false
}
JSON
run=("$wavetank" run "$out/drill.json" --world live --target "$target" --no-color)
undo="by hand:
  sh -c 'until "

# drill NAME: a run of it that has struck both. Its process is $drill, what it says in $log.
drill() {
  log=$out/$1.log
  rm -f "$out/let"
  "${run[@]}" --out "$out/$1" >"$log" 2>&1 </dev/null &
  drill=$!
  await struck "$1" || { cat "$log"; bad "$1: it strikes"; }
}
struck() { [[ $(cat "$out/$1"/r*/undo.jsonl 2>/dev/null | grep -c '"applied"') == 2 ]]; }
says() { grep -qsF -- "$1" "$log"; }
ended() { [[ ! -e /proc/$1 ]]; }
# told NAME WORDS...: it has said all of them.
told() {
  local name=$1 words
  shift
  for words in "$@"; do
    [[ $(<"$log") == *"$words"* ]] || { cat "$log"; bad "$name: it says: $words"; return; }
  done
  ok "$name"
}
# ends_with NAME CODE: the drill does.
ends_with() {
  local code=0
  wait "$drill" || code=$?
  if [[ $code == "$2" ]]; then ok "$1: exit $code"; else bad "$1: exit $code, wanted $2"; fi
}

for signal in INT:130 TERM:143; do
  name=${signal%:*} code=${signal#*:}

  # Once: it rolls back, reads back what it touched, and reports as far as it came.
  drill "once_$name"
  kill -s "$name" "$drill"
  await says "undoing action workers/0" || bad "once $name: it says what it undoes"
  [[ -e $out/struck ]] || bad "once $name: nothing is undone before it can be"
  touch "$out/let"
  ends_with "once $name" "$code"
  told "once $name: what it undoes" "interrupted: the load has ended" "undoing action launcher/0" \
    "undone: nothing is left of what was touched" INTERRUPTED
  [[ ! -e $out/struck && ! -e $out/struck_too ]] || bad "once $name: nothing stands"
  [[ -s $out/once_$name/report.html ]] || bad "once $name: a report as far as it came"

  # Twice: it ends at once, and its watchdog goes on.
  drill "twice_$name"
  kill -s "$name" "$drill"
  await says "undoing action workers/0" || bad "twice $name: it says what it undoes"
  kill -s "$name" "$drill"
  ends_with "twice $name" "$code"
  told "twice $name: what stands, and how it is undone" "still stands: action workers/0" "$undo" \
    "The watchdog goes on undoing"
  ! says "still stands: action launcher/0" || bad "twice $name: what is undone does not stand"
  [[ -e $out/struck ]] || bad "twice $name: it does not wait for its undo"
  watchdog=$(sed -n 's/^process \([0-9]*\) watches$/\1/p' "$out/twice_$name"/r*/watchdog.log)
  ! ended "$watchdog" || bad "twice $name: its watchdog goes on"
  touch "$out/let"
  if await ended "$watchdog" && [[ ! -e $out/struck && ! -e $out/struck_too ]]; then
    ok "twice $name: its watchdog has undone it"
  else
    bad "twice $name: its watchdog has undone it"
  fi
  expect "twice $name: undo finds nothing left" 0 'undid 0, 0 left behind' -- \
    "$wavetank" undo "$out/twice_$name"
done

# The lock of a run that ended so is taken over, and before anything is struck there is nothing to
# undo.
log=$out/early.log
"${run[@]}" --set-target steady=1m --out "$out/early" >"$log" 2>&1 </dev/null &
drill=$!
await says "watching that it is steady" || { cat "$log"; bad "early: it begins"; }
kill -INT "$drill"
ends_with early 130
told early "interrupted: nothing was injected"
[[ -z $(find "$out/early" -name undo.jsonl) ]] || bad "early: nothing was struck"
exit "$failed"
