#!/usr/bin/env bash
# What the cluster needs and Debian does not have, into build/cluster: the Kafka broker's jars, by
# Maven; versitygw and Toxiproxy, built by the Go toolchain that go.mod names. Versions and
# checksums are in this folder. Exit 3: this machine cannot fetch a part; exit 1: what was fetched
# is not what it should be. The last line names the part.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
pins=$PWD/tests/cluster
home=${1:-$PWD/build/cluster}
lacking=() broken=()
# shellcheck source=/dev/null
. "$pins/toolchain.sh"

# fetched PART COMMAND...: runs it unless the part was made from these very pins; 3 is that it
# cannot be had. One part does not keep the others from being fetched.
fetched() {
  local part=$1 log=$home/logs/fetch_$1.log stamp=$home/fetched/$1 print code=0
  shift
  print=$(cat "$pins"/{go.mod,go.sum,pom.xml,kafka.sha256} | sha256sum)
  [[ ! -e $stamp || $(<"$stamp") != "$print" ]] || return 0
  printf '  fetching %s\n' "$part"
  ("$@") >"$log" 2>&1 </dev/null || code=$?
  if [[ $code == 0 ]]; then
    printf '%s\n' "$print" >"$stamp"
    return
  fi
  tail -n 15 "$log" | sed 's/^/    /'
  if [[ $code == 3 ]]; then lacking+=("$part"); else broken+=("$part"); fi
}

kafka() {
  local jars=$home/kafka
  rm -rf "$jars"
  mvn --batch-mode --no-transfer-progress --strict-checksums --file "$pins/pom.xml" \
    dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars" || return 3
  cd "$jars"
  sha256sum --check --strict --quiet "$pins/kafka.sha256" || return 1
  local extra
  extra=$(comm -13 <(awk '{ print $2 }' "$pins/kafka.sha256" | sort) <(printf '%s\n' *.jar | sort))
  [[ -z $extra ]] || { echo "jars that kafka.sha256 does not list: $extra"; return 1; }
}

# build PROGRAM PACKAGE
build() {
  use_toolchain || return 3
  cd "$pins"
  go version && go mod download || return 3
  go build -trimpath -o "$home/bin/$1" "$2"
}

mkdir -p "$home"/{bin,logs,fetched}
fetched kafka kafka
fetched toxiproxy build toxiproxy-server github.com/Shopify/toxiproxy/v2/cmd/server
fetched versitygw build versitygw github.com/versity/versitygw/cmd/versitygw
logs="(logs: $home/logs/fetch_*.log)"
if [[ ${#broken[@]} != 0 ]]; then
  printf 'cluster: not what it should be: %s %s\n' "${broken[*]}" "$logs" >&2
  exit 1
elif [[ ${#lacking[@]} != 0 ]]; then
  printf 'cluster: this machine cannot fetch %s %s\n' "${lacking[*]}" "$logs" >&2
  exit 3
fi
