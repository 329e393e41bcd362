#!/usr/bin/env bash
# cluster.sh up|status|down|fetch|clean: Kafka, PostgreSQL, Redis, an S3 server and Toxiproxy on
# 127.0.0.1, everything of theirs below build/cluster. docs/cluster.md says what is where. Exit
# codes: 0 all is up (or down, as asked), 1 a part is not, 3 this machine lacks a part.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
pins=$PWD/tests/cluster
link=$PWD/build/cluster
parts=(kafka postgres redis s3 s3_tls toxiproxy) # In the order of their start.
linked=(redis s3 postgres kafka)                 # Those with a proxy.
limit=90   # Seconds that a part may take to answer.
started=() # Parts that this call of up started, the last first.

die() { printf 'cluster: %s\n' "$*" >&2; exit 1; }
lacks() { printf 'cluster: %s\n' "$*" >&2; exit 3; }

# --- who and where ----------------------------------------------------------------------------

# PostgreSQL refuses to run as root, and nothing here needs root: root starts it all as another.
user=$(id -un)
as=()
if [[ $(id -u) == 0 ]]; then
  user=postgres
  id postgres >/dev/null 2>&1 || user=nobody
  as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi

# That user may be unable to enter this tree (it may lie in root's home): then build/cluster is a
# link to a folder below /var/tmp.
find_home() {
  mkdir -p build
  if [[ ! -e $link ]] && ! "${as[@]}" test -x "$PWD/build"; then
    local place
    place=/var/tmp/wavetank-cluster-$(printf '%s' "$PWD" | sha256sum | cut -c1-12)
    mkdir -p "$place"
    [[ -O $place && ! -L $place ]] || die "$place belongs to someone else: remove it"
    ln -sfn "$place" "$link"
  fi
  mkdir -p "$link"
  home=$(realpath "$link")
  "${as[@]}" test -x "$home" ||
    die "$user cannot enter $home: ./dev cluster down, remove it, and try again"
  mkdir -p "$home"/{data,logs,pids,secrets,state,tls}
}

# --- ports ------------------------------------------------------------------------------------

# api/0 ... as system/blueprints/pipeline.cpp hosts them with default settings.
services=(api/0 api/1 callbacks/0 callbacks/1 drivers/0 drivers/1 workers/0 workers/1)
others=(outbox/0 launcher/0 launcher/1 reconciler/0)
port_names=(postgres redis redis_tls s3 s3_tls toxiproxy
            kafka kafka_tls kafka_login kafka_behind kafka_controller
            proxy_postgres proxy_redis proxy_s3 proxy_kafka
            "${services[@]}" "${services[@]/%/_control}" "${others[@]/%/_control}")
declare -A port=()

# Whether a socket of this machine has the port. One that is only waited for (06) does no harm.
taken() {
  local hex
  printf -v hex '%04X' "$1"
  awk -v ending=":$hex" '
    substr($2, length($2) - 4) == ending && $4 != "06" { hit = 1 }
    END { exit !hit }' /proc/net/tcp*
}

read_ports() {
  local name number
  [[ ! -e $home/ports ]] || while IFS='=' read -r name number; do
    port[$name]=$number
  done <"$home/ports"
}

# Ports are kept from the last time, while any part is up or all are free. New ones lie below those
# that the system gives to outgoing connections, which could take one while its server is down.
choose_ports() {
  local name number high low=15000 keep=1 used=' '
  for name in "${port_names[@]}"; do
    [[ -n ${port[$name]:-} ]] && { any_up || ! taken "${port[$name]}"; } || keep=0
  done
  [[ $keep == 0 ]] || return 0
  ! any_up || die "$home/ports does not fit this version: ./dev cluster down, then up"
  high=$(awk '{ print $1 }' /proc/sys/net/ipv4/ip_local_port_range)
  ((high > low + 1000)) || { low=20000; high=60000; }
  for name in "${port_names[@]}"; do
    while number=$((low + (RANDOM * 32768 + RANDOM) % (high - low)))
          [[ $used == *" $number "* ]] || taken "$number"; do :; done
    used+="$number "
    port[$name]=$number
  done
  for name in "${port_names[@]}"; do printf '%s=%s\n' "$name" "${port[$name]}"; done >"$home/ports"
}

