#!/usr/bin/env bash
# M/M/1 at 80 % by wavetank (scenarios/mm1.json, everything on), SimPy and Ciw, which pip fetches
# into build/: customers a second of processor time, the best of three rounds, and how many times as
# many wavetank does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

./dev build release
python=build/python
if [[ ! -x $python/bin/python ]]; then
  python3 -m venv $python
  $python/bin/pip -q install simpy==4.1.1 ciw==3.2.4
fi

wavetank_round() {
  local TIMEFORMAT=%U seconds
  seconds=$({ time build/release/wavetank run scenarios/mm1.json --quiet --report json \
    --out build/python/out --set load.0.for=8h >/dev/null 2>&1; } 2>&1)
  awk -v s="$seconds" '/^ *"requests":/ { gsub(/[^0-9]/, ""); print $0 / s }' \
    build/python/out/journal.json
}

best() { sort -g "$1" | tail -1 | cut -d' ' -f1; }

rm -f $python/*.rate
for _ in 1 2 3; do
  wavetank_round >>$python/wavetank.rate
  $python/bin/python bench/python/mm1.py simpy 200000 >>$python/simpy.rate
  $python/bin/python bench/python/mm1.py ciw 30000 >>$python/ciw.rate
done
for name in wavetank simpy ciw; do
  awk -v name=$name -v own="$(best $python/wavetank.rate)" -v rate="$(best $python/$name.rate)" \
    'BEGIN {
      printf "%-9s %12.0f customers/s   wavetank does %6.1f times as many\n",
        name, rate, own / rate
    }'
done
