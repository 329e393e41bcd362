#!/usr/bin/env bash
# schedule.sh [BUILD]: how punctual our generator is, and how much it sends, beside Vegeta and oha.
# All three send the same body to the same null server, which notes when each request came; the
# generator has the first core and the server the last. Rounds are interleaved, and the table shows
# medians of them. Takes two to three minutes. ROUNDS (3), SECONDS_EACH (4) and WATCH_US (100, as a
# drill has it) may be set; so may SCHEDULING: with 'chrt -f 1' generators and server come before
# all that shares the machine, up to the 95 % of a core that the kernel gives them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/bench-live}
peers=build/peers/bin
rounds=${ROUNDS:-3}
time_each=${SECONDS_EACH:-4}
watch_us=${WATCH_US:-100} # Of a drill: app/live/drill.cpp.
read -ra scheduling <<<"${SCHEDULING:-}"
cores=$(nproc)
rows=build/peers/rows.txt

[[ $cores -ge 2 ]] || { echo 'schedule.sh needs two cores: a generator and a server' >&2; exit 3; }
tools=(wavetank)
for tool in vegeta oha; do
  if [[ -x $peers/$tool ]]; then tools+=("$tool"); else echo "$tool is not built: left out" >&2; fi
done

# generate TOOL ADDRESS RATE FOR: at a constant rate; 0 is as much as 64 at a time can be.
generate() {
  local tool=$1 at=$2 rate=$3 time=$4 ours=(--in-flight 20000 --watch "$watch_us")
  local url=http://$at/v1/processes body=bench/live/submit.json
  if [[ $rate == 0 ]]; then
    ours=(--in-flight 64 --watch "$watch_us") rate=$most_rate
    case $tool in
      vegeta) set -- -rate=0 -max-workers=64 ;;
      oha) set -- -c 64 ;;
    esac
  else
    case $tool in
      # Left to itself, Vegeta starts thousands of workers on one core, and sends a third.
      vegeta) set -- "-rate=$rate" -workers=64 -max-workers=64 ;;
      oha) set -- -q "$rate" ;;
    esac
  fi
  case $tool in
    wavetank)
      "$build/offer" "$at" bench/live/offer.json --set "load.0.rate=$rate/s" \
        --set "load.0.for=${time}s" --skip "$rate" "${ours[@]}" ;;
    vegeta)
      echo "POST $url" | "$peers/vegeta" attack "-duration=${time}s" "-body=$body" \
        '-header=Content-Type: application/json' "$@" >/dev/null ;;
    oha)
      "$peers/oha" --no-tui -z "${time}s" -m POST -D "$body" -T application/json \
        --output-format quiet "$@" "$url" ;;
  esac
}

# measure TOOL RATE: adds "TOOL RATE processor_s=S words of the server and of our own record".
measure() {
  local tool=$1 rate=$2 time=$time_each at server used seen TIMEFORMAT='%U %S'
  [[ $rate != 0 || $time -le 3 ]] || time=3
  exec 4< <(exec "${scheduling[@]}" taskset -c $((cores - 1)) "$build/null_server" \
    --rate "$rate" --skip "$rate" --most 60)
  server=$!
  read -r at <&4
  used=$({ time timeout 60 "${scheduling[@]}" taskset -c 0 bash -c \
    "$(declare -f generate); generate \"\$@\"" - "$tool" "$at" "$rate" "$time" \
    >build/peers/own.txt 2>build/peers/errors.txt; } 2>&1) ||
    { echo "$tool failed:" >&2; tail -n 5 build/peers/errors.txt >&2; }
  kill -TERM "$server"
  seen=$(cat <&4)
  exec 4<&-
  printf '%s %s processor_s=%s %s %s\n' "$tool" "$rate" \
    "$(awk -v t="$used" 'BEGIN { split(t, s, " "); print s[1] + s[2] }')" "$seen" \
    "$(sed 's/\([a-z0-9_]*=\)/own_\1/g' build/peers/own.txt | tail -n 1)" >>"$rows"
}
export build peers watch_us most_rate=80000

describe() {
  printf '%s, %s cores, load %s before; %s rounds of %s s%s\n\n' \
    "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" "$cores" \
    "$(cut -d' ' -f1-3 /proc/loadavg)" "$rounds" "$time_each" "${SCHEDULING:+; $SCHEDULING}"
}

mkdir -p build/peers
: >"$rows"
describe
for ((round = 0; round < rounds; ++round)); do
  for rate in 1000 10000 0; do
    for tool in "${tools[@]}"; do measure "$tool" "$rate"; done
  done
done
awk -f bench/live/schedule.awk "$rows"
