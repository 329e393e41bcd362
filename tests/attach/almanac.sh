#!/usr/bin/env bash
# almanac.sh up|drill|down: starts Almanac (tests/foreign) on the cluster of ./dev cluster up,
# behind links of its own at the Toxiproxy of the cluster and watched by a Prometheus, and writes
# build/attach/almanac.json: the target by which wavetank drills it. drill tries each piece of that
# target, runs all drills of this folder, and kills one at each step (tests/live/kills.sh). down
# stops it and its Prometheus, and takes the links away.
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
watched=$PWD/build/attach/prometheus
prometheus=127.0.0.1:$((port + 8))

link() { # NAME UPSTREAM: its address, made where it is not there
  local found
  found=$(curl -sf "$CLUSTER_TOXIPROXY/proxies/almanac-$1" ||
    curl -sf -X POST "$CLUSTER_TOXIPROXY/proxies" \
      -d "{\"name\": \"almanac-$1\", \"listen\": \"127.0.0.1:0\", \"upstream\": \"$2\"}")
  python3 -c 'import json, sys; print(json.load(sys.stdin)["listen"])' <<<"$found"
}

watcher() { # Its process, where it runs.
  local pid
  pid=$(cat "$watched/pid" 2>/dev/null) || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$watched" && printf '%s\n' "$pid"
}

await_end() { while [[ -e /proc/$1 ]]; do sleep 0.1; done; }

# A Prometheus of its owner, which looks at every part once a second. It is up when it has.
watch() {
  local until=$((SECONDS + 60))
  watcher >/dev/null || start_watcher
  until curl -sfg "http://$prometheus/api/v1/query?query=count(up==1)" | grep -q '"4"'; do
    ((SECONDS < until)) || { tail "$watched/log" >&2; return 1; }
    sleep 0.2
  done
}

start_watcher() {
  mkdir -p "$watched"
  local part targets=''
  for part in 0 1 2 3; do targets+="${targets:+, }'127.0.0.1:$((port + part))'"; done
  printf '%s\n' 'global: {scrape_interval: 1s, scrape_timeout: 1s}' 'scrape_configs:' \
    "  - {job_name: almanac, static_configs: [{targets: [$targets]}]}" >"$watched/prometheus.yml"
  setsid prometheus --config.file="$watched/prometheus.yml" --storage.tsdb.path="$watched/data" \
    --storage.tsdb.retention.time=2h --web.listen-address="$prometheus" \
    >"$watched/log" 2>&1 </dev/null &
  printf '%d\n' $! >"$watched/pid"
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
  watch
  url=http://127.0.0.1
  python3 - tests/attach/almanac.target.json build/attach/almanac.json \
    api="$url:$port" dispatcher="$url:$((port + 1))" runner="$url:$((port + 2))" \
    notifier="$url:$((port + 3))" receiver_port=$((port + 9)) home="$home" \
    run="$PWD/tests/foreign/run.sh" password_file="$home/password" \
    database_host="${CLUSTER_POSTGRES%:*}" database_port="${CLUSTER_POSTGRES#*:}" \
    cache_host="${CLUSTER_REDIS%:*}" cache_port="${CLUSTER_REDIS#*:}" \
    cache_password_file="$CLUSTER_REDIS_PASSWORD_FILE" brokers="$CLUSTER_KAFKA" \
    objects="$CLUSTER_S3" access_file="$CLUSTER_S3_ACCESS_FILE" \
    secret_file="$CLUSTER_S3_SECRET_FILE" prometheus="http://$prometheus" \
    toxiproxy="$CLUSTER_TOXIPROXY" <<'PYTHON'
import pathlib, string, sys
source, goal, *values = sys.argv[1:]
text = string.Template(pathlib.Path(source).read_text())
pathlib.Path(goal).write_text(text.substitute(dict(value.split("=", 1) for value in values)))
PYTHON
  printf 'wrote build/attach/almanac.json\n'
}

down() {
  tests/foreign/run.sh down
  local name pid
  if pid=$(watcher); then kill "$pid" && await_end "$pid"; fi
  for name in "${links[@]}"; do
    curl -s -X DELETE "$CLUSTER_TOXIPROXY/proxies/almanac-$name" >/dev/null || true
  done
}

drill() { # Each "ok" line is one check.
  local wavetank=${WAVETANK:-build/live/wavetank} target=build/attach/almanac.json
  local out=build/attach/drills limit=600 scenario faults
  # shellcheck source=tests/live/checks.sh
  . tests/live/checks.sh
  local probe
  expect check 0 'a drill can run' -- "$wavetank" attach --check "$target" --probe
  probe=$(grep -o 'check-[0-9]*' "$log" | tail -n 1)
  # Before the first request there is no figure of requests.
  expect "check again" 0 'a drill can run' -- "$wavetank" attach --check "$target"
  if grep FAILS "$log"; then bad "every piece works"; else ok "every piece works"; fi
  expect "clean what the probe left" 0 'removed' -- \
    "$wavetank" clean --probe "$probe" --target "$target"
  for scenario in five_faults links repeated; do
    case $scenario in
      five_faults) faults=5 ;;
      links) faults=7 ;;
      repeated)
        faults=1
        strangers >"$out/strangers" &
        ;;
    esac
    expect $scenario 0 "$faults of $faults faults fired" -- \
      "$wavetank" run tests/attach/$scenario.json \
      --world live --target "$target" --out "$out/$scenario" --no-color
    expect "clean $scenario" 0 'report requests of run r' -- "$wavetank" clean "$out/$scenario"
    expect "nothing is left of $scenario" 0 'found    0 report objects' -- \
      "$wavetank" clean "$out/$scenario" --dry-run
  done
  told_twice
  measured
  expect "an answer that is not as described" 1 'says no id at /identifier' -- \
    "$wavetank" attach --check "$target" --probe --set-target attach.request.id=/identifier
  local rule='expect.thresholds=[{"expr": "freshness max < 1ms", "abort": true}]'
  expect "a broken safety rule stops the run" 5 'stopped by a safety rule: freshness max' -- \
    "$wavetank" run tests/attach/links.json --world live --target "$target" --no-color \
    --out "$out/stopped" --set "$rule"
  careless
  own_rules
  strangers_stand
  bash tests/live/kills.sh "$wavetank" "$target" "$out/kills" &
  wait "$!" || bad "kills"
  no_secrets build/attach
  exit "$failed"
}

