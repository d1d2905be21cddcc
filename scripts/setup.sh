#!/usr/bin/env bash
# Installs what is missing and says so; under a second when nothing is.
#   scripts/setup.sh          what building and serving the page need
#   scripts/setup.sh test     and what the checks and tests need: linters, wasm-pack, a browser and its driver
#   scripts/setup.sh cli      only what building the command line needs
#   --plan with either        only says what would be done, in order, or what can't be had
# For each item look_X succeeds if it is there. For what is not, plan_X puts packages and steps into the plan, or calls
# `lack`. If something can't be had, that is said before anything is installed. Else apt-get, then the steps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh
source scripts/wasm-env.sh
source scripts/debian-rust.sh

items=(cc rust node wasm npm)
only_plan=
for argument in "$@"; do
  case $argument in
    test) items+=(linters wasm_linter wasm_pack wasm_bindgen browser typos) ;;
    cli) items=(cc rust) ;;
    --plan) only_plan=1 ;;
    *) sed -n '2,6s/^# \{0,1\}//p' scripts/setup.sh && exit 2 ;;
  esac
done

packages=() # for apt-get: what the steps compile with
beside=()   # for apt-get, too, while they compile: what they can do without
steps=()    # step_X does it
late="npm typos" # the steps among them that need what is in `beside`
commands=() # what each step amounts to, as one would type it
missing=()  # what can't be had, with the command that would install it
add() { # packages
  local package
  for package in "$@"; do
    case " ${packages[*]-} " in *" $package "*) ;; *) packages+=("$package") ;; esac
  done
}
step() { # name, command
  steps+=("$1")
  commands+=("$2")
}
lack() { # what, command
  missing+=("$1
      $2")
}

main() {
  local item
  for item in "${items[@]}"; do
    "look_$item" && continue
    lock
    "look_$item" || "plan_$item"
  done
  local all=(${packages[@]+"${packages[@]}"} ${beside[@]+"${beside[@]}"})
  if ((${#missing[@]} == 0 && ${#all[@]})) && ! apt_can "${all[@]}"; then
    lack "packages that apt won't install beside those that are here" "sudo apt-get install ${all[*]}"
  fi
  if ((${#missing[@]})); then
    echo "Set-up can't install these, so it has not begun; the command under each would:"
    printf '  - %s\n' "${missing[@]}"
    exit 1
  fi
  say_plan
  if [[ $only_plan && ${#all[@]} == 0 && ${#steps[@]} == 0 ]]; then say "plan: nothing, everything is in place"; fi
  if [[ $only_plan ]]; then return; fi
  carry_out
  say "set-up: everything is in place$(built_by)"
}

built_by() {
  case " ${items[*]} " in *" wasm "*) echo " (WebAssembly is built by the $(wasm_toolchain) toolchain)" ;; esac
}

say_plan() {
  if ((${#packages[@]})); then say "plan: apt-get install ${packages[*]}"; fi
  if ((${#beside[@]})); then say "plan: apt-get install ${beside[*]} (while the next steps compile)"; fi
  if ((${#commands[@]})); then printf '== plan: %s\n' "${commands[@]}"; fi
}

job=
carry_out() {
  local at
  if ((${#packages[@]})); then apt_install "${packages[@]}" || failed "sudo apt-get install ${packages[*]}"; fi
  if ((${#steps[@]} + ${#beside[@]} == 0)); then return; fi
  log=${TMPDIR:-/tmp}/pageturner-setup-$$.log
  for_the_page >"$log" 2>&1 &
  job=$!
  for ((at = 0; at < ${#steps[@]}; at++)); do
    if is_late "${steps[at]}"; then continue; fi
    say "${commands[at]}"
    "step_${steps[at]}" || failed "${commands[at]}"
  done
  join || exit 1
}

# apt unpacks hundreds of small packages for npm, one after another: on two cores the other can compile.
for_the_page() {
  if ((${#beside[@]})); then apt_install "${beside[@]}" || failed "sudo apt-get install ${beside[*]}"; fi
  local at
  for ((at = 0; at < ${#steps[@]}; at++)); do
    if is_late "${steps[at]}"; then "step_${steps[at]}" || failed "${commands[at]}"; fi
  done
}
is_late() { # step
  case " $late " in *" $1 "*) ;; *) return 1 ;; esac
}

# Waited for, not killed, whatever else happened: a dpkg that is stopped halfway leaves a mess.
join() {
  local code=0
  if kill -0 "$job" 2>/dev/null; then say "waiting for apt-get and npm"; fi
  wait "$job" || code=$?
  job=
  if ((code)); then cat "$log"; fi
  rm -f "$log"
  return "$code"
}

failed() { # command
  if [[ $job ]]; then join || true; fi
  echo "Set-up stopped, because this failed: $1" >&2
  echo "What was done before it stays. Once it works, run the same command as now again." >&2
  exit 1
}

look_cc() { have cc; }
plan_cc() {
  if apt_knows gcc libc6-dev; then add gcc libc6-dev; else
    lack "a C compiler, which Rust links with" "sudo apt-get install gcc libc6-dev    (on a Mac: xcode-select --install)"; fi
}

# Packages that go with Debian's Rust; `needs` has them afterwards.
can_take() { # function that prints them
  debian_rust && read -ra needs <<<"$("$1")" && ((${#needs[@]})) && apt_knows "${needs[@]}"
}

# Debian's own Rust if it is new enough, else rustup. A Rust that is there but too old is its owner's to replace.
look_rust() { have cargo && at_least "$needs_rust" "$(version rustc)"; }
rustup_planned=
plan_rust() {
  local needs what="Rust $needs_rust or later"
  if have rustup; then
    if [[ -n $(version rustc) ]]; then
      lack "$what (here: $(version rustc))" "rustup update stable && rustup default stable"
    else
      step rustup "rustup toolchain install stable --profile minimal"
    fi
  elif can_take debian_compiler; then
    add "${needs[@]}"
  elif ! have cargo && apt_knows rustup; then
    add rustup
    rustup_planned=1
    step rustup "rustup toolchain install stable --profile minimal"
  elif have cargo; then
    lack "$what (here: $(version rustc))" "sudo apt-get remove rustc cargo    (then again; or take rustup for your Rust)"
  else
    lack "$what" "sudo apt-get install rustup && rustup toolchain install stable    (or rustup from its own site)"
  fi
}
step_rustup() {
  limit 600 rustup toolchain install stable --profile minimal </dev/null && hash -r &&
    { look_rust || { rustup default stable && look_rust; }; }
}

needs_node=20.19 # what Vite asks for
look_node() { have node && have npm && at_least "$needs_node" "$(version node)"; }
plan_node() {
  local needs=(npm) found
  if have node; then found=$(version node); else
    needs=(nodejs npm)
    if apt_works; then found=$(apt_version nodejs); fi
  fi
  if at_least "$needs_node" "${found-}" && apt_knows "${needs[@]}"; then beside+=("${needs[@]}"); else
    lack "Node.js $needs_node or later with npm (here: ${found:-none})" "nvm install 22"; fi
}

look_wasm() { wasm_toolchain >/dev/null; }
plan_wasm() {
  local needs
  if [[ $rustup_planned ]] || have rustup; then
    step wasm "rustup target add $wasm_target"
  elif can_take debian_wasm_packages; then
    add "${needs[@]}"
    step wasm "scripts/wasm-std.sh"
  else
    lack "a Rust std for WebAssembly" "rustup target add $wasm_target"
  fi
}
step_wasm() { scripts/wasm-std.sh; }

# node_modules keeps a copy of the lock file it was made from, written last.
look_npm() { cmp -s www/package-lock.json www/node_modules/.made-from; }
plan_npm() { step npm "npm --prefix www ci"; }
step_npm() {
  npm --prefix www ci --no-audit --no-fund </dev/null && cp www/package-lock.json www/node_modules/.made-from
}

look_linters() { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1
plan_linters() {
  local command="rustup component add rustfmt clippy"
  if [[ $rustup_planned ]] || have rustup; then step linters "$command"; else
    take_linters "rustfmt and clippy" "$command"; fi
}
take_linters() { # what, command: said if Debian's can't be had
  local needs
  if can_take debian_linters; then add "${needs[@]}"; else lack "$1" "$2"; fi
}
step_linters() { rustup component add rustfmt clippy; }

# Beside rustup, Debian's toolchain may build the WebAssembly; then its own clippy reads it.
look_wasm_linter() { [[ $(wasm_toolchain) != debian || -x /usr/bin/cargo-clippy ]]; }
plan_wasm_linter() { take_linters "Debian's clippy" "sudo apt-get install rust-web-clippy"; }

# wasm-pack and the runner that it calls. No default features: the runner speaks to a driver on this machine and needs
# no TLS.
look_wasm_pack() { have wasm-pack; }
plan_wasm_pack() { step wasm_pack "cargo install wasm-pack"; }
step_wasm_pack() { cargo_install wasm-pack; }

look_wasm_bindgen() {
  [[ -x $(bindgen_cache)/bin/wasm-bindgen-test-runner ]] ||
    { have wasm-bindgen-test-runner && [[ $(version wasm-bindgen) == "$(bindgen_version)" ]]; }
}
plan_wasm_bindgen() {
  bindgen=(wasm-bindgen-cli --version "$(bindgen_version)" --no-default-features)
  if have wasm-bindgen; then bindgen+=(--root "$(bindgen_cache)"); fi
  step wasm_bindgen "cargo install ${bindgen[*]}"
}
step_wasm_bindgen() { cargo_install "${bindgen[@]}"; }

look_browser() { have chromedriver && { have chromium || have google-chrome || have chromium-browser; }; }
plan_browser() {
  if apt_knows chromium chromium-driver; then beside+=(chromium chromium-driver); else
    lack "Chromium and its driver" \
      "sudo apt-get install chromium chromium-driver    (or Chrome and chromedriver of the same version)"
  fi
}

# A Python that can make a virtual environment; Debian keeps what that needs in a package of its own.
look_typos() { scripts/spell.sh --look; }
plan_typos() {
  if ! { have python3 && python3 -c "import venv, ensurepip"; } >/dev/null 2>&1; then
    if apt_knows python3-venv; then beside+=(python3-venv); else
      lack "a Python 3 with venv, which installs the spelling checker" "sudo apt-get install python3-venv"; fi
  fi
  step typos "scripts/spell.sh --install"
}
step_typos() { scripts/spell.sh --install </dev/null; }

# One set-up at a time on a machine: two would fight over the same places. Looking needs no lock.
locked=
lock() {
  if [[ -n $locked ]] || ! have flock; then return; fi
  exec 9>"${TMPDIR:-/tmp}/pageturner-setup-$EUID.lock"
  flock -n 9 || { say "waiting for another set-up on this machine" && flock 9; }
  locked=1
}

main
