#!/usr/bin/env bash
# tls.sh WAVETANK CLUSTER OUT: the pipeline on the TLS listeners of a cluster, the folder that
# ./dev cluster up made: a run, every login, and what is said where TLS does not fit: another
# authority, another name, a wrong password, one side in the clear. Each "ok" line is one check.
# shellcheck disable=SC2119,SC2317 # Functions that await calls.
set -euo pipefail
wavetank=$1 cluster=$(realpath "$2") target=$2/tls.json out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/live/checks.sh
. tests/live/checks.sh
# shellcheck source=/dev/null
. "$cluster/env"
limit=120

printf 'not-the-password\n' >"$out/wrong"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$out/other.key" \
  -out "$out/other.pem" -days 2 -subj '/CN=another authority' 2>/dev/null

# asked NAME CODE WORDS FILE SETTINGS...: what migrate says, which asks Kafka and PostgreSQL, or up,
# which asks all services and then is told to end.
asked() {
  local command=$1 name=$2 code=$3 words=$4 sets=() one
  shift 4
  for one in "$@"; do sets+=(--set-target "$one"); done
  expect "$command: $name" "$code" "$words" -- \
    "$wavetank" "$command" --target "$target" "${sets[@]}"
}
works() { local name=$1; shift; asked migrate "$name" 0 '' "$@"; }
wrong() { local name=$1 words=$2; shift 2; asked up "$name" 1 "$words" "$@"; }
plain_port() { printf '%s' "${1##*:}"; }

# --- what fits works -----------------------------------------------------------------------------

for mode in require verify-ca verify-full; do
  ca=()
  [[ $mode == require ]] || ca=(database.ca="$CLUSTER_CA")
  works "PostgreSQL, $mode" database.ca= database.sslmode="$mode" "${ca[@]}"
done
for mechanism in PLAIN SCRAM-SHA-256 SCRAM-SHA-512; do
  works "Kafka, $mechanism" kafka.mechanism=$mechanism
done
plain_login=(kafka.user= kafka.password.file=)
works "Kafka, TLS without a login" kafka.brokers="$CLUSTER_KAFKA_TLS" kafka.security=ssl \
  "${plain_login[@]}"

# --- what does not is told, each with its line ---------------------------------------------------

for one in kafka database cache objects; do
  wrong "another authority for $one" ": /$one/ca: " "$one.ca=$out/other.pem"
  wrong "no such file of an authority for $one" ": /$one/ca: " "$one.ca=$out/nowhere.pem"
done
wrong "another name of Kafka" "for which of its names" \
  kafka.brokers="localhost:$(plain_port "$CLUSTER_KAFKA_LOGIN")"
wrong "another name of PostgreSQL" ": /database/host: " database.host=localhost
works "another name of PostgreSQL, verify-ca" database.host=localhost database.sslmode=verify-ca
wrong "another name of Redis" ": /cache/host: " cache.host=localhost
wrong "another name of S3" ": /objects/endpoint: " \
  objects.endpoint="https://localhost:$(plain_port "$CLUSTER_S3_TLS")"
for mechanism in PLAIN SCRAM-SHA-256 SCRAM-SHA-512; do
  wrong "a wrong password by $mechanism" ": /kafka/password: " kafka.mechanism=$mechanism \
    kafka.password.file="$out/wrong"
done
wrong "a user whom Kafka does not know" ": /kafka/password: " kafka.user=nobody
wrong "wrong passwords" ": /database/password: " database.password.file="$out/wrong" \
  cache.password.file="$out/wrong" objects.secret_key.file="$out/wrong"
for words in ": /cache/password: " ": /objects/secret_key: "; do
  grep -qF "$words" "$log" || bad "one wrong password hides another: $words"
done

# In the clear to who speaks TLS, and the other way round.
wrong "Kafka in the clear, TLS there" ": /kafka/security: " kafka.brokers="$CLUSTER_KAFKA_TLS" \
  kafka.security=plaintext kafka.ca= "${plain_login[@]}"
wrong "a login in the clear, TLS there" ": /kafka/security: " kafka.security=sasl_plaintext \
  kafka.ca=
wrong "no login where one is asked for" ": /kafka/mechanism: " kafka.security=ssl \
  "${plain_login[@]}"
wrong "PostgreSQL in the clear, TLS there" ": /database/sslmode: " database.sslmode=disable \
  database.ca=
wrong "Redis in the clear, TLS there" ": /cache/tls: " cache.tls=false cache.ca=
wrong "S3 in the clear, TLS there" ": /objects/endpoint: " \
  objects.endpoint="http://${CLUSTER_S3_TLS#https://}" objects.ca=
wrong "Kafka by TLS, in the clear there" ": /kafka/security: " kafka.brokers="$CLUSTER_KAFKA"
wrong "Redis by TLS, in the clear there" ": /cache/tls: " \
  cache.port="$(plain_port "$CLUSTER_REDIS")"
wrong "S3 by TLS, in the clear there" ": /objects/endpoint: " \
  objects.endpoint="https://${CLUSTER_S3#http://}"

# PostgreSQL takes both at one port; for a moment it takes one.
admin() {
  PGPASSWORD=$(<"$CLUSTER_POSTGRES_ADMIN_PASSWORD_FILE") PGSSLMODE=disable psql -X -q -A -t \
    -h "${CLUSTER_POSTGRES%:*}" -p "${CLUSTER_POSTGRES#*:}" -U postgres -d postgres "$@"
}
speaks_tls() { [[ $(admin -c 'show ssl') == "$1" ]]; }
set_tls() {
  admin -c "alter system ${1:-set ssl = off}" -c 'select pg_reload_conf()' >/dev/null
}
set_tls
await speaks_tls off || bad "PostgreSQL is told to speak no TLS"
wrong "PostgreSQL by TLS, in the clear there" ": /database/sslmode: "
set_tls 'reset ssl'
await speaks_tls on || bad "PostgreSQL is told to speak TLS again"

# --- a whole run ---------------------------------------------------------------------------------

up_platform
expect "a drill" 0 '1 of 1 faults fired' -- "$wavetank" run tests/live/drill.json --world live \
  --target "$target" --no-color --verbose --out "$out/drill" --set load.0.for=15s \
  --set load.1.for=15s --set 'faults=[{"fault": "cache_outage", "at": "6s", "for": "4s"}]'
expect "undo finds nothing left" 0 '0 left behind' -- "$wavetank" undo "$out/drill"
expect "clean" 0 -- "$wavetank" clean "$out/drill"
down_platform
exit "$failed"
