#!/usr/bin/env bash
# The load generators that ours is measured beside, into build/peers/bin: Vegeta, pinned and
# checksummed by peers/go.mod and go.sum, and oha, by its version and its own lock file, whose
# checksums cargo verifies. They need go, which fetches the toolchain that go.mod names, and cargo
# with rust 1.88 or later, which Debian does not have. Exit 3: one cannot be had here; the last line
# says which.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
pins=$PWD/bench/live/peers
home=$PWD/build/peers
oha_version=1.16.0
lacking=()
# shellcheck source=/dev/null
. tests/cluster/toolchain.sh

vegeta() {
  use_toolchain || return 1
  cd "$pins" || return 1
  go build -trimpath -o "$home/bin/vegeta" github.com/tsenart/vegeta/v12
}

oha() { cargo install oha --version "=$oha_version" --locked --root "$home"; }

# built NAME PRINT COMPILER: builds it unless it was built from these very pins.
built() {
  local name=$1 print=$2 compiler=$3 log=$home/$1.log
  [[ ! -x $home/bin/$name || $(cat "$home/$name.print" 2>/dev/null) != "$print" ]] || return 0
  printf '  building %s\n' "$name"
  if command -v "$compiler" >/dev/null && ("$name") >"$log" 2>&1 </dev/null; then
    printf '%s\n' "$print" >"$home/$name.print"
  else
    tail -n 5 "$log" 2>/dev/null | sed 's/^/    /'
    lacking+=("$name, which needs a recent $compiler")
  fi
}

mkdir -p "$home/bin"
built vegeta "$(cat "$pins"/go.{mod,sum} | sha256sum)" go
built oha "$oha_version" cargo
[[ ${#lacking[@]} == 0 ]] || { printf 'Not to be had here: %s\n' "${lacking[*]}" >&2; exit 3; }
