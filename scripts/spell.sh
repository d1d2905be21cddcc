#!/usr/bin/env bash
# The spelling of prose and of names, by the program `typos`; _typos.toml says which words are no slips.
#   scripts/spell.sh [typos' options]     checks; --write-changes corrects what has but one correction
#   scripts/spell.sh --look               is typos here, in this version?
#   scripts/spell.sh --install            into a cache
# This version and no other: each knows more slips, and a word that passed yesterday is to pass tomorrow. It comes as a
# compiled Python package, in five seconds; from its sources it would take a minute and a half.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh

typos_version=1.52.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pageturner/typos-$typos_version

find_typos() {
  typos=$cache/bin/typos
  [[ -x $typos ]] && return
  typos=typos
  [[ $(version typos) == "$typos_version" ]]
}

# Made beside its place and moved there: half an environment must not pass for a whole one. The program does not care
# where it lies.
install() {
  local new=$cache.$$
  python3 -m venv "$new" &&
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check "typos==$typos_version" &&
    rm -rf "$cache" && mv "$new" "$cache"
}

case ${1-} in
  --look) find_typos ;;
  --install) install ;;
  *)
    find_typos || { echo "typos $typos_version is missing: run make setup-test." >&2 && exit 1; }
    exec "$typos" "$@"
    ;;
esac