# --- processes --------------------------------------------------------------------------------

# Prints the process of a part if it runs: the one of the pid file, if it is still that server.
# Every server has its own data folder in its command line.
pid_of() {
  local pid
  pid=$(cat "$home/pids/$1" 2>/dev/null) && [[ -n $pid ]] || return 1
  tr '\0' ' ' 2>/dev/null </proc/"$pid"/cmdline | grep -qF "$home/data/$1" || return 1
  printf '%s\n' "$pid"
}

any_up() {
  local part
  for part in "${parts[@]}"; do
    ! pid_of "$part" >/dev/null || return 0
  done
  return 1
}

# launch PART COMMAND...: in its own session, so that neither ^C nor a closing terminal reaches it.
launch() {
  local part=$1
  shift
  printf '\n== %s: started by up\n' "$(date -u +%FT%TZ)" >>"$home/logs/$part.log"
  (cd "$home/data/$part" && exec setsid "${as[@]}" "$@") \
    </dev/null >>"$home/logs/$part.log" 2>&1 3>&- 9>&- &
  printf '%s\n' $! >"$home/pids/$part"
  disown
  # Until it is the server and no longer this script.
  until pid_of "$part" >/dev/null || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
}

# patiently PART COMMAND...: tries until it works, the part has ended, or the limit is reached.
patiently() {
  local part=$1 end=$((SECONDS + limit))
  shift
  until "$@" 2>>"$home/logs/$part.log"; do
    pid_of "$part" >/dev/null || { echo "cluster: $part has ended" >&2; return 1; }
    ((SECONDS < end)) || { echo "cluster: $part gave no answer in $limit s" >&2; return 1; }
    sleep 0.1
  done
}

# stop PART: asks, waits, and kills what does not listen.
stop() {
  local part=$1 pid signal=TERM waited=0
  pid=$(pid_of "$part") || { rm -f "$home/pids/$part"; return 0; }
  [[ $part != postgres ]] || signal=INT # Does not wait for its clients.
  kill -s "$signal" "$pid"
  kill -s CONT "$pid" 2>/dev/null || true # A drill may have left it paused.
  while pid_of "$part" >/dev/null; do
    sleep 0.1
    ((++waited < 200)) || { kill -s KILL "$pid"; break; }
  done
  rm -f "$home/pids/$part"
  printf '  %-10s down\n' "$part"
}

# --- secrets ----------------------------------------------------------------------------------

# secret NAME: its file, made at the first need; for its owner's eyes and root's.
secret() {
  local file=$home/secrets/$1
  [[ -s $file ]] || (umask 077; head -c 24 /dev/urandom | base64 | tr '+/' 'Aa' >"$file")
  printf '%s\n' "$file"
}

# --- certificates -----------------------------------------------------------------------------

# Made once: an authority that signs one certificate for 127.0.0.1, by no other name, and forgets
# its key. Who tries a wrong name calls the servers localhost.
certificates() {
  local at=$home/tls days=3650
  [[ ! -s $at/server.pem ]] || return 0
  (
    umask 077
    cd "$at"
    exec 2>"$home/logs/openssl.log"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key \
      -out ca.pem -days $days -subj '/CN=wavetank test authority'
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key \
      -out server.csr -subj '/CN=wavetank cluster'
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $days \
      -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out server.new
    rm -f ca.key ca.srl server.csr
    chmod 644 ca.pem server.new
    mv server.new server.pem
  ) || { tail -n 5 "$home/logs/openssl.log" >&2; die "no certificate could be made"; }
}

# certificate PART: for its eyes, in its folder.
certificate() {
  local at=$home/data/$1
  install -m 600 "$home/tls/server.pem" "$home/tls/server.key" "$home/tls/ca.pem" "$at"
  own "$at"/{server.pem,server.key,ca.pem}
}

# shellcheck source=/dev/null
. "$pins/servers.sh"
# shellcheck source=/dev/null
. "$pins/target.sh"

# --- verbs ------------------------------------------------------------------------------------

