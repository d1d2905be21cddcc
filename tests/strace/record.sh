#!/usr/bin/env bash
# Records the logs beside this script again: tests/strace/record.sh. Needs strace, gcc and python3.
# A log recorded elsewhere differs in addresses and perhaps in calls; the tests hold for any.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Not the working tree, whose path would stand in the logs.
work=/tmp/pageturner
mkdir -p "$work"
cd "$work"
trap 'rm -rf "$work"' EXIT
cp "$here/memory.py" .
gcc -O1 -static -o calls "$here/calls.c"
printf '#include <stdio.h>\nint main(void) { return puts("tiny") < 0; }\n' >tiny.c

# With these a log has the paths of files, and the whole of every maps text that a program reads.
full=(-f -y -s 100000 -e "trace=%memory,%process,openat,read,close")
# An empty environment: nothing of the recording machine, and the same libraries every time.
traced() { # name, strace's options and the program
  local name=$1 && shift
  env -i PATH=/usr/bin:/bin strace "$@" </dev/null >/dev/null
  shorten <log >"$here/$name.strace"
  echo "$name.strace: $(wc -l <"$here/$name.strace") lines"
}

# What programs read from files is long and of no use here, the maps texts excepted.
shorten() {
  sed -E '/ read\([0-9]+<[^>]*\/maps>/! s/( read\([0-9]+<[^>]*>, "([^"\\]|\\.){8})([^"\\]|\\.)+"(\.\.\.)?/\1".../'
}

traced cat "${full[@]}" -o log cat /proc/self/maps
# The shell's maps after three children; `true` keeps the shell from becoming cat.
traced pipeline "${full[@]}" -o log sh -c 'ls -1 /usr | sort -r | head -n 3; cat /proc/$$/maps; true'
traced python "${full[@]}" -o log /usr/bin/python3 -c 'print(open("/proc/self/maps").read())'
traced compile -f -y -e trace=%memory,%process -o log gcc -O2 tiny.c -o tiny
traced memory "${full[@]}" -o log /usr/bin/python3 memory.py
# Calls that few programs make, by a small program without libraries.
for part in advice droppable remap lock; do traced "$part" "${full[@]}" -o log ./calls "$part"; done
# As on a terminal: no -o, so strace's remarks cut lines in two; with times, without paths.
traced terminal -f -tt -e trace=%memory,%process,openat,close,dup2 sh -c 'ls | sort; ls' 2>log
