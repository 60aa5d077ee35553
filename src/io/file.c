/* SPDX-License-Identifier: MIT */
/* Files: what the page cache answers at once is done here, the rest in the pool. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "io/stream.h"
#include "io/system.h"

struct job {
    int fd, flags;
    mode_t mode;
    const char *path;
    struct stat *st;
    uint32_t device; /* that is to be found out about */
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

/*
 * Some file systems ask somebody else for the attributes of a file, and so do they when they are
 * asked what they are. The number of the device is told at once, and what is behind a number is
 * found out once, in the pool. A hint: when something else is mounted under that number, the cpu
 * may have to wait, or the pool is asked in vain.
 *
 * They have no device of their own, so its number is small. One of those that are on a device, or
 * that are missing here, makes the cpu wait for its answer.
 */
static uint32_t known_devices[16]; /* number * 4 + 2 + does it ask others */

/* As in statx(2), which older C libraries have no function for. */
struct attributes {
    char before[136];
    uint32_t device_major, device_minor;
    char behind[112];
};

static uint32_t *place_of(uint32_t device)
{
    return &known_devices[device % (sizeof known_devices / sizeof *known_devices)];
}

static bool fs_asks_others(int fd)
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

enum { STATX_EMPTY_PATH = 0x1000, STATX_DONT_SYNC = 0x4000, DEVICES_MAX = 1 << 30 };

/* May its attributes take long? If it is not known, say so, and *device is to be found out. */
static bool may_ask_others(int fd, uint32_t *device)
{
    struct attributes a = {.device_major = 1};
    uint32_t known;
    *device = DEVICES_MAX;
    if (SYSTEM(syscall(SYS_statx, fd, "", STATX_EMPTY_PATH | STATX_DONT_SYNC, 0, &a)) < 0 ||
        a.device_major || a.device_minor >= DEVICES_MAX)
        return fs_asks_others(fd);
    known = load_relaxed(place_of(a.device_minor));
    if (known >> 2 == a.device_minor && known & 2)
        return known & 1;
    *device = a.device_minor;
    return true;
}

static void *run_fstat(void *arg)
{
    struct job *j = arg;
    if (j->device < DEVICES_MAX)
        store_relaxed(place_of(j->device), j->device << 2 | 2 | fs_asks_others(j->fd));
    j->result = (int)SYSTEM(fstat(j->fd, j->st));
    return NULL;
}

int faden_fstat(int fd, struct stat *st)
{
    struct job j = {.fd = fd, .st = st};
    int err = mycpu() ? ended(mycpu()) : 0;
    if (err < 0)
        return err;
    if (!mycpu() || !may_ask_others(fd, &j.device))
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
