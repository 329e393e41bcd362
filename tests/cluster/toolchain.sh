# Sourced by scripts that build Go programs from pins of their own.
# shellcheck shell=bash disable=SC2154 # pins, the folder of go.mod, and home: from who sources it.

# Makes `go` the toolchain of go.mod. A go since 1.21 fetches it itself, through the module proxy
# and checked by the sum database; an older one (Debian's) can fetch the same module by hand.
use_toolchain() {
  local wanted have module folder
  wanted=$(awk '$1 == "toolchain" { print $2 }' "$pins/go.mod")
  have=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
  export GOFLAGS=-mod=readonly GONOSUMDB='' GOPRIVATE='' GOINSECURE=''
  if [[ $have == "$wanted" ]]; then
    export GOTOOLCHAIN=local
    return
  fi
  if [[ $(printf '%s\n' go1.21 "$have" | sort -V | head -1) == go1.21 ]]; then
    export GOTOOLCHAIN=$wanted
    return
  fi
  module=golang.org/toolchain@v0.0.1-$wanted.$(go env GOOS)-$(go env GOARCH)
  folder=$home/toolchain
  (cd / && GOFLAGS=-modcacherw GOMODCACHE=$folder go mod download "$module") || return 1
  # A module holds no executable bits.
  chmod -R a+x "$folder/$module/bin" "$folder/$module/pkg/tool"
  export PATH=$folder/$module/bin:$PATH GOTOOLCHAIN=local
}
