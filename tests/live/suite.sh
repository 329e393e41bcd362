# Sourced by ./dev: the tests on real services on loopback, within a time of their own.
# shellcheck shell=bash disable=SC2154 # work, skipped: of ./dev test.

live_minutes=${LIVE_MINUTES:-40} # Of the tests; what fetches and builds comes before.

# What a part says of itself in its last line, by its log: such as what this machine lacks.
said_last() { grep -E '^(dev|cluster|run\.sh): ' "$1" | tail -n 1 || true; }

# in_live_time COMMAND...: within what is left of the suite's time. 124 where nothing is.
in_live_time() {
  local rest=$((live_ends - SECONDS))
  ((rest > 0)) || return 124
  timeout --kill-after=60 "$rest" "$@"
}

# Almanac (tests/foreign) comes up, or this machine cannot have it, or it is broken.
check_foreign() {
  local log=$1 code=0
  in_live_time bash tests/attach/almanac.sh up >>"$log" 2>&1 || code=$?
  case $code in
    0) count_oks attach in_live_time bash tests/attach/almanac.sh drill ;;
    3) skipped+=("drills on tests/foreign: $(said_last "$log")") ;;
    *)
      tail -n 40 "$log"
      fail "tests/foreign" "it did not come up (exit $code): $(said_last "$log"); see $log"
      ;;
  esac
  bash tests/attach/almanac.sh down >>"$log" 2>&1 || true
}

# A machine that cannot have the services says which part it lacks: what was skipped is not counted
# as passed. Whatever else goes wrong has failed.
check_live() {
  say "the live world on real services"
  local code=0 log spent live_ends
  log=$(log_of cluster)
  (setup live && bash tests/cluster/cluster.sh fetch) >"$log" 2>&1 || code=$?
  if [[ $code == 0 ]]; then bash tests/cluster/cluster.sh up >>"$log" 2>&1 || code=$?; fi
  if [[ $code == 3 ]]; then
    said_last "$log"
    skipped+=("the live suite: $(said_last "$log")")
    return
  elif [[ $code != 0 ]]; then
    tail -n 40 "$log"
    fail "cluster" "$(said_last "$log"); see $log"
    return
  fi
  check_build live
  spent=$SECONDS
  live_ends=$((SECONDS + live_minutes * 60))
  export WAVETANK_TARGET=$PWD/build/cluster/target.json
  check_units live "ports against their contract, simulated and live; drills of single parts" \
    in_live_time
  local part
  for part in drill hard kills links telemetry; do
    count_oks $part in_live_time bash tests/live/$part.sh build/live/wavetank "$WAVETANK_TARGET" \
      "$work/$part"
  done
  count_oks interrupts in_live_time bash tests/live/interrupts.sh build/live/wavetank \
    "$work/interrupts"
  count_oks tls in_live_time bash tests/live/tls.sh build/live/wavetank \
    "$(dirname "$WAVETANK_TARGET")" "$work/tls"
  count_oks repairs in_live_time bash tests/live/repairs.sh build/live/wavetank "$work/repairs"
  check_foreign "$log"
  spent=$((SECONDS - spent))
  check "cluster down" bash tests/cluster/cluster.sh down
  printf 'The live suite took %d min %d s.\n' $((spent / 60)) $((spent % 60))
}
