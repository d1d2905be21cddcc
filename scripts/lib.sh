# Shared by the set-up scripts; source it. Plain bash 3.2, so that it runs on a Mac too.

say() { printf '== %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
version() { "$1" --version 2>/dev/null | sed -n '1s/^[^0-9]*\([0-9.]*\).*/\1/p'; }
at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -1) == "$1" ]]; }

# What could not be installed, with the command that would install it. Set-up goes on to the end, so that
# a person sees the whole list at once.
missing=()
lack() { # what, command
  missing+=("$1
      $2")
  return 1
}

as_root() { if [[ $EUID == 0 ]]; then "$@"; else sudo -n "$@"; fi; }
can_be_root() { [[ $EUID == 0 ]] || { have sudo && sudo -n true 2>/dev/null; }; }

apt_updated=
apt_install() { # packages
  have apt-get && can_be_root || return 1
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  # A dpkg that was killed halfway refuses everything until this is run; otherwise it does nothing.
  as_root dpkg --configure -a </dev/null || true
  if [[ -z $apt_updated ]]; then
    say "apt-get update"
    as_root "${apt[@]}" update </dev/null || true
    apt_updated=1
  fi
  say "apt-get install $*"
  as_root "${apt[@]}" install -y --no-install-recommends "$@" </dev/null
}

# `timeout` is not everywhere; without it a hanging download is the user's to interrupt.
limit() { # seconds, command
  if have timeout; then timeout "$@"; else shift && "$@"; fi
}