address() {
  case $1 in
    toxiproxy) printf 'http://127.0.0.1:%s' "${port[toxiproxy]}" ;;
    s3_tls) printf 'https://127.0.0.1:%s' "${port[s3_tls]}" ;;
    *) printf '127.0.0.1:%s, by its proxy 127.0.0.1:%s' "${port[$1]}" "${port[proxy_$1]}" ;;
  esac
}

# Stops what this call started: after a part failed, whose log it shows, or when interrupted.
give_up() {
  local failed=$1 part
  if [[ -n $failed ]]; then
    echo "cluster: $failed is not up; the end of $home/logs/$failed.log:" >&2
    tail -n 20 "$home/logs/$failed.log" | sed 's/^/    /' >&2
  fi
  for part in "${started[@]}"; do stop "$part"; done
  exit 1
}

up() {
  local part began spent
  declare -A since=()
  check_programs
  read_ports
  choose_ports
  for part in postgres postgres_admin postgres_tls redis kafka s3_access s3_secret control; do
    secret "$part" >/dev/null
  done
  certificates
  exec 3>&1 # The trap may run inside a command whose output goes to a log.
  trap 'give_up "" >&3' INT TERM HUP
  for part in "${parts[@]}"; do
    if pid_of "$part" >/dev/null; then
      printf '  %-10s was up  %s\n' "$part" "$(address "$part")"
    else
      since[$part]=${EPOCHREALTIME/./}
      started=("$part" "${started[@]}")
      "start_$part" || give_up "$part"
    fi
  done
  for part in "${linked[@]}" s3_tls toxiproxy; do
    began=${since[$part]:-}
    [[ -n $began ]] || continue
    { "prepare_$part" && patiently "$part" "answers_$part" "${port[$part]}" &&
      patiently "$part" answers_by_tls "$part"; } || give_up "$part"
    spent=$((${EPOCHREALTIME/./} - began))
    printf '  %-10s up in %d.%d s  %s\n' "$part" $((spent / 1000000)) $((spent / 100000 % 10)) \
      "$(address "$part")"
  done
  trap - INT TERM HUP
  write_files
  if [[ ${#started[@]} == 0 ]]; then
    status >"$home/logs/status" || { cat "$home/logs/status"; exit 1; }
    echo 'The cluster was up already.'
  else
    printf 'The cluster is up. WAVETANK_TARGET=%s/target.json\n' "$home"
  fi
}

status() {
  local part pid code=0 word
  read_ports
  for part in "${parts[@]}"; do
    word=up
    if ! pid=$(pid_of "$part"); then
      printf '  %-10s down\n' "$part"
      code=1
      continue
    fi
    if ! "answers_$part" "${port[$part]}"; then
      word='no answer'
    elif [[ -n ${port[proxy_$part]:-} ]] && ! "answers_$part" "${port[proxy_$part]}"; then
      word='no proxy' # It answers, but nothing comes through its proxy.
    elif ! answers_by_tls "$part"; then
      word='no TLS' # It answers in the clear only.
    fi
    [[ $word == up ]] || code=1
    printf '  %-10s %-9s  pid %-7s  %s\n' "$part" "$word" "$pid" "$(address "$part")"
  done
  return $code
}

down() {
  local part
  # Tools find a cluster by these files.
  rm -f "$home"/{target.json,direct.json,tls.json,env,marker.json}
  for part in toxiproxy kafka s3_tls s3 redis postgres; do stop "$part"; done
}

clean() {
  down
  rm -rf "$home" "$link"
}

# Nothing is replaced under a server that runs.
fetch() {
  any_up || bash "$pins/fetch.sh" "$home"
}

verb=${1:-}
case $verb in
  up | down | clean | fetch)
    find_home
    exec 9>"$home/.lock"
    flock -w 300 9 || die "another cluster.sh holds $home/.lock"
    "$verb"
    ;;
  status)
    [[ -e $link ]] || { echo 'The cluster was never up here.'; exit 1; }
    find_home
    status
    ;;
  *) echo "usage: ./dev cluster up|status|down" >&2; exit 2 ;;
esac
