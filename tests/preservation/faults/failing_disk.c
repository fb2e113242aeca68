/* A disk that fails on purpose: from the n-th call on, or once, below one folder.
 *
 * FAULT_BELOW  the folder      FAULT_CALL  write | fsync | read
 * FAULT_AT     which call      FAULT_ERRNO what it answers      FAULT_ONCE  1: only that call
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls = 0;

static int due(const char *call, int fd) {
    const char *wanted = getenv("FAULT_CALL"), *below = getenv("FAULT_BELOW");
    char link[64], path[4096];
    long at;
    ssize_t length;
    if (!wanted || !below || strcmp(wanted, call)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, below, strlen(below))) return 0;
    at = atol(getenv("FAULT_AT") ? getenv("FAULT_AT") : "1");
    long now = __sync_add_and_fetch(&calls, 1);
    if (getenv("FAULT_ONCE") ? now != at : now < at) return 0;
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *b, size_t n) { return due("write", fd) ? -1 : REAL(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { return due("write", fd) ? -1 : REAL(pwrite)(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { return due("write", fd) ? -1 : REAL(pwrite64)(fd, b, n, o); }
ssize_t writev(int fd, const struct iovec *v, int n) { return due("write", fd) ? -1 : REAL(writev)(fd, v, n); }
ssize_t read(int fd, void *b, size_t n) { return due("read", fd) ? -1 : REAL(read)(fd, b, n); }
int fsync(int fd) { return due("fsync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return due("fsync", fd) ? -1 : REAL(fdatasync)(fd); }
int syncfs(int fd) { return due("fsync", fd) ? -1 : REAL(syncfs)(fd); }
