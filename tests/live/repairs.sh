#!/usr/bin/env bash
# repairs.sh WAVETANK OUT: what a drill leaves where it cannot undo, or where nobody is left who
# would, and how `wavetank undo` repairs it; a marker that is withdrawn, a platform that stops
# answering. On a platform of one Python file, where what is struck is a file. Each "ok" line is one
# check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 target=/dev/null out=$2
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
limit=120

python3 tests/live/counter.py >"$out/address" 2>"$out/counter.log" &
counter=$!
touch "$out/notices"
python3 tests/live/webhook.py "$out/notices" >"$out/webhook" 2>"$out/webhook.log" &
await test -s "$out/address" || { bad "the platform listens"; exit 1; }
await test -s "$out/webhook" || { bad "the webhook listens"; exit 1; }
url=http://$(<"$out/address")
target=$out/counter.json
consent() {
  printf '{"environment": "test", "expires": "%s"}\n' "$(date -u -d '+1 day' +%FT%TZ)" \
    >"$out/marker.json"
}
consent
# What is struck can be undone once somebody lets it. No health pages: its server must answer.
cat >"$target" <<JSON
{
  "name": "counter", "platform": "attached", "state": "state", "steady": "1s", "lock": "file",
  "marker": {"kind": "file", "file": "marker.json"},
  "notify": {"url": "http://$(<"$out/webhook")/hook"},
  "actions": [
    {"name": "workers/0",
     "apply": ["touch", "$out/struck"],
     "undo": ["sh", "-c", "test -e $out/let && rm -f $out/struck"],
     "verify": ["test", "!", "-e", "$out/struck"]}
  ],
  "attach": {
    "request": {"url": "$url/orders", "fields": [{"at": "/ref", "value": "{key}"}], "id": "/id"},
    "status": {"url": "$url/orders/{id}", "state": "/status", "every": "500ms"},
    "words": {"succeeded": ["served"]}
  }
}
JSON
cat >"$out/drill.json" <<'JSON'
{
  "title": "A drill that leaves something behind", "seed": 7,
  "load": [{ "name": "orders", "shape": "steady", "rate": "2/s", "for": "6s" }],
  "faults": [{ "fault": "crash", "at": "1s", "for": "3s", "target": "workers/0" }],
  "settle": "20s", "steady": false
}
JSON
run=("$wavetank" run "$out/drill.json" --world live --target "$target" --no-color)
long=(--set load.0.for=90s --set faults.0.for=80s)

# begin NAME [ARGS...]: a run in the background. Its process is $drill, what it says in $log.
begin() {
  log=$out/$1.log
  "${run[@]}" --out "$out/$1" "${@:2}" >"$log" 2>&1 </dev/null &
  drill=$!
}
# ends_with NAME CODE WORDS
ends_with() {
  local code=0
  wait "$drill" || code=$?
  if [[ $code == "$2" ]] && grep -qF -- "$3" "$log"; then
    ok "$1"
  else
    tail -n 40 "$log"
    bad "$1: exit $code, wanted $2 and: $3"
  fi
}
has_struck() { grep -qs '"applied"' "$out/$1"/r*/undo.jsonl; }
told() { # NAME RUN EVENT WORDS
  if grep -q "^$2 $3 .*$4" "$out/notices"; then ok "$1"; else bad "$1: $(<"$out/notices")"; fi
}
stands() { [[ -e $out/struck ]] || bad "$1: it stands"; }
is_gone() { [[ ! -e $out/struck ]] || bad "$1: nothing stands"; }
id_of() { basename "$out/$1"/r*; }

# An undo that fails: the run says so, and so does who tries again, until it works.
expect "a run that leaves something behind" 6 -- "${run[@]}" --out "$out/left"
stands "left"
grep -q "action workers/0: touch .*; by hand: sh -c 'test -e " "$out/left/journal.json" ||
  bad "left: the report says what, where and how it is undone"
told "its webhook is told of residue" "$(id_of left)" residue 'by hand: sh -c'
told "its webhook is told that it stopped" "$(id_of left)" stop ''
expect "undo of what cannot be undone" 6 'left behind: action workers/0' -- \
  "$wavetank" undo "$out/left"
told "undo tells of what it leaves" "$(id_of left)" residue 'wavetank undo leaves'
expect "clean of what still stands is refused" 1 'is not undone yet' -- \
  "$wavetank" clean "$out/left"
touch "$out/let"
expect "undo once it can be undone" 0 'undid 1, 0 left behind' -- "$wavetank" undo "$out/left"
is_gone "undone"

# Nobody is left to undo: the run and its watchdog are killed while a fault stands.
begin killed "${long[@]}"
await has_struck killed || bad "killed: it strikes"
watchdog=$(sed -n 's/^process \([0-9]*\) watches$/\1/p' "$out"/killed/r*/watchdog.log)
kill -9 "$watchdog" "$drill"
wait "$drill" 2>/dev/null || true
stands "killed"
for next in next again; do
  expect "no $next run while what it struck stands" 4 \
    "wavetank undo $out/killed/$(id_of killed)" -- "${run[@]}" --out "$out/$next"
  stands "killed, before the $next"
