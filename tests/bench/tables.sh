#!/usr/bin/env bash
# What the scripts of bench/live compute of what they measured, on figures whose result is known.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Medians over three rounds, requests a core second, and both records of our own generator.
table=$(awk -f bench/live/schedule.awk <<'ROWS'
wavetank 1000 processor_s=1 requests=2000 p50_us=1 p99_us=2 p999_us=90 max_us=900 own_p50_us=.5
wavetank 1000 processor_s=3 requests=2000 p50_us=3 p99_us=4 p999_us=30 max_us=300 own_p50_us=.7
wavetank 1000 processor_s=2 requests=2000 p50_us=2 p99_us=9 p999_us=60 max_us=600 own_p50_us=.6
peer 0 processor_s=4 requests=80000 per_s=20000
peer 0 processor_s=2 requests=60000 per_s=15000
ROWS
)
grep -qF '| 1000/s | wavetank | 2.0 | 4.0 | 60.0 | 600.0 | 2000 | 1.00 |' <<<"$table"
grep -qF '| 1000/s | wavetank, by its own record | 0.6 |' <<<"$table"
grep -qF '| peer | 17500 | 40.0 | 25000 |' <<<"$table"
if grep -qF '| 0/s |' <<<"$table"; then echo 'a rate of 0 is none' >&2; exit 1; fi

PYTHONPATH=bench/live PYTHONDONTWRITEBYTECODE=1 python3 - <<'CHECK'
from pipeline import Sampler, search

def found(capacity, first=16, most=2048, looks=99):
    asked = []
    def sustains(rate):
        asked.append(rate)
        return rate <= capacity
    best = search(sustains, first, most, lambda: len(asked) < looks)
    assert len(asked) == len(set(asked)), asked
    return best

for capacity in range(1, 2100):
    best = found(capacity)
    assert best <= capacity and (capacity <= best * 1.25 + 1 or best >= 1024), (capacity, best)
assert found(0) == 0
assert found(100, looks=1) == 16
assert found(100, looks=0) == 0

sampler = Sampler.__new__(Sampler)
sampler.samples = [(10.0, {"api": 1.0}, 5.0), (12.0, {"api": 1.5, "new": 0.5}, 7.0),
                   (14.0, {"api": 2.0, "new": 0.75}, 9.0)]
passed, used = sampler.between(10.1, 13.9)
assert passed == 4.0 and used == {"api": 1.0, "new": 0.75, "everything else": 2.25}, used
CHECK
echo 'the tables add up'
