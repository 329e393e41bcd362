# Sourced by ./dev: every scenario is run twice, and cut short under every build.
# shellcheck shell=bash disable=SC2154 # work: the folder of ./dev test.

# Prints nothing where a run left no journal: the comparison then fails, not the script.
fingerprint_in() {
  [[ ! -e $1/journal.json ]] ||
    sed -n 's/^ *"fingerprint": *"\([0-9a-f]*\)".*/\1/p' "$1/journal.json" | head -1
}

# run_once PRESET SCENARIO OUT ARGUMENTS...: the exit code goes to OUT.code.
run_once() {
  local preset=$1 scenario=$2 out=$3 code=0
  shift 3
  rm -rf "$out"
  mkdir -p "$out"
  timeout 900 "build/$preset/wavetank" run "scenarios/$scenario.json" --out "$out" --quiet \
    --no-color "$@" >"$out.log" 2>&1 || code=$?
  printf '%s\n' "$code" >"$out.code"
}

scenarios() {
  local file
  for file in scenarios/*.json; do
    [[ ! -e $file ]] || basename "$file" .json
  done
}

# The arguments that cut a scenario short, from tests/scenarios/cuts.txt; none if it runs whole.
cut_of() {
  awk -v name="$1" -v whole="${CI:-}" '
    /^#/ || ($1 != name && ($1 != "*" || mine)) || (whole == "true" && !/# always$/) { next }
    { mine = $1 == name; sub(/^[^ ]+ +/, ""); sub(/ *# always$/, ""); cut = $0 }
    END { if (cut != "") print cut }' tests/scenarios/cuts.txt
}

run_full() { run_once release "$1" "$work/full/$1.$2"; }
run_cut() {
  local arguments
  read -ra arguments < <(cut_of "$2") || true
  run_once "$1" "$2" "$work/cut/$2.$1" "${arguments[@]}" --report json
}
# What is written must not change what happens; another seed must.
run_variant() {
  local arguments
  read -ra arguments < <(cut_of "$1") || true
  local trace=(--perfetto "$work/cut/$1.perfetto.json")
  ! grep -q "^$1 " tests/scenarios/cuts.txt || trace=() # A long run's trace takes gigabytes.
  run_once release "$1" "$work/cut/$1.reports" "${arguments[@]}" --report json --verbose \
    "${trace[@]}"
  run_once release "$1" "$work/cut/$1.seed" "${arguments[@]}" --report json --seed 987654321
}

# The scenario must do what it expects, and the second run must not differ from the first.
judge_full() {
  local first=$work/full/$1.first second=$work/full/$1.second code print
  code=$(<"$first.code")
  if [[ $code == 0 ]]; then
    pass "scenario $1"
  else
    tail -n 30 "$first.log"
    fail "scenario $1" "exit $code: build/release/wavetank run scenarios/$1.json"
  fi
  print=$(fingerprint_in "$first")
  if [[ -n $print && $print == "$(fingerprint_in "$second")" ]]; then
    pass "same fingerprint twice: $1"
  else
    fail "same fingerprint twice: $1" "'$print' then '$(fingerprint_in "$second")'"
  fi
}

# What the release build printed for the scenario, as cut as the other builds ran it.
reference_of() {
  if [[ -n $(cut_of "$1") ]]; then
    fingerprint_in "$work/cut/$1.release"
  else
    fingerprint_in "$work/full/$1.first"
  fi
}

# Cut short, expectations may break (3) or the run may be no valid test (4): only prints compare.
judge_cut() {
  local name=$1 preset=$2 reference mine code
  code=$(<"$work/cut/$name.$preset.code")
  reference=$(reference_of "$name")
  mine=$(fingerprint_in "$work/cut/$name.$preset")
  if [[ ! $code =~ ^[034]$ ]]; then
    tail -n 30 "$work/cut/$name.$preset.log"
    fail "$preset agrees: $name" "exit $code, arguments: $(cut_of "$name")"
  elif [[ -n $mine && $mine == "$reference" ]]; then
    pass "$preset agrees: $name"
  else
    fail "$preset agrees: $name" "'$mine', release '$reference', arguments: $(cut_of "$name")"
  fi
}

judge_variant() {
  local reference seed
  reference=$(reference_of "$1")
  seed=$(fingerprint_in "$work/cut/$1.seed")
  judge_cut "$1" reports
  if [[ -n $seed && $seed != "$reference" ]]; then
    pass "another seed, another fingerprint: $1"
  else
    fail "another seed, another fingerprint: $1" "'$seed', reference '$reference'"
  fi
}

check_scenarios() {
  say "every scenario, twice"
  local name preset
  local -a names
  mapfile -t names < <(scenarios)
  rm -rf "$work/full" "$work/cut"
  mkdir -p "$work/full" "$work/cut"
  for name in "${names[@]}"; do
    printf 'run_full %s first\nrun_full %s second\n' "$name" "$name"
  done | in_parallel
  for name in "${names[@]}"; do judge_full "$name"; done

  say "two compilers, optimised and not, other reports, another seed"
  for name in "${names[@]}"; do
    for preset in o0 clang release; do
      [[ $preset == release && -z $(cut_of "$name") ]] || echo "run_cut $preset $name"
    done
    echo "run_variant $name"
  done | in_parallel
  for name in "${names[@]}"; do
    for preset in clang o0; do judge_cut "$name" "$preset"; done
    judge_variant "$name"
  done
}
