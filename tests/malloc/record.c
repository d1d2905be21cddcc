/* Records what a program asks of its allocator, as `ltrace -e malloc+calloc+realloc+free` prints it, without ltrace:
 *
 *   gcc -O2 -shared -fPIC -o record.so tests/malloc/record.c -ldl
 *   MALLOC_LOG=ls.log LD_PRELOAD=$PWD/record.so ls -l
 *
 * Requests before the program's first own call (of the loader) come through the allocator's own entry points and are
 * there, too. Calls that `dlsym` itself makes are served from a small area and not recorded. One thread at a time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static char early[8192];
static size_t early_used;
static int log_fd = -1, busy;

static void start(void) {
    if (real_malloc || busy) return;
    busy = 1;
    real_calloc = dlsym(RTLD_NEXT, "calloc");
    real_realloc = dlsym(RTLD_NEXT, "realloc");
    real_free = dlsym(RTLD_NEXT, "free");
    real_malloc = dlsym(RTLD_NEXT, "malloc");
    const char *name = getenv("MALLOC_LOG");
    if (name) log_fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    busy = 0;
}

static void *serve_early(size_t bytes) {
    void *at = early + early_used;
    early_used += (bytes + 15) & ~(size_t)15;
    return early_used <= sizeof early ? at : NULL;
}

static void say(const char *format, ...) {
    if (log_fd < 0) return;
    char line[160];
    va_list rest;
    __builtin_va_start(rest, format);
    int length = vsnprintf(line, sizeof line, format, rest);
    __builtin_va_end(rest);
    if (write(log_fd, line, length) < 0) log_fd = -1;
}

void *malloc(size_t bytes) {
    start();
    if (!real_malloc) return serve_early(bytes);
    void *got = real_malloc(bytes);
    say("malloc(%zu) = %#lx\n", bytes, (unsigned long)got);
    return got;
}

void *calloc(size_t count, size_t bytes) {
    start();
    if (!real_calloc) return serve_early(count * bytes);
    void *got = real_calloc(count, bytes);
    say("calloc(%zu, %zu) = %#lx\n", count, bytes, (unsigned long)got);
    return got;
}

void *realloc(void *old, size_t bytes) {
    start();
    void *got = real_realloc(old, bytes);
    say("realloc(%#lx, %zu) = %#lx\n", (unsigned long)old, bytes, (unsigned long)got);
    return got;
}

void free(void *old) {
    start();
    if ((char *)old >= early && (char *)old < early + sizeof early) return;
    if (old) say("free(%#lx) = <void>\n", (unsigned long)old);
    real_free(old);
}
