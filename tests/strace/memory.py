"""Does to its memory all that a program can, and reads its own maps after each part. Recorded by record.sh."""
import ctypes, mmap, os, signal, threading

libc = ctypes.CDLL(None, use_errno=True)
for name in "mmap", "mremap":
    getattr(libc, name).restype = ctypes.c_void_p
PAGE, NONE, R, RW, RX = 4096, 0, 1, 3, 5
PRIVATE, FIXED, ANON, GROWSDOWN, NORESERVE, POPULATE = 2, 0x10, 0x20, 0x100, 0x4000, 0x8000
AREA = 0x100000000000


def maps():
    """Small reads, so that a line may be cut between two of them."""
    fd = os.open("/proc/self/maps", os.O_RDONLY)
    while os.read(fd, 1000):
        pass
    os.close(fd)


def call(name, *arguments):
    return getattr(libc, name)(*(ctypes.c_ulong(a) for a in arguments))


def page(n):
    return AREA + n * PAGE


def new(first, pages, prot=RW, flags=PRIVATE | ANON | FIXED | NORESERVE):
    call("mmap", page(first), pages * PAGE, prot, flags, 2**64 - 1, 0)


def split_and_merge():
    new(0, 16)
    call("mprotect", page(4), 4 * PAGE, R)  # three areas
    call("mprotect", page(10), 2 * PAGE, NONE)  # five
    maps()
    call("mprotect", page(4), 4 * PAGE, RW)  # three again
    call("munmap", page(14), PAGE)
    new(14, 1)  # fills the gap: one area with both neighbours
    new(16, 4)  # joins at the end
    maps()
    call("munmap", page(2), PAGE)
    print("over a hole:", call("mprotect", page(1), 4 * PAGE, R))  # changes page 1, then fails
    print("unaligned:", call("munmap", page(1) + 1, PAGE))
    maps()


def move():
    new(100, 8)
    call("mremap", page(100), 8 * PAGE, 4 * PAGE, 0)  # shrinks
    call("mremap", page(100), 4 * PAGE, 6 * PAGE, 0)  # grows in place
    call("mremap", page(100), 6 * PAGE, 12 * PAGE, 3, page(200))  # moves
    maps()
    area = mmap.mmap(-1, 64 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area[0:8] = b"12345678"
    area.resize(512 * PAGE)
    shared = mmap.mmap(-1, 16 * PAGE)
    shared.madvise(mmap.MADV_DONTNEED)
    with open(__file__, "rb") as file:
        text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        call("mlock", page(0), 2 * PAGE)
        maps()
        text.close()
    call("munlock", page(0), PAGE)
    maps()
    area.close()
    shared.close()


def grow():
    bricks = [bytearray(100_000) for _ in range(40)]  # below malloc's threshold: the heap
    large = bytearray(1 << 20)
    large.extend(bytes(1 << 20))  # realloc of an area of its own
    new(300, 4, flags=PRIVATE | ANON | FIXED | GROWSDOWN)
    new(310, 4, flags=PRIVATE | ANON | FIXED | POPULATE)
    maps()
    del bricks, large
    maps()


def thread():
    bytearray(50_000)
    maps()


def child():
    pid = os.fork()
    if pid == 0:
        call("munmap", page(310), 2 * PAGE)
        new(4, 2, RX)
        maps()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)


split_and_merge()
move()
grow()
threads = [threading.Thread(target=thread) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
child()
os.waitpid(os.posix_spawn("/usr/bin/true", ["true"], {}), 0)
maps()
