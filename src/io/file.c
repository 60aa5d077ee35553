/* SPDX-License-Identifier: MIT */
/* Files: what the page cache answers at once is done here, the rest in the pool. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "io/stream.h"
#include "io/system.h"

struct job {
    int fd, flags;
    mode_t mode;
    const char *path;
    struct stat *st;
    int result;
};

static int in_pool(void *(*fn)(void *), struct job *j)
{
    int err = faden_blocking(fn, j, NULL);
    if (err < 0)
        return err == -EAGAIN ? -ENOMEM : err;
    return j->result;
}

static void *run_open(void *arg)
{
    struct job *j = arg;
    j->result = (int)SYSTEM(open(j->path, j->flags, j->mode));
    return NULL;
}

int faden_open(const char *path, int flags, mode_t mode)
{
    struct job j = {.path = path, .flags = flags, .mode = mode};
    int fd = in_pool(run_open, &j);
    if (fd >= 0)
        descriptor_born(mycpu(), fd, 0);
    return fd;
}

static void *run_stat(void *arg)
{
    struct job *j = arg;
    j->result = (int)SYSTEM(stat(j->path, j->st));
    return NULL;
}

int faden_stat(const char *path, struct stat *st)
{
    struct job j = {.path = path, .st = st};
    return in_pool(run_stat, &j);
}

/* ---- on descriptors ---------------------------------------------------------------------- */

static void *run_fsync(void *arg)
{
    struct job *j = arg;
    j->result = (int)SYSTEM(fsync(j->fd));
    return NULL;
}

static void *run_fstat(void *arg)
{
    struct job *j = arg;
    j->result = (int)SYSTEM(fstat(j->fd, j->st));
    return NULL;
}

static int with_descriptor(void *(*fn)(void *), struct job *j)
{
    struct cpu *cpu = mycpu();
    struct call c;
    int result;
    if (!cpu)
        return in_pool(fn, j);
    result = call_begin(&c, cpu, j->fd);
    if (result < 0)
        return result;
    result = in_pool(fn, j);
    call_end(&c, READING);
    return result;
}

int faden_fsync(int fd)
{
    struct job j = {.fd = fd};
    return with_descriptor(run_fsync, &j);
}

/* File systems that ask somebody else for the attributes. One that is missing here makes the cpu
   wait for its answer. */
static bool asks_others(int fd)
{
    struct statfs fs;
    if (SYSTEM(fstatfs(fd, &fs)) < 0)
        return false;
    switch ((uint32_t)fs.f_type) {
    case 0x6969:     /* NFS */
    case 0x517b:     /* SMB */
    case 0xff534d42: /* CIFS */
    case 0xfe534d42: /* SMB2 */
    case 0x65735546: /* FUSE */
    case 0x01021997: /* 9P */
    case 0x00c36400: /* Ceph */
    case 0x5346414f: /* AFS */
    case 0x6b414653: /* kAFS */
    case 0x7461636f: /* OCFS2 */
    case 0x01161970: /* GFS2 */
        return true;
    default:
        return false;
    }
}

int faden_fstat(int fd, struct stat *st)
{
    struct job j = {.fd = fd, .st = st};
    int err = mycpu() ? ended(mycpu()) : 0;
    if (err < 0)
        return err;
    if (!asks_others(fd))
        return (int)SYSTEM(fstat(fd, st));
    return with_descriptor(run_fstat, &j);
}

static ssize_t transfer_at(int fd, enum direction dir, void *buf, size_t n, off_t offset)
{
    struct iovec iov = {buf, n};
    struct cpu *cpu = mycpu();
    struct call c;
    ssize_t result;
    if (offset < 0)
        return -EINVAL;
    if (!cpu)
        return dir == READING ? SYSTEM(pread(fd, buf, n, offset))
                              : SYSTEM(pwrite(fd, buf, n, offset));
    result = call_begin(&c, cpu, fd);
    if (result < 0)
        return result;
    result = file_transfer(fd, dir, &iov, 1, offset);
    call_end(&c, dir);
    return result;
}

ssize_t faden_pread(int fd, void *buf, size_t n, off_t offset)
{
    return transfer_at(fd, READING, buf, n, offset);
}

ssize_t faden_pwrite(int fd, const void *buf, size_t n, off_t offset)
{
    return transfer_at(fd, WRITING, (void *)buf, n, offset);
}
