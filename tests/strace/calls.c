// Makes the calls about memory that few programs make, and reads its own maps after each. Recorded by record.sh, once for
// each part: advice, droppable, remap, lock.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#ifndef PROT_GROWSDOWN
#define PROT_GROWSDOWN 0x01000000
#endif

enum { PAGE = 4096, RW = PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED };

static char *page(int n) { return (char *)(0x100000000000 + (uintptr_t)n * PAGE); }

static void maps(void) {
  static char text[1 << 16];
  int fd = open("/proc/self/maps", O_RDONLY);
  while (read(fd, text, sizeof text) > 0) {
  }
  close(fd);
}

static void in_child(void) {
  pid_t child = fork();
  if (child == 0) {
    maps();
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void advice(void) {
  static const int all[] = {MADV_RANDOM,   MADV_SEQUENTIAL, MADV_DONTFORK,    MADV_DONTDUMP,
                            MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_WIPEONFORK,  MADV_NORMAL};
  mmap(page(0), 32 * PAGE, RW, ANON, -1, 0);
  for (int i = 0; i < 8; i++) madvise(page(1 + 2 * i), PAGE, all[i]);
  maps();
  in_child();
  // Over the neighbours of equal advice, and back again: areas join.
  madvise(page(2), 5 * PAGE, MADV_DONTDUMP);
  maps();
  madvise(page(0), 32 * PAGE, MADV_NORMAL);
  madvise(page(0), 32 * PAGE, MADV_DOFORK);
  madvise(page(0), 32 * PAGE, MADV_DODUMP);
  madvise(page(0), 32 * PAGE, MADV_KEEPONFORK);
  maps();
  // Over a hole it is given nevertheless, and fails.
  munmap(page(20), PAGE);
  madvise(page(18), 6 * PAGE, MADV_DONTDUMP);
  maps();
  in_child();
}

static void droppable(void) {
  char *area = mmap(NULL, 4 * PAGE, RW, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);
  maps();
  memset(area, 1, PAGE);
  mprotect(area, PAGE, PROT_READ);
  maps();
  mlock(area, PAGE);  // passes over it
  madvise(area + PAGE, PAGE, MADV_KEEPONFORK);  // refused, as the next
  madvise(area + PAGE, PAGE, MADV_DODUMP);
  maps();
  in_child();
  munmap(area, 2 * PAGE);
  maps();
}

static void remap(void) {
  mmap(page(0), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  char *second = mremap(page(0), 0, 4 * PAGE, MREMAP_MAYMOVE);
  maps();
  mprotect(second, PAGE, PROT_READ | PROT_EXEC);
  mremap(page(2), 0, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page(50));
  maps();
  mmap(page(100), 4 * PAGE, PROT_READ, ANON, -1, 0);
  mremap(page(100), 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
  mremap(page(0), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, page(60));
  mremap(page(100), 0, 4 * PAGE, MREMAP_MAYMOVE);  // private: refused
  maps();
  mmap(page(200), 4 * PAGE, RW, ANON | MAP_GROWSDOWN, -1, 0);
  mprotect(page(202), PAGE, PROT_READ | PROT_GROWSDOWN);
  mprotect(page(100), PAGE, PROT_NONE | PROT_GROWSDOWN);  // no stack: refused
  maps();
}

static void lock(void) {
  mmap(page(0), 8 * PAGE, RW, ANON, -1, 0);
  mlock2(page(2), PAGE, MLOCK_ONFAULT);
  mlock(page(4), PAGE);
  maps();
  mlockall(MCL_CURRENT);
  maps();
  munlock(page(6), PAGE);
  maps();
  munlockall();
  maps();
  mlockall(MCL_FUTURE | MCL_ONFAULT);
  mmap(page(8), 4 * PAGE, RW, ANON, -1, 0);
  mmap(page(20), 4 * PAGE, RW, ANON, -1, 0);
  maps();
  in_child();
  munlockall();
  maps();
}

int main(int argc, char **argv) {
  const char *part = argc > 1 ? argv[1] : "";
  if (!strcmp(part, "advice")) advice();
  if (!strcmp(part, "droppable")) droppable();
  if (!strcmp(part, "remap")) remap();
  if (!strcmp(part, "lock")) lock();
  return 0;
}
