#!/usr/bin/env bash
# hard.sh WAVETANK TARGET OUT: what the commands say where something about a target is wrong: each
# time a clear error with its place, the right exit code, and nothing half done. Each "ok" line is
# one check.
set -euo pipefail
wavetank=$1 target=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
limit=120

line_of() { # NAME WORDS...: one with the target, and lines of it that are overridden
  local name=$1 settings=() one
  shift
  for one in "$@"; do settings+=(--set-target "$one"); done
  case $name in
    run) echo run tests/live/drill.json --world live --out "$out/runs" --quiet ;;
    calibrate) echo calibrate --out "$out/calibration.json" --quiet ;;
    *) echo "$name" ;;
  esac | tr ' ' '\n'
  printf '%s\n' --target "$target" "${settings[@]}"
}
# wrong NAME COMMANDS CODE WORDS SETTINGS...: each of the commands says it.
wrong() {
  local name=$1 commands=$2 code=$3 words=$4 one words_of
  shift 4
  for one in $commands; do
    mapfile -t words_of < <(line_of "$one" "$@")
    expect "$one: $name" "$code" "$words" -- "$wavetank" "${words_of[@]}"
  done
}

printf 'not-the-password\n' >"$out/wrong"
nobody=127.0.0.1:1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$out/key.pem" -out "$out/cert.pem" -days 2 \
  -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
s3=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["objects"]["endpoint"])' \
  "$target")
python3 tests/live/tls_relay.py "$out/cert.pem" "$out/key.pem" "${s3#http://}" \
  >"$out/relay" 2>"$out/relay.log" &
await test -s "$out/relay" || { bad "the relay listens"; exit 1; }
tls=$(<"$out/relay") # The object store behind TLS, with a certificate that nobody knows.
kafka=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["kafka"]["brokers"])' \
  "$target")

# --- a file with typos: all at once, each with its place -----------------------------------------

sed -e 's/"brokers"/"broker"/' -e 's/"kind": "s3"/"kind": "s4"/' -e 's/"port": /"prot": /' \
  "$target" >"$(dirname "$target")/typos.json"
for one in up migrate serve halt; do
  role=()
  [[ $one != serve ]] || role=(launcher/0)
  for words in /kafka/broker '/objects/kind' /database/prot /cache/prot '"brokers"?'; do
    expect "$one: a typo: $words" 2 "$words" -- "$wavetank" "$one" "${role[@]}" \
      --target "$(dirname "$target")/typos.json"
  done
done
rm "$(dirname "$target")/typos.json"

# A documentation address: nobody is there, and nobody is asked.
wrong "outside allow" "migrate up run calibrate halt" 2 "is not in \`allow\`" \
  toxiproxy=http://192.0.2.1:8474

production=("$wavetank" run tests/live/drill.json --world live --target "$target" --dry-run
           --set-target environment=Production)
expect "run: production by accident" 2 strike-this-production-platform -- "${production[@]}"
expect "run: production on purpose" 0 'armed in' -- "${production[@]}" \
  --strike-this-production-platform
expect "rehearse: production by accident" 2 strike-this-production-platform -- \
  "$wavetank" rehearse tests/live/drill.json --target "$target" --out "$out/runs" \
  --set-target environment=prod

# --- services that do not answer, or otherwise ---------------------------------------------------

wrong "no broker there" "migrate up" 1 ": /kafka/brokers: " kafka.brokers=$nobody
wrong "no database there" "migrate up" 1 ": /database/port: " database.port=1
wrong "no database there" run 4 ": /database/port: " database.port=1
wrong "no database there" halt 1 "Connection refused" database.port=1
wrong "no cache there" up 1 ": /cache/port: " cache.port=1
wrong "no object store there" up 1 ": /objects/endpoint: " objects.endpoint=http://$nobody
wrong "wrong password" "migrate up" 1 ": /database/password: " \
  database.password.file="$out/wrong"
wrong "wrong password" run 4 ": /database/password: " database.password.file="$out/wrong"
wrong "wrong password" halt 1 "password authentication failed" \
  database.password.file="$out/wrong"
wrong "password missing" "migrate up" 1 ": /database/password: " \
  database.password.file="$out/nowhere"
wrong "wrong password" up 1 ": /cache/password: " cache.password.file="$out/wrong"
wrong "wrong key" up 1 ": /objects/secret_key: " objects.secret_key.file="$out/wrong"
wrong "no such bucket" up 1 ": /objects/bucket: " objects.bucket=nowhere
wrong "all at once" up 1 ": /objects/secret_key: " cache.port=1 \
  objects.secret_key.file="$out/wrong"