# Reports that somebody else asks for while our messages are repeated: their ids. No copy and no
# clean-up may touch them.
strangers() {
  local i
  for i in 1 2 3 4 5 6; do
    sleep 5
    curl -sf "http://127.0.0.1:$port/api/report-requests" -H 'Content-Type: application/json' \
      -d '{"dataset": "calm-coast", "edition": "theirs", "reference": "theirs-'$$-$i'"}' |
      python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'
  done
}
strangers_stand() {
  local id topic found wrong=''
  for topic in requests jobs events; do
    kcat -b "$CLUSTER_KAFKA" -C -q -e -o beginning -t report-$topic.v1 >"$out/$topic.txt" \
      2>"$out/kcat.log"
  done
  while read -r id; do
    found=$(curl -sf "http://127.0.0.1:$port/api/report-requests/$id/log" |
      python3 -c 'import json, sys; print(*[one["status"] for one in json.load(sys.stdin)])') ||
      found='nobody knows it'
    [[ $found == 'queued planned crunching ready' ]] || wrong+=" $id: $found;"
    for topic in requests jobs events; do
      [[ $(grep -c "$id" "$out/$topic.txt") == 1 ]] || wrong+=" $id in $topic;"
    done
  done <"$out/strangers"
  if [[ $(wc -l <"$out/strangers") == 6 && -z $wrong ]]; then
    ok "what others asked for was said once, is done, and stands"
  else
    bad "what others asked for:$wrong"
  fi
}

# Almanac told us of some reports more than once, and we asked for each but once.
told_twice() {
  if python3 - "$out/repeated/journal.json" <<'PYTHON'
import json, sys
fault = json.load(open(sys.argv[1]))["faults"][0]
sys.exit(not fault["fired"] >= 10)
PYTHON
  then ok "messages were published again"; else bad "messages were published again"; fi
}

# Figures of Almanac itself, from its pages and its Prometheus, known for nearly all of the run.
measured() {
  if python3 - "$out/five_faults/journal.json" <<'PYTHON'
import json, sys
journal = json.load(open(sys.argv[1]))
found = {one["name"]: one for one in journal["readings"]}
names = {"almanac.crunching", "almanac.requests", "almanac.queued"}
known = all(one["unknown_s"] < 30 for one in found.values())
busy = all(found[one]["most"] > 0 for one in ("almanac.crunching", "almanac.requests"))
drawn = names <= set(journal["series"]["tracks"])
ceiling = any(one["name"] == "almanac.queued" for one in journal["resources"])
print(found, drawn, ceiling)
sys.exit(not (set(found) == names and known and busy and drawn and ceiling))
PYTHON
  then ok "its own figures are in the report"; else bad "its own figures are in the report"; fi
}

# Descriptions that would take in what is not ours, and one that removes nothing.
careless() {
  local linked=$out/links
  expect "a condition that holds for everybody removes nothing" 6 'run that never was' -- \
    "$wavetank" clean "$linked" --target "$target" \
    --set-target 'attach.belongings.2.where=starts_with(reference, {run}) or true'
  expect "a statement without the run is an error" 2 '/attach/belongings/2/where' -- \
    "$wavetank" clean "$linked" --target "$target" --set-target 'attach.belongings.2.where=true'
  expect "a short drill" 0 'the load left' -- "$wavetank" run tests/attach/repeated.json \
    --world live --target "$target" --out "$out/short" --no-color \
    --set load.0.for=10s --set faults=[] --set settle=60s
  expect "what is left after clean is residue" 6 'left behind: ' -- "$wavetank" clean "$out/short" \
    --set-target 'attach.belongings=[{"what": "report requests", "kind": "statements",
      "count": "select count(*) from reporting.requests where starts_with(reference, {run})",
      "remove": "delete from reporting.requests where reference = {run}"}]'
  expect "clean the short drill" 0 'removed' -- "$wavetank" clean "$out/short"
}

# Rules of the target by its own figures: one that is broken before the run, one while it lasts.
own_rules() {
  expect "a rule that is broken already" 4 'is broken already' -- \
    "$wavetank" run tests/attach/repeated.json --world live --target "$target" --no-color \
    --out "$out/broken" --set-target 'attach.metrics.2.stop=>= 0'
  expect "a figure stops the run" 5 "stopped by the target's rule almanac.requests > 0" -- \
    "$wavetank" run tests/attach/repeated.json --world live --target "$target" --no-color \
    --out "$out/figure" --set-target 'attach.metrics.1.stop=> 0'
  expect "clean the stopped drill" 0 'removed' -- "$wavetank" clean "$out/figure"
  expect "a Prometheus that is away" 0 'almanac.crunching: ' -- \
    "$wavetank" attach --check "$target" --set-target attach.prometheus.url=http://127.0.0.1:1
  expect "a topic that does not tell ours" 2 'no topic of the target tells' -- \
    "$wavetank" run tests/attach/repeated.json --world live --target "$target" --no-color \
    --out "$out/untold" --set-target attach.topics=[]
}

case ${1:-} in
  up) up ;;
  drill) drill ;;
  down) down ;;
  *) sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
