#!/usr/bin/env bash
# Sourced by what measures our own platform: brings the cluster up where it is down, and the
# platform's processes; on the way out, down again. Takes $build and $out, which it empties; sets
# $target and $up, the supervisor.
# shellcheck disable=SC2154  # build and out are the caller's
target=build/cluster/target.json
lent=''

bash tests/cluster/cluster.sh status >/dev/null 2>&1 || lent=yes
leave() {
  [[ -z ${up:-} ]] || kill "$up" 2>/dev/null || true
  wait
  [[ -z $lent ]] || bash tests/cluster/cluster.sh down >/dev/null
}
trap leave EXIT
bash tests/cluster/cluster.sh up >/dev/null
rm -rf "$out"
mkdir -p "$out"
"$build/wavetank" up --target "$target" >"$out/up.log" 2>&1 </dev/null &
up=$!
for ((i = 0; i < 150; i++)); do
  ! grep -qs ' processes on ' "$out/up.log" || break
  kill -0 "$up" 2>/dev/null || break
  sleep 0.2
done
grep -qs ' processes on ' "$out/up.log" || { cat "$out/up.log" >&2; exit 1; }
