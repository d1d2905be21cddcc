# shellcheck shell=bash
# Shared by the set-up scripts; source it. Plain bash 3.2, so that it runs on a Mac too.

say() { printf '== %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
number() { sed -n '1s/^[^0-9]*\([0-9.]*[0-9]\).*/\1/p'; }
version() { { "$1" --version 2>/dev/null || true; } | number; }
at_least() { [[ -n $2 && $(printf '%s\n' "$1" "$2" | sort -V | head -1) == "$1" ]]; }

as_root() { if [[ $EUID == 0 ]]; then "$@"; else sudo -n "$@"; fi; }
can_be_root() { [[ $EUID == 0 ]] || { have sudo && sudo -n true 2>/dev/null; }; }

# --no-remove: set-up adds to a machine and never takes a package away, such as an older Rust that others need.
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300)

# Can anything be installed with apt here? The first call fetches the lists, without which apt knows no package.
# What it found out is in the environment, so scripts that this one starts don't fetch them again.
apt_works() {
  if [[ -z ${PAGETURNER_APT-} ]]; then
    export PAGETURNER_APT=no
    if have apt-get && can_be_root; then
      PAGETURNER_APT=yes
      say "apt-get update" >&2
      as_root "${apt[@]}" -q update </dev/null >&2 || say "apt-get update failed: going by the lists that are here" >&2
    fi
  fi
  [[ $PAGETURNER_APT == yes ]]
}

apt_has() { dpkg -s "$@" >/dev/null 2>&1; } # packages

# The newest version that apt knows of a package, as a plain number; nothing if it has none.
apt_version() { # package
  { apt-cache policy "$1" 2>/dev/null || true; } | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}//p' | number
}

apt_knows() { # packages
  apt_works && (($(apt-cache policy "$@" 2>/dev/null | grep -c '^ *Candidate: [0-9]') == $#))
}

# Would all of these be installed, without anything being removed for them? Slower than asking whether apt knows them.
apt_can() { # packages
  "${apt[@]}" -s install "$@" >/dev/null 2>&1
}

apt_install() { # packages
  apt_works || return 1
  # A dpkg that was killed halfway refuses everything until this is run; otherwise it does nothing.
  as_root dpkg --configure -a </dev/null || true
  say "apt-get install $*"
  as_root "${apt[@]}" install "$@" </dev/null && hash -r
}

# `timeout` is not everywhere; without it a hanging download is the user's to interrupt.
limit() { # seconds, command
  if have timeout; then timeout "$@"; else shift && "$@"; fi
}

# Programs that only start things are compiled for a quick build, not for speed. --target-dir: a killed build goes on
# where it was.
cargo_install() { # cargo install's arguments
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --target-dir target-tools "$@" </dev/null && rm -rf target-tools
}
