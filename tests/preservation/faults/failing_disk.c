/* A disk that fails on purpose: from the n-th call on, or once, below one folder.
 *
 * FAULT_BELOW  the folder      FAULT_CALL  write | fsync | read | reach (whatever names a path) | short
 * ("short": every read and write does half of what it is asked, each fifth is interrupted)
 * FAULT_AT     which call      FAULT_ERRNO what it answers      FAULT_ONCE  1: only that call
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls = 0;
static int counted(void);

static int lies_below(const char *call, int fd) {
    const char *wanted = getenv("FAULT_CALL"), *below = getenv("FAULT_BELOW");
    char link[64], path[4096];
    ssize_t length;
    if (!wanted || !below || strcmp(wanted, call)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return !strncmp(path, below, strlen(below));
}

static int due(const char *call, int fd) { return lies_below(call, fd) && counted(); }

/* How much of n a call does that may be short; 0 when it is interrupted instead. */
static size_t some_of(int fd, size_t n) {
    if (n < 2 || !lies_below("short", fd)) return n;
    if (__sync_add_and_fetch(&calls, 1) % 5) return n / 2;
    errno = EINTR;
    return 0;
}

/* A mount that went stale answers no call that names a path on it. */
static int stale(const char *path) {
    const char *wanted = getenv("FAULT_CALL"), *below = getenv("FAULT_BELOW");
    if (!wanted || !below || !path || strcmp(wanted, "reach")) return 0;
    if (strncmp(path, below, strlen(below))) return 0;
    return counted();
}

static int counted(void) {
    long at = atol(getenv("FAULT_AT") ? getenv("FAULT_AT") : "1");
    long now = __sync_add_and_fetch(&calls, 1);
    if (getenv("FAULT_ONCE") ? now != at : now < at) return 0;
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *b, size_t n) {
    size_t some = some_of(fd, n);
    return due("write", fd) || (n && !some) ? -1 : REAL(write)(fd, b, some);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { return due("write", fd) ? -1 : REAL(pwrite)(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { return due("write", fd) ? -1 : REAL(pwrite64)(fd, b, n, o); }
ssize_t writev(int fd, const struct iovec *v, int n) { return due("write", fd) ? -1 : REAL(writev)(fd, v, n); }
ssize_t read(int fd, void *b, size_t n) {
    size_t some = some_of(fd, n);
    return due("read", fd) || (n && !some) ? -1 : REAL(read)(fd, b, some);
}
int fsync(int fd) { return due("fsync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return due("fsync", fd) ? -1 : REAL(fdatasync)(fd); }
int syncfs(int fd) { return due("fsync", fd) ? -1 : REAL(syncfs)(fd); }

#define WITH_MODE(flags, last) \
    va_list more; va_start(more, last); \
    mode_t mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; va_end(more)
int open(const char *p, int f, ...) { WITH_MODE(f, f); return stale(p) ? -1 : REAL(open)(p, f, mode); }
int open64(const char *p, int f, ...) { WITH_MODE(f, f); return stale(p) ? -1 : REAL(open64)(p, f, mode); }
int openat(int d, const char *p, int f, ...) { WITH_MODE(f, f); return stale(p) ? -1 : REAL(openat)(d, p, f, mode); }
int openat64(int d, const char *p, int f, ...) { WITH_MODE(f, f); return stale(p) ? -1 : REAL(openat64)(d, p, f, mode); }
int stat(const char *p, struct stat *s) { return stale(p) ? -1 : REAL(stat)(p, s); }
int stat64(const char *p, struct stat64 *s) { return stale(p) ? -1 : REAL(stat64)(p, s); }
int lstat(const char *p, struct stat *s) { return stale(p) ? -1 : REAL(lstat)(p, s); }
int lstat64(const char *p, struct stat64 *s) { return stale(p) ? -1 : REAL(lstat64)(p, s); }
int fstatat(int d, const char *p, struct stat *s, int f) { return stale(p) ? -1 : REAL(fstatat)(d, p, s, f); }
int fstatat64(int d, const char *p, struct stat64 *s, int f) { return stale(p) ? -1 : REAL(fstatat64)(d, p, s, f); }
int mkdir(const char *p, mode_t m) { return stale(p) ? -1 : REAL(mkdir)(p, m); }
int rename(const char *p, const char *q) { return stale(p) || stale(q) ? -1 : REAL(rename)(p, q); }
DIR *opendir(const char *p) { return stale(p) ? NULL : REAL(opendir)(p); }
