/* SPDX-License-Identifier: MIT */
/*
 * A file system that asks somebody else, and gets its answer late: the cpu is free meanwhile,
 * whether it is asked for attributes or for what it is.
 */
#include "test.h"

#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

static int device, late, held, beats;
static char dir[] = "/tmp/faden-slow-XXXXXX";

static ssize_t try_answer(uint64_t unique, int err, void *data, size_t n)
{
    struct fuse_out_header h = {(uint32_t)(sizeof h + n), err, unique};
    struct iovec parts[] = {{&h, sizeof h}, {data, n}};
    return writev(device, parts, 2);
}

static void answer(uint64_t unique, int err, void *data, size_t n)
{
    EQUAL(try_answer(unique, err, data, n), (ssize_t)(sizeof(struct fuse_out_header) + n));
}

/* Who lets go of the directory waits for no answer, and may have ended the connection before it. */
static void refuse(uint64_t unique)
{
    if (try_answer(unique, -ENOSYS, NULL, 0) < 0)
        EXPECT(errno == ENOENT || errno == ENODEV || errno == EPERM, "%s", strerror(errno));
}

/* Not before another task has run, unless none does. */
static void be_late(void)
{
    int before = __atomic_load_n(&beats, __ATOMIC_RELAXED), patience = 2000;
    if (!__atomic_load_n(&late, __ATOMIC_RELAXED))
        return;
    while (__atomic_load_n(&beats, __ATOMIC_RELAXED) < before + 3 && patience--)
        usleep(1000);
    if (patience < 0)
        __atomic_store_n(&held, 1, __ATOMIC_RELAXED);
}

/* It goes when nothing in it is open any more. */
static void detach(void)
{
    umount2(dir, MNT_DETACH);
    rmdir(dir);
}

static void *serve(void *arg)
{
    static union {
        struct fuse_in_header head;
        char bytes[1 << 17];
    } in;
    ssize_t n;
    while ((n = read(device, &in, sizeof in)) > 0) {
        const struct fuse_init_in *asked = (void *)(&in.head + 1);
        struct fuse_init_out init = {.major = 7, .minor = 31, .max_write = 65536};
        struct fuse_attr_out attr = {.attr = {.ino = 1, .mode = S_IFDIR | 0755, .nlink = 2}};
        struct fuse_statfs_out fs = {.st = {.bsize = 4096}};
        struct fuse_open_out opened = {.fh = 1};
        if (in.head.len != (size_t)n) {
            detach();
            SKIP("emulated, in another byte order than the kernel's");
        }
        switch (in.head.opcode) {
        case FUSE_INIT:
            init.minor = asked->minor < init.minor ? asked->minor : init.minor;
            answer(in.head.unique, 0, &init, sizeof init);
            break;
        case FUSE_GETATTR:
            be_late();
            answer(in.head.unique, 0, &attr, sizeof attr);
            break;
        case FUSE_STATFS:
            be_late();
            answer(in.head.unique, 0, &fs, sizeof fs);
            break;
        case FUSE_OPENDIR: answer(in.head.unique, 0, &opened, sizeof opened); break;
        case FUSE_FORGET: break;
        default: refuse(in.head.unique);
        }
    }
    return arg;
}

static void *beat(void *arg)
{
    while (faden_sleep(FADEN_MSEC) == 0)
        __atomic_add_fetch(&beats, 1, __ATOMIC_RELAXED);
    return arg;
}

static int all(void *arg)
{
    struct stat st;
    int fd = FD(arg);
    faden_task *other = spawn(beat, NULL);
    __atomic_store_n(&late, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 3; i++) {
        EQUAL(faden_fstat(fd, &st), 0);
        EQUAL(st.st_mode, S_IFDIR | 0755);
        EXPECT(!held, "call %d held the cpu", i);
    }
    __atomic_store_n(&late, 0, __ATOMIC_RELAXED);
    EQUAL(faden_cancel(other), 0);
    join(other);
    return 0;
}

int main(void)
{
    char options[80];
    pthread_t server;
    limit_seconds(40);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (device < 0)
        SKIP("no /dev/fuse: %s", strerror(errno));
    EXPECT(mkdtemp(dir), "%s", strerror(errno));
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (mount("faden", dir, "fuse.faden", MS_NOSUID | MS_NODEV, options) < 0) {
        rmdir(dir);
        SKIP("no mount: %s", strerror(errno));
    }
    EQUAL(pthread_create(&server, NULL, serve, NULL), 0);
    int fd = open(dir, O_RDONLY | O_DIRECTORY);
    detach();
    EXPECT(fd >= 0, "%s", strerror(errno));
    run_both(all, ARG(fd));
    EQUAL(close(fd), 0);
    EQUAL(pthread_join(server, NULL), 0);
    return 0;
}
