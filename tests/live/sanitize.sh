#!/usr/bin/env bash
# sanitize.sh asan|tsan: builds the live world under a sanitizer and runs it on the cluster of
# ./dev cluster up: the tests of tests/live with and without real services, then whole processes in
# the drills of drill.sh. Whatever a sanitizer says in any process lands in build/sanitize, and is
# one failure. Each "ok" line is one check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kind=${1:-}
[[ $kind == asan || $kind == tsan ]] || { echo 'usage: sanitize.sh asan|tsan' >&2; exit 2; }
target=$PWD/build/cluster/target.json
[[ -r $target ]] || { echo 'sanitize.sh: first ./dev cluster up' >&2; exit 2; }
out=$PWD/build/sanitize/$kind
rm -rf "$out"
mkdir -p "$out"

cmake --preset "live-$kind" >"$out/configure.log"
ninja -C "build/live-$kind" -j "${JOBS:-$(nproc)}" wavetank test_live
# A process whose exit code nobody sees still leaves a file.
export ASAN_OPTIONS=log_path=$out/found UBSAN_OPTIONS=log_path=$out/found:print_stacktrace=1
export TSAN_OPTIONS=log_path=$out/found:second_deadlock_stack=1
failed=0
check() {
  local name=$1
  shift
  if "$@" >"$out/${name// /_}.log" 2>&1 </dev/null; then
    echo "ok $name under $kind"
  else
    tail -n 20 "$out/${name// /_}.log"
    echo "not ok $name under $kind"
    failed=1
  fi
}
tests=("build/live-$kind/tests/test_live" --no-version)
check "tests without services" env -u WAVETANK_TARGET "${tests[@]}"
check "tests" env WAVETANK_TARGET="$target" "${tests[@]}"
check "drills" bash tests/live/drill.sh "build/live-$kind/wavetank" "$target" "$out/drill"
if compgen -G "$out/found*" >/dev/null; then
  head -n 40 "$out"/found*
  echo "not ok nothing is found by $kind"
  failed=1
else
  echo "ok nothing is found by $kind"
fi
exit "$failed"
