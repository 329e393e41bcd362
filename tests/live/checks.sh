#!/usr/bin/env bash
# Sourced by scripts that try whole commands on the services of a target. Takes $wavetank, $target
# and $out, which it empties, and makes both paths whole. A check prints one line, "ok NAME" or
# "not ok NAME"; a script ends with: exit "$failed".
# shellcheck disable=SC2034,SC2154  # failed is for the caller, wavetank and target are the caller's
rm -rf "$out"
mkdir -p "$out"
out=$(realpath "$out")       # What a target names is relative to its own folder.
target=$(realpath "$target") # Tells our processes from those of other folders.
failed=0
up='' # the supervisor of the platform's processes

ok() { printf 'ok %s\n' "$1"; }
bad() {
  printf 'not ok %s\n' "$*"
  failed=1
}

# Whatever still runs ends, the youngest first: a drill undoes what it has struck while its platform
# is up.
leave() {
  local one
  for one in $(jobs -pr | tac); do
    kill "$one" 2>/dev/null || true
    wait "$one" 2>/dev/null || true
  done
}
trap leave EXIT

# await COMMAND...: until it succeeds, for a minute at most.
await() {
  local until=$((SECONDS + 60))
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

# expect NAME CODE [WORDS] -- COMMAND...: within $limit seconds (300) it ends with that code, or one
# of 'CODE|CODE', and has said those words. What it says is in $log.
expect() {
  local name=$1 wanted=$2 words='' code=0
  shift 2
  [[ $1 == -- ]] || { words=$1; shift; }
  shift
  log=$out/${name//\//_}.log
  timeout "${limit:-300}" "$@" >"$log" 2>&1 </dev/null &
  wait "$!" || code=$?
  if [[ $code =~ ^($wanted)$ ]] && { [[ -z $words ]] || grep -qF -- "$words" "$log"; }; then
    ok "$name"
  else
    tail -n 40 "$log"
    bad "$name: exit $code, wanted $wanted${words:+ and: $words}"
  fi
}

# no_secrets FOLDERS...: nothing there holds what a secret file of the target holds.
no_secrets() {
  local file secret found=0 all=()
  for file; do [[ -d $file ]] || bad "$file: a folder to look in"; done
  mapfile -t all < <(grep -oE '\{"file": *"[^"]+"' "$target" | cut -d'"' -f4 | sort -u)
  ((${#all[@]} > 0)) || bad "the target has secrets"
  for file in "${all[@]}"; do
    secret=$(<"$file")
    [[ ${#secret} -ge 8 ]] || bad "$file: a secret to look for"
    if grep -rqF -- "$secret" "$@"; then
      bad "the secret of $file was written: $(grep -rlF -- "$secret" "$@" || true)"
      found=1
    fi
  done
  ((found)) || ok "no secret was written anywhere"
}

# up_platform [ARGS...]: starts the platform's processes. Without them nothing can be tried.
up_platform() {
  "$wavetank" up --target "$target" "$@" >"$out/up.log" 2>&1 </dev/null &
  up=$!
  # shellcheck disable=SC2317  # await calls it.
  up_or_dead() { grep -qs ' processes on ' "$out/up.log" || ! kill -0 "$up" 2>/dev/null; }
  await up_or_dead || true
  if grep -qs ' processes on ' "$out/up.log"; then return; fi
  cat "$out/up.log"
  bad "up"
  exit 1
}

down_platform() {
  kill "$up"
  wait "$up" || bad "up ends well"
}
