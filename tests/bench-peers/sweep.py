"""A sweep against libCacheSim, on the same trace: 1,000,000 references, 16 sizes, 5 policies. `make bench-sweep` runs it.

usage: sweep.py PAGETURNER [REFERENCES [ROUNDS]]

libCacheSim (https://libcachesim.com, the package `libcachesim` of PyPI) is installed into a folder of this script's
own. It only decides what stays in a cache; this machine walks page tables, handles faults, reads the disk, counts
some 70 things. Both use all processors: here threads, there processes. The misses of both have to be equal, but of
policies that docs/replacement.md names.
"""

import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import venv
from itertools import accumulate
from multiprocessing import Pool

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "venv")
PYTHON = os.path.join(FOLDER, "bin", "python")
PACKAGE = "libcachesim==0.3.5"

PAGES = 20_000
SIZES = [64, 92, 133, 192, 278, 400, 578, 834, 1203, 1736, 2505, 3615, 5217, 7528, 10863, 15676]
POLICIES = {"fifo": "FIFO", "lru": "LRU", "arc": "ARC", "s3_fifo": "S3FIFO", "sieve": "Sieve"}
# Its hash tables have 2 to the power of this many buckets: enough for all pages. By itself it takes 2^24, which would
# be most of its time here.
HASHPOWER = 16


def zipf(references):
    """Pages by Zipf's law with exponent 1: page n is n times as rare as page 1. The same at every run."""
    chance = random.Random(7)
    weights = list(accumulate(1 / n for n in range(1, PAGES + 1)))
    return chance.choices(range(PAGES), cum_weights=weights, k=references)


def write(folder, pages):
    """The trace as numbers of pages, and in the binary form that is quickest for the peer."""
    text, binary = os.path.join(folder, "zipf.txt"), os.path.join(folder, "zipf.oracleGeneral")
    with open(text, "w") as file:
        file.write("\n".join(map(str, pages)) + "\n")
    following, last = [-1] * len(pages), {}
    for n in range(len(pages) - 1, -1, -1):
        following[n] = last.get(pages[n], -1)
        last[pages[n]] = n
    with open(binary, "wb") as file:
        for n, page in enumerate(pages):
            file.write(struct.pack("<IQIq", n, page + 1, 1, following[n]))
    return text, binary


def peers(job):
    """Misses of one policy with one size, by the peer."""
    import libcachesim

    binary, policy, size, references = job
    kind = libcachesim.TraceType.ORACLE_GENERAL_TRACE
    reader = libcachesim.TraceReader(binary, kind, libcachesim.ReaderInitParam(ignore_obj_size=True))
    cache = getattr(libcachesim, policy)(cache_size=size, hashpower=HASHPOWER)
    return round(cache.process_trace(reader)[0] * references)


def ours(program, text):
    """Misses of all, by this machine."""
    sizes, policies = ",".join(map(str, SIZES)), ",".join(POLICIES)
    call = [program, "sweep", text, "--frames", sizes, "--policy", policies, "--json"]
    lines = subprocess.run(call, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    return {(line["policy"], line["frames"]): line["disk_reads"] for line in found}


def timed(work):
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def main(program, references=1_000_000, rounds=3):
    pages = zipf(references)
    jobs = [(policy, size) for size in SIZES for policy in POLICIES]
    with tempfile.TemporaryDirectory() as folder, Pool(os.cpu_count()) as pool:
        text, binary = write(folder, pages)
        given = [(binary, POLICIES[policy], size, references) for policy, size in jobs]
        times = []
        for n in range(rounds):
            own, counted = timed(lambda: ours(program, text))
            peer, misses = timed(lambda: pool.map(peers, given, chunksize=1))
            times.append((own, peer))
            print(f"round {n + 1}: {own:.2f} s, libCacheSim {peer:.2f} s", flush=True)
    own, peer = min(own for own, _ in times), min(peer for _, peer in times)
    points = len(jobs) * references
    print(f"{references:,} references to {PAGES:,} pages, {len(SIZES)} sizes, {len(POLICIES)} policies, "
          f"{os.cpu_count()} processors, the best of {rounds}:")
    print(f"  this machine {own:.2f} s, {own / points * 1e9:.0f} ns a reference")
    print(f"  libCacheSim  {peer:.2f} s, {peer / points * 1e9:.0f} ns a reference")
    print(f"  ratio        {own / peer:.1f}")
    for policy in POLICIES:
        far = [abs(counted[policy, size] - theirs) / max(1, theirs)
               for (of, size), theirs in zip(jobs, misses) if of == policy]
        print(f"  misses under {policy}: at most {max(far) * 100:.2f} % apart")


if __name__ == "__main__":
    if sys.prefix != FOLDER and not os.path.exists(PYTHON):
        venv.create(FOLDER, with_pip=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
    if sys.prefix != FOLDER:
        os.execv(PYTHON, [PYTHON, *sys.argv])
    main(sys.argv[1], *map(int, sys.argv[2:]))
