#!/usr/bin/env bash
# lacks.sh: what ./dev says where this machine cannot have what the live suite needs, and where what
# it has is broken. It runs in a copy of the scripts, with programs that cannot fetch or do nothing
# in the place of the real ones. Each "ok" line is one check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tree=$(mktemp -d)
chmod 755 "$tree" # Root's cluster is another user's.
trap '(cd "$tree/at" 2>/dev/null && bash tests/cluster/cluster.sh clean) >/dev/null 2>&1 || true
      rm -rf "$tree"' EXIT
mkdir -p "$tree"/{at,bin}
cp -r --parents dev tests/cluster tests/live tests/foreign tests/attach tests/scenarios/checks.sh \
  "$tree/at"
cd "$tree/at"
unset CI
failed=0

# program NAME LINE...: what stands in its place.
program() {
  local file=$tree/bin/$1
  shift
  printf '%s\n' '#!/bin/bash' "$@" >"$file"
  chmod +x "$file"
}
script() {
  local file=$1
  shift
  printf '%s\n' '#!/bin/bash' "$@" >"$file"
}
# says NAME CODE WORDS... -- COMMAND...: it ends with that code and says all of the words.
says() {
  local name=$1 wanted=$2 words=() one code=0 lack=''
  shift 2
  while [[ $1 != -- ]]; do words+=("$1"); shift; done
  shift
  PATH=$tree/bin:$PATH "$@" >"$tree/log" 2>&1 </dev/null || code=$?
  for one in "${words[@]}"; do grep -qF -- "$one" "$tree/log" || lack=$one; done
  if [[ $code == "$wanted" && -z $lack ]]; then
    echo "ok $name"
    return
  fi
  cat "$tree/log"
  echo "not ok $name: exit $code, wanted $wanted${lack:+ and: $lack}"
  failed=1
}
suite=(./dev test --live-only)

# Nothing is installed, and apt-get reaches nobody. What would be changed is left alone.
script tests/cluster/quiet.sh 'exec "$@"'
# shellcheck disable=SC2016 # For the program.
program sudo '[[ $1 != -n ]] || shift' 'exec "$@"'
program dpkg-query 'exit 1'
program apt-get 'echo "E: Unable to locate package" >&2; exit 100'
says "setup live names the packages that it cannot install" 3 \
  'dev: this machine lacks ' 'librdkafka-dev' 'which apt-get cannot install here' -- \
  ./dev setup live
says "so does any other setup" 3 'dev: this machine lacks ' 'nlohmann-json3-dev' -- ./dev setup demo
says "without packages the suite is skipped" 3 \
  'skipped: the live suite: dev: this machine lacks ' 'librdkafka-dev' '0 passed, 0 failed' -- \
  "${suite[@]}"

# All is installed, but nothing can be fetched.
program dpkg-query 'echo installed'
for one in mvn go; do program $one 'echo "no route to host" >&2; exit 1'; done
says "fetching names the parts that it cannot have" 3 \
  'cluster: this machine cannot fetch kafka toxiproxy versitygw' -- \
  bash tests/cluster/cluster.sh fetch
says "without its parts the suite is skipped" 3 \
  'skipped: the live suite: cluster: this machine cannot fetch kafka toxiproxy versitygw' \
  '0 passed, 0 failed' -- "${suite[@]}"

# What was fetched is not what it should be: that is no machine that lacks something.
# shellcheck disable=SC2016
program mvn 'for one; do [[ $one != -DoutputDirectory=* ]] || mkdir -p "${one#*=}"; done'
says "jars that are not those of kafka.sha256 fail" 1 \
  'FAILED cluster: cluster: not what it should be: kafka' '0 passed, 1 failed' -- "${suite[@]}"

# From here on a cluster is up, and every part of the suite has one check.
script tests/cluster/cluster.sh 'exit 0'
for one in drill hard kills links telemetry interrupts tls repairs; do
  script tests/live/$one.sh 'echo "ok it"'
done
program cmake 'exit 0'
mkdir -p build/live/Testing/Temporary
touch build/live/CTestTestfile.cmake
program ctest 'cat >build/live/Testing/Temporary/LastTest.log <<TEXT' '1/1 Test: live' \
  '[doctest] test cases: 1 | 1 passed | 0 failed | 0 skipped' 'Test Passed.' 'TEXT'
# almanac CODE LINE: what up ends with and says.
almanac() {
  # shellcheck disable=SC2016
  script tests/attach/almanac.sh '[[ $1 == up ]] || { echo "ok it"; exit 0; }' "echo '$2'" "exit $1"
}
almanac 0 ''
says "what can be run is counted, and how long it took is told" 0 '11 passed, 0 failed' \
  'The live suite took ' -- "${suite[@]}"
almanac 3 'run.sh: this machine lacks Java'
says "a foreign platform that cannot be had is skipped" 0 \
  'skipped: drills on tests/foreign: run.sh: this machine lacks Java' '10 passed, 0 failed' -- \
  "${suite[@]}"
almanac 1 'run.sh: runner ended'
says "a foreign platform that is broken fails" 1 \
  'FAILED tests/foreign: it did not come up (exit 1): run.sh: runner ended' \
  '10 passed, 1 failed' -- "${suite[@]}"
almanac 0 ''
says "what is cut by the limit fails, part by part" 1 'FAILED drill: cut' 'FAILED kills: cut' \
  'FAILED tests of live' 'FAILED tests/foreign' '1 passed, 10 failed' -- \
  env LIVE_MINUTES=0 "${suite[@]}"
program ctest 'exit 1'
says "a ctest that dies is no old result" 1 'FAILED tests of live: ctest did not' -- "${suite[@]}"

# The foreign platform's own packages.
program java 'exit 0'
# python PIP-LINE...: makes an environment whose pip is this.
python() {
  script "$tree/pip" "$@"
  # shellcheck disable=SC2016
  program python3 'for at; do :; done' 'mkdir -p "$at/bin"' \
    "install -m 755 '$tree/pip' \"\$at/bin/pip\""
}
install=(env ALMANAC_HOME="$tree/foreign" PYTHON="$tree/bin/python3" bash tests/foreign/run.sh
         install)
python 'echo "Name or service not known" >&2; exit 1'
says "packages that cannot be fetched are lacking" 3 \
  'run.sh: this machine lacks packages of requirements-build.txt' -- "${install[@]}"
python 'echo "THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1'
says "a package with another hash is broken" 1 'is not what its hash says' -- "${install[@]}"
# shellcheck disable=SC2016
python '[[ " $* " == *" download "* ]] || { echo "error: metadata" >&2; exit 1; }'
says "a package that does not install is broken" 1 'error: metadata' -- "${install[@]}"
exit "$failed"
