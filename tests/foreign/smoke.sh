#!/usr/bin/env bash
# Asks a running Almanac for reports and looks at what comes of them; then kills each part and looks
# again. Needs what run.sh needs in the environment. Exit code 0 if all is as it should be.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${ALMANAC_HOME:-$here/../../build/foreign}
api=http://127.0.0.1:${ALMANAC_PORT:-8300}/api/report-requests
hook_port=${SMOKE_PORT:-8390}
mark=smoke-$(date +%s)-$$
inbox=$home/$mark.jsonl
# shellcheck source=/dev/null
[[ ! -f $home/env ]] || . "$home/env"
python=$home/venv/bin/python
failures=0

check() { # WHAT GOT WANTED
  if [[ $2 == "$3" ]]; then
    printf 'ok    %s\n' "$1"
  else
    printf 'WRONG %s: %s, wanted %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# Prints one value of the JSON on standard input: field status, field result.lines.
field() {
  "$python" -c 'import functools, json, sys
print(functools.reduce(lambda v, n: v[n], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"
}

# ask EDITION [DATASET]: prints the id.
ask() {
  printf '{"dataset": "%s", "edition": "%s", "reference": "%s", "callback": "%s"}' \
    "${2:-north-coast}" "$1" "$1" "http://127.0.0.1:$hook_port/hook" |
    curl -s -X POST "$api" -H 'Content-Type: application/json' -d @- | field id
}

# end_of ID: waits until it is finished, prints the last status.
end_of() {
  local waited now
  for ((waited = 0; waited < 300; ++waited)); do
    now=$(curl -s "$api/$1" | field status) || now=unknown
    case $now in ready | broken | withdrawn) break ;; esac
    sleep 0.2
  done
  printf '%s\n' "$now"
}

# told ID [STATUS]: whether an accepted callback for it comes within 30 s.
told() {
  local waited
  for ((waited = 0; waited < 150; ++waited)); do
    if grep '"answered": 204' "$inbox" 2>/dev/null | grep -q "\"id\": \"$1\".*${2:-ready}"; then
      echo yes
      return
    fi
    sleep 0.2
  done
  echo no
}

receive() { # [REFUSALS]
  "$python" "$here/receiver.py" "$hook_port" "$inbox" "${1:-0}" &
  receiver=$!
}

# Whether the manifest and the parts in the bucket agree with what the API says.
check_bucket() { # ID
  PYTHONPATH=$here "$python" - "$1" "$(curl -s "$api/$1" | field result.lines)" <<'TEXT'
import hashlib, json, sys
from almanac.objects import Objects
objects = Objects()
keys = objects.list("reports/north-coast/")
place = next(key for key in keys if sys.argv[1] in key).rpartition("/")[0]
manifest = objects.get_json(place + "/_DONE.json")
assert {part["key"] for part in manifest["parts"]} == {
    key for key in keys if key.startswith(place) and "part-" in key}
for part in manifest["parts"]:
    assert hashlib.sha256(objects.get(part["key"])).hexdigest() == part["sha256"]
assert manifest["lines"] == int(sys.argv[2]) == 20, manifest
print("agrees")
TEXT
}

receiver=
trap '[[ -z $receiver ]] || kill "$receiver" || true; rm -f "$inbox"' EXIT
receive

since=$(date +%s%N)
id=$(ask "$mark-one")
check 'one report' "$(end_of "$id")" ready
printf '      after %d ms\n' $((($(date +%s%N) - since) / 1000000))
check 'its callback' "$(told "$id")" yes
check 'its readings' "$(curl -s "$api/$id" | field result.readings)" 23040
check 'its objects' "$(check_bucket "$id")" agrees
check 'its log' "$(curl -s "$api/$id/log" | "$python" -c 'import json, sys
print(*(change["status"] for change in json.load(sys.stdin)))')" 'queued planned crunching ready'
check 'the same reference again' "$(ask "$mark-one")" "$id"
check 'a reference that is taken' "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$api" \
  -H 'Content-Type: application/json' -d "{\"dataset\": \"other\", \"edition\": \"x\",
  \"reference\": \"$mark-one\"}")" 409
check 'a request without a dataset' "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$api" \
  -H 'Content-Type: application/json' -d '{"edition": "x"}')" 422

id=$(ask "$mark-nothing" no-such-dataset)
check 'a dataset that is not there' "$(end_of "$id")" broken
check 'its callback' "$(told "$id" broken)" yes

since=$(date +%s%N)
ids=()
for number in 1 2 3 4 5 6 7 8; do ids+=("$(ask "$mark-many-$number")"); done
for id in "${ids[@]}"; do check 'one of eight' "$(end_of "$id")" ready; done
printf '      after %d ms\n' $((($(date +%s%N) - since) / 1000000))
for id in "${ids[@]}"; do check 'its callback' "$(told "$id")" yes; done

id=$(ask "$mark-withdrawn")
check 'a withdrawal' "$(curl -s -X DELETE "$api/$id" | field status)" withdrawn
check 'another' "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$api/$id")" 409

kill "$receiver"
receive 2
id=$(ask "$mark-refused")
check 'a callback that is refused twice' "$(told "$id")" yes

for part in api dispatcher runner notifier; do
  id=$(ask "$mark-killed-$part")
  [[ $part == api ]] && sleep 1
  kill -KILL -- "-$(<"$home/run/$part.pid")"
  "$here/run.sh" start "$part"
  check "a report while $part is killed" "$(end_of "$id")" ready
  check 'its callback' "$(told "$id")" yes
  "$here/run.sh" restart "$part"
  check "a report after $part is restarted" "$(end_of "$(ask "$mark-after-$part")")" ready
done

[[ $failures == 0 ]] || { printf '%d checks failed\n' "$failures"; exit 1; }
echo 'all is as it should be'