grep -q ': /cache/port: ' "$log" || bad "one trouble hides another"

# --- one side speaks TLS, the other does not: what real servers say of it is in tls.sh ------------

wrong "TLS broker" "migrate up" 1 ": /kafka/security: " kafka.brokers="$tls"
wrong "plain broker" "migrate up" 1 ": /kafka/security: " kafka.security=ssl
wrong "unknown CA" up 1 ": /kafka/ca: " kafka.brokers="$tls" kafka.security=ssl
wrong "TLS object store" up 1 "write https://" objects.endpoint="http://$tls"
wrong "plain object store" up 1 "write http://" objects.endpoint="https://${s3#http://}"
wrong "unknown CA" up 1 ": /objects/ca: " objects.endpoint="https://$tls"
wrong "TLS cache" up 1 ": /cache/tls: " cache.port="${tls#*:}"
wrong "TLS where PostgreSQL should be" up 1 ": /database/port: " database.port="${tls#*:}"
wrong "CA in vain" "migrate up run halt" 2 ": /database/ca: " database.ca="$out/cert.pem"
wrong "login without a user" up 2 ": /kafka/user: " kafka.security=sasl_ssl
# The broker is plain: that it may log in there is what its file says, and what it refuses.
wrong "no SASL there" up 1 ": /kafka/" kafka.brokers="$kafka" kafka.security=sasl_plaintext \
  kafka.user=ada kafka.password.file="$out/wrong"

# --- while the platform is up --------------------------------------------------------------------

# All objects by TLS, whose CA the target names.
up_platform --set-target objects.endpoint="https://$tls" --set-target objects.ca="$out/cert.pem"
wrong "missing topics" run 4 ": /kafka/prefix: " kafka.prefix=nowhere.
wrong "wrong password" "run calibrate" 4 ": /cache/password: " cache.password.file="$out/wrong"
wrong "wrong key" run 4 ": /objects/secret_key: " objects.secret_key.file="$out/wrong"
[[ -z $(find "$out/runs" -name undo.jsonl 2>/dev/null) ]] || bad "a refused run left a record"
[[ ! -e $out/calibration.json ]] || bad "a refused calibration wrote a file"

# A body of 100 MB is refused before it is read, and the process goes on.
pids_of() { cat "$(dirname "$target")"/state/pids/{callbacks-0,api-0}.pid; }
pids=$(pids_of)
truncate -s 100M "$out/body"
for name in callbacks/0 api/0; do
  address=$(python3 -c 'import json, sys
for one in json.load(open(sys.argv[1]))["processes"]:
    if one["name"] == sys.argv[2]: print(one["listen"])' "$target" "$name")
  expect "$name: 100 MB" 0 "413" -- curl -s -m 60 -H Expect: -w ' %{http_code}\n' \
    --data-binary @"$out/body" "http://$address/callbacks"
done
# shellcheck disable=SC2086 # Two numbers.
if kill -0 $pids && [[ $(pids_of) == "$pids" ]]; then
  ok "no process died of it"
else
  bad "no process died of it: $(pids_of | tr '\n' ' ') are no longer $pids"
fi

# A disk that takes no more: what could not be recorded is not injected, and the run says why.
# Files of wavetank may grow to so many KiB; what it says goes into a pipe.
# shellcheck disable=SC2016 # The inner shell expands it.
full=(bash -c 'most=$1; shift; { (ulimit -f "$most"; exec "$@") || echo "exit $?"; } 2>&1 | cat' -)
small=("$wavetank" run tests/live/drill.json --world live --target "$target" --no-color
       --set-target steady=1s --set settle=20s)
expect "run: no room for the undo record" 0 "nothing was injected" -- "${full[@]}" 0 "${small[@]}" \
  --out "$out/full"
grep -q '^exit 1$' "$log" || bad "a run without an undo record ends with 1"
expect "run: no room for a fault" 0 "the undo record cannot be written" -- "${full[@]}" 2 \
  "${small[@]}" --out "$out/fuller"
grep -q '^exit [1-9]' "$log" || bad "a run that could not inject is no pass"
tr -s ' \n' ' ' <"$log" | grep -q 'not shown: [^ ]*history.jsonl could not be written' ||
  bad "the report says that what was judged is not kept"
expect "undo: a record without room" 0 "0 left behind" -- "$wavetank" undo "$out/fuller"
expect "the lock is free" 0 "running  nobody" -- "$wavetank" halt --status --target "$target"
down_platform
no_secrets "$out"
exit "$failed"
