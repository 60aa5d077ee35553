/* SPDX-License-Identifier: MIT */
#include "root.h"

#include <faden/faden.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* O_NONBLOCK: opening a pipe must not wait for its other end. */
#define READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

static bool have_openat2, have_cached;

static int openat2_beneath(int root, const char *path, uint64_t resolve)
{
    struct open_how how = {.flags = READ_FLAGS};
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve;
    long fd = syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof how);
    return fd < 0 ? -errno : (int)fd;
}

void root_probe(int root)
{
    int out = openat2_beneath(root, "..", 0), in = openat2_beneath(root, ".", 0);
    have_openat2 = out == -EXDEV && in >= 0; /* by effect: some emulators ignore `resolve` */
    int cached = openat2_beneath(root, ".", RESOLVE_CACHED);
    have_cached = cached >= 0 || cached == -EAGAIN;
    if (out >= 0)
        close(out);
    if (in >= 0)
        close(in);
    if (cached >= 0)
        close(cached);
}

/* One segment after the other; no symbolic link is followed. */
static int walk(int root, const char *path)
{
    char segment[256]; /* NAME_MAX + 1 */
    int at = root;
    for (;;) {
        size_t n = strcspn(path, "/");
        bool last = path[n] == 0;
        int flags = last ? READ_FLAGS | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        memcpy(segment, path, n < sizeof segment ? n : 0);
        segment[n < sizeof segment ? n : 0] = 0; /* a longer name cannot exist, and nor does "" */
        int fd = openat(at, *path ? segment : ".", flags), err = -errno;
        if (at != root)
            close(at);
        if (fd < 0 || last)
            return fd < 0 ? err : fd;
        at = fd;
        path += n + 1;
    }
}

struct open_call {
    int root;
    const char *path;
    bool symlinks;
};

/* In the pool. Gives the descriptor or the error, as a pointer. */
static void *open_slowly(void *arg)
{
    const struct open_call *call = arg;
    if (!have_openat2 || !call->symlinks)
        return (void *)(intptr_t)walk(call->root, call->path);
    int fd = -EAGAIN; /* somebody renames directories meanwhile */
    for (int tries = 0; fd == -EAGAIN && tries < 100; tries++)
        fd = openat2_beneath(call->root, call->path, 0);
    return (void *)(intptr_t)fd;
}

int root_open(int root, const char *path, bool symlinks)
{
    struct open_call call = {root, path, symlinks};
    void *result;
    if (have_openat2 && have_cached && symlinks) {
        int fd = openat2_beneath(root, path, RESOLVE_CACHED);
        if (fd != -EAGAIN)
            return fd;
    }
    int err = faden_blocking(open_slowly, &call, &result);
    return err < 0 ? err : (int)(intptr_t)result;
}
