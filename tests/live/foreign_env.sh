#!/usr/bin/env bash
# foreign_env.sh [target.json|direct.json]: writes build/foreign/env, with which the platform of
# tests/foreign finds the cluster that ./dev cluster up has started: by the proxies of its links
# (target.json, the default), or straight. Makes its role and database.
#   . build/cluster/env && tests/live/foreign_env.sh && tests/foreign/run.sh up
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ -n ${WAVETANK_TARGET:-} ]] || { echo 'foreign_env.sh: first . build/cluster/env' >&2; exit 2; }
target=$(dirname "$WAVETANK_TARGET")/${1:-target.json}
home=$PWD/build/foreign
mkdir -p "$home"

value() { # GROUP NAME: one value of the target file.
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]][sys.argv[3]])' \
    "$target" "$1" "$2"
}

[[ -s $home/password ]] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$home/password"
password=$(<"$home/password")
admin() {
  PGPASSWORD=$(<"$CLUSTER_POSTGRES_ADMIN_PASSWORD_FILE") psql -X -q -A -t -v ON_ERROR_STOP=1 \
    -h "${CLUSTER_POSTGRES%:*}" -p "${CLUSTER_POSTGRES#*:}" -U postgres -d postgres "$@"
}
[[ -n $(admin -c "select 1 from pg_roles where rolname = 'almanac'") ]] ||
  admin <<<'create role almanac login'
admin <<<"alter role almanac password '$password'"
[[ -n $(admin -c "select 1 from pg_database where datname = 'almanac'") ]] ||
  admin <<<'create database almanac owner almanac'

redis_password=$(<"$CLUSTER_REDIS_PASSWORD_FILE")
at=$(value database host):$(value database port)
cat >"$home/env" <<TEXT
export DATABASE_URL='postgresql://almanac@$at/almanac?sslmode=disable'
export PGPASSWORD='$password'
export KAFKA_BROKERS='$(value kafka brokers)'
export REDIS_URL='redis://:$redis_password@$(value cache host):$(value cache port)/1'
export S3_ENDPOINT='$(value objects endpoint)'
export AWS_REGION='$(value objects region)'
export AWS_ACCESS_KEY_ID='$(<"$CLUSTER_S3_ACCESS_FILE")'
export ALMANAC_DRILLS_UNTIL=$(date -u -d '+30 days' +%FT%TZ)
export AWS_SECRET_ACCESS_KEY='$(<"$CLUSTER_S3_SECRET_FILE")'
TEXT