done
[[ -z $(find "$out/next" "$out/again" -name undo.jsonl 2>/dev/null) ]] ||
  bad "killed: a refused run left a record"
expect "undo --dry-run tells the command, and undoes nothing" 6 "test -e $out/let" -- \
  "$wavetank" undo --dry-run "$out/killed"
stands "killed, looked at"
# What a run on a full disk or a kill may leave keeps nobody from undoing the others.
mkdir "$out/killed/a"
touch "$out/killed/a/undo.jsonl"
printf '{"n":9,"sta' | tee -a "$out"/killed/r*/undo.jsonl >/dev/null
expect "undo after a kill of both, beside a record that cannot be read" 1 \
  'undid 1, 0 left behind' -- "$wavetank" undo "$out/killed"
grep -qF 'a/undo.jsonl is no undo record' "$log" || bad "what is left out is told"
grep -qF 'lines that cannot be read: 1.' "$log" || bad "a torn line is told"
is_gone "killed, undone"
expect "clean goes on beside it" 1 'nothing says what the load leaves' -- \
  "$wavetank" clean "$out/killed"
rm -r "$out/killed/a"
expect "undo finds nothing the second time" 0 'all is undone' -- \
  "$wavetank" undo --dry-run "$out/killed"

# What is known of a Toxiproxy without the lock of who struck it: a folder that a server shows.
mkdir "$out/toxiproxy"
python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$out/toxiproxy" \
  >"$out/toxiproxy.log" 2>&1 &
await grep -qs '(http://' "$out/toxiproxy.log" || bad "the Toxiproxy listens"
toxiproxy=$(sed -n 's/.*(\(http:.*\)\/).*/\1/p' "$out/toxiproxy.log")
linked=("${run[@]}" --set-target "toxiproxy=$toxiproxy"
        --set-target 'links=[{"service": "api", "proxy": "counter"}]')
shows() { # ENABLED TOXIC: its proxy counter is so; that of somebody else is struck.
  printf '{"counter": {"enabled": %s, "toxics": [{"name": "%s"}]}, "stranger": %s}\n' "$1" "$2" \
    '{"enabled": false, "toxics": [{"name": "wavetank-r1-7"}]}' >"$out/toxiproxy/proxies"
}
shows true wavetank-r1-3
expect "no run behind a toxic that another has left" 4 \
  "curl -fsS -X DELETE $toxiproxy/proxies/counter/toxics/wavetank-r1-3" -- \
  "${linked[@]}" --out "$out/toxic"
grep -qF 'nothing was injected. wavetank undo DIR' "$log" || bad "how it is undone is told"
shows false theirs
expect "no run behind a closed proxy" 4 "$toxiproxy/proxies/counter" -- \
  "${linked[@]}" --out "$out/closed"
rm "$out/toxiproxy/proxies"
expect "no run where nobody can tell what stands" 4 "nobody can tell what stands" -- \
  "${linked[@]}" --out "$out/untold"
[[ -z $(find "$out/toxic" "$out/closed" "$out/untold" -name undo.jsonl 2>/dev/null) ]] ||
  bad "links: a refused run left a record"
shows true theirs
expect "a run beside what is not its own" 0 -- "${linked[@]}" --out "$out/beside"

# The owner withdraws the marker while a fault stands.
begin withdrawn "${long[@]}"
await has_struck withdrawn || bad "withdrawn: it strikes"
expect "no probe beside a run" 1 'the target is in use by run' -- \
  "$wavetank" attach --check "$target" --probe
rm "$out/marker.json"
ends_with "a marker that is withdrawn stops the run" 5 marker
is_gone "withdrawn"
expect "and no other begins" 1 "the owner's marker does not allow it" -- \
  "${run[@]}" --out "$out/without"
consent

# A platform that stops answering while it is watched is not struck.
begin silent --set-target steady=1m
await grep -qs 'watching that it is steady' "$log" || bad "silent: it is watched"
kill -STOP "$counter"
ends_with "a platform that does not answer is not steady" 4 'the target is not steady'
kill -CONT "$counter"
[[ -z $(find "$out/silent" -name undo.jsonl 2>/dev/null) ]] || bad "silent: nothing was struck"

# A probe is real work.
expect "a probe" 0 'a drill can run' -- "$wavetank" attach --check "$target" --probe
expect "no probe of production by accident" 2 strike-this-production-platform -- \
  "$wavetank" attach --check "$target" --probe --set-target environment=production
expect halt 0 -- "$wavetank" halt --target "$target"
expect "no probe of a halted target" 1 'runs are halted by' -- \
  "$wavetank" attach --check "$target" --probe
expect release 0 -- "$wavetank" halt --release --target "$target"
exit "$failed"
