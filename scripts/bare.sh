#!/usr/bin/env bash
# Tries `make serve` and `make test` as a bare Debian machine would: in a chroot that has make, bash, certificates and the
# last commit of this clone. Prints when each step began, how long each command took and how it ended. Needs root.
#   scripts/bare.sh [serve] [test]    both if none is named; `serve` ends once the page was fetched
#   --suite NAME                      of Debian; otherwise trixie
#   --in FOLDER                       where the machine is made, and kept; one that is there is used as it stands
#   --make                            only makes the machine, in FOLDER
# Both commands in a new folder, otherwise removed at the end, need 8 GB. Logs: target/bare/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh

usage() { sed -n '2,8s/^# \{0,1\}//p' scripts/bare.sh && exit 2; }

suite=trixie
root=
only_make=
commands=()
while (($#)); do
  case $1 in
    serve | test) commands+=("$1") ;;
    --make) only_make=1 ;;
    --suite) suite=${2-} && shift ;;
    --in) root=${2-} && shift ;;
    *) usage ;;
  esac
  shift || usage
done
if [[ -z $suite || ($only_make && -z $root) ]]; then usage; fi
if ((${#commands[@]} == 0)); then commands=(serve test); fi
logs=$PWD/target/bare

main() {
  ((EUID == 0)) || { echo "It makes a chroot, which needs root." && exit 1; }
  have debootstrap || { echo "debootstrap is missing: apt-get install debootstrap" && exit 1; }
  mkdir -p "$logs"
  if [[ -z $root ]]; then
    root=$(mktemp -d /var/tmp/pageturner-bare.XXXXXX)
    trap remove EXIT
  fi
  if [[ -e $root/bare-machine ]]; then say "using the machine in $root: $(cat "$root/bare-machine")"; else make_machine; fi
  if [[ $only_make ]]; then return; fi
  local command result=0
  for command in "${commands[@]}"; do
    "try_$command" || result=1
  done
  return $result
}

# Everything that reaches a registry from here must reach it from there: so its settings are copied, whatever they are.
make_machine() {
  local mirror since=$SECONDS
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -1)
  say "debootstrap $suite in $root"
  debootstrap --variant=minbase --include=make,bash,ca-certificates "$suite" "$root" ${mirror:+"$mirror"} >"$logs/debootstrap.log" 2>&1 ||
    { tail -5 "$logs/debootstrap.log" && exit 1; }
  copy_settings
  git clone --quiet --no-local . "$root/root/pageturner"
  if [[ -n $(git status --porcelain) ]]; then say "what is not committed here is not in it"; fi
  echo "Debian $suite with commit $(git rev-parse --short HEAD)" >"$root/bare-machine"
  say "made in $((SECONDS - since)) s: $(cat "$root/bare-machine")"
}

copy_settings() {
  local file
  # apt fetches as a user of its own, who reads these.
  for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates/*.crt; do
    if [[ -e $file ]]; then install -D -m 644 "$file" "$root$file"; fi
  done
  # Passwords and tokens may stand in these.
  for file in /etc/pip.conf /etc/npmrc /root/.npmrc /root/.cargo/config.toml /root/.config/pip/pip.conf \
    $(grep -lisE '^ *Acquire::(https?|check|max)' /etc/apt/apt.conf.d/*); do
    if [[ -e $file ]]; then install -D -m 600 "$file" "$root$file"; fi
  done
  file=$(npm config get globalconfig 2>/dev/null || true)
  if [[ -f $file ]]; then install -D -m 600 "$file" "$root/etc/npmrc"; fi
}

# The environment of a login, and of this one only what says how registries are reached.
environment() {
  printf '%s\0' HOME=/root USER=root LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  env -0 | grep -zEi '^((https?|all|no)_proxy|ssl_cert_|node_extra_ca|curl_ca|cargo_(http|net|registr)|rustup_(dist|update)|npm_config_|pip_)' || true
}

# Runs a command in the machine's clone. What it mounts and starts is in namespaces of its own: both end with the
# command, and nobody outside ever sees the mounts, least of all the `rm` that takes the folder away.
inside() { # command
  local variables=()
  mapfile -d '' variables < <(environment)
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child --propagation private bash -c '
    set -e
    root=$1 && shift
    mount -t proc proc "$root/proc"
    mount -t sysfs sysfs "$root/sys"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" env -i "$@"' bash "$root" "${variables[@]}" bash -c 'cd /root/pageturner && exec "$@"' bash "$@"
}

# The log has every line with the second it came in; the terminal the lines that begin a step.
stamp() { # log
  local line since=$SECONDS
  while IFS= read -r line; do
    printf '%5d s  %s\n' $((SECONDS - since)) "$line" >>"$1"
    if [[ $line == =* || $line == http* || $line == *rror:* ]]; then printf '%5d s  %s\n' $((SECONDS - since)) "$line"; fi
  done
}

ended() { # command, code, start
  local word=passed
  if (($2)); then word="FAILED (exit $2), see $logs/$1.log"; fi
  say "make $1 on a bare machine: $word after $((SECONDS - $3)) s"
}

try_test() {
  local since=$SECONDS code=0
  say "make test"
  : >"$logs/test.log"
  inside make test </dev/null 2>&1 | stamp "$logs/test.log" || code=$?
  ended test "$code" "$since"
  return "$code"
}

# The server would go on: it is fetched from, and ends with the namespace of the process that did so.
try_serve() {
  local since=$SECONDS code=0
  say "make serve"
  : >"$logs/serve.log"
  inside bash -c "$fetch" </dev/null 2>&1 | stamp "$logs/serve.log" || code=$?
  ended serve "$code" "$since"
  return "$code"
}
# shellcheck disable=SC2016
fetch='
  while IFS= read -r line; do
    echo "$line"
    if [[ $line == http://* ]]; then
      exec node --input-type=module -e "
        const page = await fetch(process.argv[1]);
        const html = await page.text();
        const parts = [...html.matchAll(/(?:src|href)=\"(\.\/[^\"]+)/g)].map((match) => match[1]);
        for (const part of parts) if (!(await fetch(new URL(part, page.url))).ok) throw new Error(part);
        if (!page.ok || parts.length === 0) throw new Error(\"no page\");
        console.log(\"== the page and \" + parts.length + \" files that it names were fetched\");" "$line"
    fi
  done < <(make serve 2>&1)
  echo "== make serve ended without an address"
  exit 1'

remove() {
  if grep -q " ${root}[/ ]" /proc/self/mounts; then
    say "something is mounted under $root: left as it is"
  else
    rm -rf --one-file-system "$root"
  fi
}

main
