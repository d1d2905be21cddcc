#!/usr/bin/env bash
# Changes the machine in small ways, one after another, and says which changes no test notices. Optional, and slow.
#   make mutants                      what the last commit and the files not yet committed changed
#   make mutants SINCE=COMMIT         what changed since COMMIT
#   make mutants SAMPLE=300 SEED=1    as many, drawn from everything; the same seed draws the same from the same files
# In two rounds: quick tests find most mutants, all tests look at those that are left. Results: target-mutants/, where
# `survivors` has a line each. A survivor wants a test, or a reason why it changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh

mutants_version=27.1.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pageturner/cargo-mutants-$mutants_version
out=$PWD/target-mutants
results=$out/mutants.out
# Each of these is done in a second or two, and most mutants end with one of them. The tests inside core/ are not among
# them: they would compile all of it a second time. The command line is, since a mutant that does not compile is found
# only by compiling it.
quick=(--bins)
for name in cases digest inputs; do quick+=("--test=$name"); done

main() {
  if [[ ! -x $cache/bin/cargo-mutants ]]; then
    say "cargo install cargo-mutants, once"
    cargo_install cargo-mutants --version "$mutants_version" --root "$cache"
  fi
  unset UPDATE_EXPECT # or the first mutant would pass for what is expected
  rm -rf "$results" "$out/all" "$out/chosen" "$out/survivors"
  mkdir -p "$results"
  # Its own, so that a build meanwhile disturbs nothing.
  export CARGO_TARGET_DIR=$out/build
  mutants --list >"$out/all"
  if [[ ${SAMPLE-} ]]; then draw; else changed; fi
  if [[ ! -s $out/chosen ]]; then say "no code that could be changed" && return; fi
  say "$(wc -l <"$out/chosen") of $(wc -l <"$out/all") mutants, listed in $out/chosen"
  # What was caught before is left out by --iterate; so all others count as that. (--re lets one kind pass in any case.)
  grep -vxFf "$out/chosen" "$out/all" >"$results/caught.txt" || true
  round "${quick[@]}"
  if [[ -s $results/missed.txt ]]; then
    cat "$results/timeout.txt" >>"$results/caught.txt"
    round
  fi
  sort "$results/missed.txt" >"$out/survivors"
  say "$(wc -l <"$out/survivors") of $(wc -l <"$out/chosen") survived, listed in $out/survivors"
  cat "$out/survivors"
}

mutants() { "$cache/bin/cargo-mutants" mutants -p pageturner "$@"; }

changed() {
  local since=${SINCE:-HEAD~1}
  git diff --no-ext-diff "$since" -- core/src >"$out/diff" || { echo "SINCE names no commit: $since" >&2 && exit 1; }
  # An empty difference would be an error.
  if [[ -s $out/diff ]]; then mutants --list --in-diff "$out/diff" >"$out/chosen"; fi
}

# Lehmer's generator, whose numbers are exact in every awk; shuf and sort -R draw differently on each machine. It starts
# at large numbers: from small ones its sequences are small multiples of each other, and draw the same.
draw() {
  awk -v x="${SEED:-1}" '
    function step() { x = x * 48271 % 2147483647 }
    BEGIN { x = (x + 1234567) % 2147483646 + 1; for (i = 0; i < 9; i++) step() }
    { step(); printf "%010d %s\n", x, $0 }' "$out/all" |
    sort | awk -v n="$SAMPLE" 'NR <= n { sub(/^[0-9]* /, ""); print }' | sort >"$out/chosen"
}

# cargo-mutants' own run without a mutant would leave out tests/, and build what `--test` does not name.
round() { # what to give to cargo test
  local code=0 since command=(cargo test --quiet --profile mutants -p pageturner -p pageturner-tests --all-features "$@")
  say "without a mutant: ${command[*]}"
  # cargo goes by files' dates: it would take what was built with the last mutant, in a newer copy, for up to date.
  rm -rf "$CARGO_TARGET_DIR"/mutants/.fingerprint/pageturner*
  "${command[@]}" --no-run
  since=$SECONDS
  "${command[@]}" || { echo "Tests fail as it is, so they would fail with every mutant." >&2 && exit 1; }
  # A mutant may send them round in circles.
  mutants --iterate --output "$out" --baseline skip --timeout $((20 + 3 * (SECONDS - since))) "${@/#/--cargo-arg=}" ||
    code=$?
  # 2: some were missed. 3: some ran out of time, which is as good as caught.
  case $code in 0 | 2 | 3) ;; *) exit "$code" ;; esac
}

main
