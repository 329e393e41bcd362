#!/usr/bin/env bash
# Starts and stops Almanac on this machine. ./run.sh alone says how.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${ALMANAC_HOME:-$here/../../build/foreign}
port=${ALMANAC_PORT:-8300}
parts=(api dispatcher runner notifier)

usage() {
  cat <<'TEXT'
usage: ./run.sh VERB

  install           make the Python environment; every package is checked by its hash
  up                install, prepare tables, topics and bucket, start all parts, wait until ready
  down              stop all parts
  status            what runs, and whether it is ready; exit code 1 unless all is
  start PART        start one part: api, dispatcher, runner or notifier
  stop PART         stop it: SIGTERM, after 15 s SIGKILL
  restart PART      both

Exit code 3: this machine cannot have what Almanac needs, and the last line says what.

The environment says where everything is: README.md lists the variables. Those in the file env of
ALMANAC_HOME, if there is one, are read first.
TEXT
}

lacks() { printf 'run.sh: this machine lacks %s\n' "$*" >&2; exit 3; }
die() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }

known() {
  [[ " ${parts[*]} " == *" $1 "* ]] || die "no part is called '$1': ${parts[*]}"
}

# packages FILE: fetches what the file names, then installs it. Only the first may be impossible
# here; what does not install, or is not what its hash says, is broken.
packages() {
  local log=$home/pip.log
  local pip=("$home/venv/bin/pip" --quiet --disable-pip-version-check)
  local wanted=(--require-hashes --no-build-isolation -r "$here/$1")
  if ! "${pip[@]}" download --dest "$home/packages" "${wanted[@]}" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    ! grep -q 'DO NOT MATCH THE HASHES' "$log" || die "a package of $1 is not what its hash says"
    lacks "packages of $1, which cannot be fetched"
  fi
  "${pip[@]}" install --no-index --find-links "$home/packages" "${wanted[@]}"
}

install() {
  local wanted
  wanted=$(cat "$here"/requirements*.txt | sha256sum)
  [[ -f $home/venv/installed && $(<"$home/venv/installed") == "$wanted" ]] && return
  command -v java >/dev/null || lacks "Java 17 for Spark: there is no 'java' on the path"
  printf 'installing into %s\n' "$home/venv"
  mkdir -p "$home"
  "${PYTHON:-python3}" -m venv --clear "$home/venv"
  packages requirements-build.txt
  packages requirements.txt
  rm -rf "$home/packages"
  printf '%s\n' "$wanted" >"$home/venv/installed"
}

# Prints the process of a part; fails if it does not run. A number that another process has got
# since is not ours.
pid_of() {
  local pid
  [[ -f $home/run/$1.pid ]] || return 1
  pid=$(<"$home/run/$1.pid")
  [[ -r /proc/$pid/cmdline ]] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "-m almanac.$1 " || return 1
  printf '%s\n' "$pid"
}

url_of() {
  local index
  for index in "${!parts[@]}"; do
    if [[ ${parts[index]} == "$1" ]]; then
      printf 'http://127.0.0.1:%d\n' $((port + index))
    fi
  done
}

start() {
  pid_of "$1" >/dev/null && return
  mkdir -p "$home/run" "$home/logs"
  # A session of its own: what the part starts, the JVM of the runner, ends with its group.
  setsid "$home/venv/bin/python" -u -m "almanac.$1" >>"$home/logs/$1.log" 2>&1 </dev/null &
  printf '%d\n' $! >"$home/run/$1.pid"
}

stop() {
  local pid
  if pid=$(pid_of "$1"); then
    kill -TERM "$pid" 2>/dev/null || true
    kill -CONT -- "-$pid" 2>/dev/null || true
    local waited
    for ((waited = 0; waited < 150; ++waited)); do
      pid_of "$1" >/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  rm -f "$home/run/$1.pid"
}

ready() {
  curl --silent --fail --max-time 15 --output /dev/null "$(url_of "$1")/readyz"
}

wait_until_ready() {
  local part gives_up=$((SECONDS + 90))
  for part in "$@"; do
    until ready "$part"; do
      pid_of "$part" >/dev/null || die "$part ended: see $home/logs/$part.log"
      ((SECONDS < gives_up)) || die "$part is not ready: $(curl -s "$(url_of "$part")/readyz")"
      sleep 0.25
    done
  done
}

status() {
  local part pid code=0
  for part in "${parts[@]}"; do
    if ! pid=$(pid_of "$part"); then
      printf '%-11s down\n' "$part"
      code=1
    elif ready "$part"; then
      printf '%-11s ready      pid %d  %s\n' "$part" "$pid" "$(url_of "$part")"
    else
      printf '%-11s not ready  pid %d  %s\n' "$part" "$pid" "$(curl -s "$(url_of "$part")/readyz")"
      code=1
    fi
  done
  return "$code"
}

mkdir -p "$home"
home=$(cd "$home" && pwd)
# shellcheck source=/dev/null
[[ ! -f $home/env ]] || . "$home/env"
export ALMANAC_HOME=$home ALMANAC_PORT=$port PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
export PYSPARK_PYTHON=$home/venv/bin/python SPARK_LOCAL_IP=127.0.0.1
export SPARK_LOCAL_DIRS=$home/scratch/spark
case ${1:-} in
  install) install ;;
  up)
    install
    "$home/venv/bin/python" -m almanac.prepare
    for part in "${parts[@]}"; do start "$part"; done
    wait_until_ready "${parts[@]}"
    status
    ;;
  down) for part in notifier runner dispatcher api; do stop "$part"; done ;;
  status) status ;;
  start) known "${2:-}"; start "$2"; wait_until_ready "$2" ;;
  stop) known "${2:-}"; stop "$2" ;;
  restart) known "${2:-}"; stop "$2"; start "$2"; wait_until_ready "$2" ;;
  *) usage; [[ -z ${1:-} ]] || exit 2 ;;
esac
