#!/usr/bin/env bash
# almanac.sh up|drill|down: starts Almanac (tests/foreign) on the cluster of ./dev cluster up,
# behind links of its own at the Toxiproxy of the cluster, and writes build/attach/almanac.json: the
# target by which wavetank drills it. drill tries each piece of that target, runs all drills of this
# folder, and kills one at each step (tests/live/kills.sh). down stops it and takes the links away.
# Exit code 3 of up: this machine cannot have what Almanac needs.
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER_ENV:-build/cluster/env}
[[ -r $cluster ]] || { echo 'almanac.sh: first ./dev cluster up' >&2; exit 2; }
# shellcheck source=/dev/null
. "$cluster"
home=$PWD/build/foreign
port=${ALMANAC_PORT:-8300}
links=(database cache objects)

link() { # NAME UPSTREAM: its address, made where it is not there
  local found
  found=$(curl -sf "$CLUSTER_TOXIPROXY/proxies/almanac-$1" ||
    curl -sf -X POST "$CLUSTER_TOXIPROXY/proxies" \
      -d "{\"name\": \"almanac-$1\", \"listen\": \"127.0.0.1:0\", \"upstream\": \"$2\"}")
  python3 -c 'import json, sys; print(json.load(sys.stdin)["listen"])' <<<"$found"
}

up() {
  local database cache objects url
  export ALMANAC_PORT=$port ALMANAC_CALLBACK_TIMEOUT_S=5
  tests/live/foreign_env.sh direct.json
  database=$(link database "$CLUSTER_POSTGRES")
  cache=$(link cache "$CLUSTER_REDIS")
  objects=$(link objects "${CLUSTER_S3#http://}")
  sed -i -e "s|$CLUSTER_POSTGRES|$database|" -e "s|$CLUSTER_REDIS|$cache|" \
    -e "s|$CLUSTER_S3|http://$objects|" "$home/env"
  tests/foreign/run.sh up
  # shellcheck source=/dev/null
  ( . "$home/env"; PYTHONPATH=tests/foreign PYTHONDONTWRITEBYTECODE=1 \
    "$home/venv/bin/python" tests/attach/lake.py )
  mkdir -p build/attach
  url=http://127.0.0.1
  python3 - tests/attach/almanac.target.json build/attach/almanac.json \
    api="$url:$port" dispatcher="$url:$((port + 1))" runner="$url:$((port + 2))" \
    notifier="$url:$((port + 3))" receiver_port=$((port + 9)) home="$home" \
    run="$PWD/tests/foreign/run.sh" password_file="$home/password" \
    database_host="${CLUSTER_POSTGRES%:*}" database_port="${CLUSTER_POSTGRES#*:}" \
    cache_host="${CLUSTER_REDIS%:*}" cache_port="${CLUSTER_REDIS#*:}" \
    cache_password_file="$CLUSTER_REDIS_PASSWORD_FILE" brokers="$CLUSTER_KAFKA" \
    objects="$CLUSTER_S3" access_file="$CLUSTER_S3_ACCESS_FILE" \
    secret_file="$CLUSTER_S3_SECRET_FILE" toxiproxy="$CLUSTER_TOXIPROXY" <<'PYTHON'
import pathlib, string, sys
source, goal, *values = sys.argv[1:]
text = string.Template(pathlib.Path(source).read_text())
pathlib.Path(goal).write_text(text.substitute(dict(value.split("=", 1) for value in values)))
PYTHON
  printf 'wrote build/attach/almanac.json\n'
}

down() {
  tests/foreign/run.sh down
  local name
  for name in "${links[@]}"; do
    curl -s -X DELETE "$CLUSTER_TOXIPROXY/proxies/almanac-$name" >/dev/null || true
  done
}

drill() { # Each "ok" line is one check.
  local wavetank=${WAVETANK:-build/live/wavetank} target=build/attach/almanac.json
  local out=build/attach/drills limit=600 scenario faults
  # shellcheck source=tests/live/checks.sh
  . tests/live/checks.sh
  expect check 0 'a drill can run' -- "$wavetank" attach --check "$target" --probe
  for scenario in five_faults links; do
    [[ $scenario == links ]] && faults=7 || faults=5
    expect $scenario 0 "$faults of $faults faults fired" -- "$wavetank" run tests/attach/$scenario.json \
      --world live --target "$target" --out "$out/$scenario" --no-color
  done
  expect "an answer that is not as described" 1 'says no id at /identifier' -- \
    "$wavetank" attach --check "$target" --probe --set-target attach.request.id=/identifier
  local rule='expect.thresholds=[{"expr": "freshness max < 1ms", "abort": true}]'
  expect "a broken safety rule stops the run" 5 'stopped by a safety rule: freshness max' -- \
    "$wavetank" run tests/attach/links.json --world live --target "$target" --no-color \
    --out "$out/stopped" --set "$rule"
  bash tests/live/kills.sh "$wavetank" "$target" "$out/kills" &
  wait "$!" || bad "kills"
  exit "$failed"
}

case ${1:-} in
  up) up ;;
  drill) drill ;;
  down) down ;;
  *) sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
