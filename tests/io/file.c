/* SPDX-License-Identifier: MIT */
/* Files: whole reads and writes whether cached or not, positions, sendfile, attributes, and
   errors. */
#include "test.h"

#include <sys/mman.h>

enum { SIZE = 5 * 1024 * 1024 + 1234, PIECE = 1 << 20 };

static char path[64];
static unsigned char *expected, *got;

/* What is in the page cache goes out of it, if the file system lets it. */
static void evict(int fd)
{
    EQUAL(fsync(fd), 0);
    EQUAL(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
}

/* Every second 64 KiB is in the cache. */
static void evict_some(int fd)
{
    evict(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
    for (off_t at = 0; at < SIZE; at += 128 << 10)
        EXPECT(pread(fd, got, 64 << 10, at) > 0, "%s", strerror(errno));
}

static void whole_reads(int fd)
{
    struct iovec iov[3] = {{got, 1000}, {got + 1000, PIECE}, {got + 1000 + PIECE, 4096}};
    size_t at = 0;
    ssize_t n;
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    while ((n = faden_read(fd, got + at, PIECE)) > 0) {
        at += (size_t)n;
        EXPECT(n == PIECE || at == SIZE, "a short read, %zd, at %zu", n, at);
    }
    EQUAL(n, 0);
    EQUAL(at, SIZE);
    EXPECT(!memcmp(got, expected, SIZE), "other bytes");
    memset(got, 0, SIZE);
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    EQUAL(faden_readv(fd, iov, 3), 1000 + PIECE + 4096);
    EXPECT(!memcmp(got, expected, 1000 + PIECE + 4096), "other bytes");
    EQUAL(lseek(fd, 0, SEEK_CUR), 1000 + PIECE + 4096);
    memset(got, 0, SIZE);
    EQUAL(faden_pread(fd, got, PIECE, SIZE - PIECE), PIECE);
    EXPECT(!memcmp(got, expected + SIZE - PIECE, PIECE), "other bytes");
    EQUAL(faden_pread(fd, got, PIECE, SIZE - 10), 10);
    EQUAL(faden_pread(fd, got, PIECE, SIZE), 0);
    EQUAL(lseek(fd, 0, SEEK_CUR), 1000 + PIECE + 4096);
}

static void reading_and_writing(void)
{
    int fd = faden_open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT(fd >= 0, "%s", strerror(-fd));
    errno = 55;
    EQUAL(faden_write(fd, expected, PIECE), PIECE);
    EQUAL(faden_write_all(fd, expected + PIECE, SIZE - PIECE), SIZE - PIECE);
    EQUAL(faden_pwrite(fd, expected + 100, 5000, 100), 5000);
    EQUAL(faden_fsync(fd), 0);
    EQUAL(errno, 55);
    whole_reads(fd);
    evict(fd);
    whole_reads(fd);
    evict_some(fd);
    whole_reads(fd);
    EQUAL(faden_close(fd), 0);
}

static void attributes(void)
{
    struct stat a, b;
    int fd = faden_open(path, O_RDONLY, 0);
    EXPECT(fd >= 0, "%d", fd);
    EQUAL(faden_stat(path, &a), 0);
    EQUAL(faden_fstat(fd, &b), 0);
    EQUAL(a.st_ino, b.st_ino);
    EQUAL(a.st_size, SIZE);
    EQUAL(b.st_size, SIZE);
    EXPECT(!is_blocking(fd) == 0, "open changed the mode");
    EQUAL(faden_close(fd), 0);
    EQUAL(faden_open("/nonexistent/file", O_RDONLY, 0), -ENOENT);
    EQUAL(faden_open(path, O_RDWR | O_CREAT | O_EXCL, 0600), -EEXIST);
    EQUAL(faden_stat("/nonexistent/file", &a), -ENOENT);
    EQUAL(faden_fstat(4000, &a), -EBADF);
    EQUAL(faden_fsync(4000), -EBADF);
    EQUAL(faden_pread(4000, got, 1, 0), -EBADF);
}

static void errors(void)
{
    int fds[2], fd = faden_open(path, O_RDONLY, 0);
    EQUAL(faden_write(fd, "x", 1), -EBADF);
    EQUAL(faden_pread(fd, got, 1, -1), -EINVAL);
    EQUAL(faden_pread(fd, (void *)1, 1, 0), -EFAULT);
    EQUAL(faden_close(fd), 0);
    make_pair(PAIR_PIPE, fds);
    EQUAL(faden_pread(fds[0], got, 1, 0), -ESPIPE);
    EQUAL(faden_pwrite(fds[1], got, 1, 0), -ESPIPE);
    EQUAL(faden_fsync(fds[0]), -EINVAL);
    close_pair(fds);
    fd = faden_open("/", O_RDONLY | O_DIRECTORY, 0);
    EQUAL(faden_read(fd, got, 1), -EISDIR);
    EQUAL(faden_close(fd), 0);
}

/* ---- devices and what the kernel makes up ----------------------------------------------- */

static void specials(void)
{
    int fd = faden_open("/dev/null", O_RDWR, 0);
    EQUAL(faden_write(fd, "abc", 3), 3);
    EQUAL(faden_read(fd, got, 3), 0);
    EQUAL(faden_close(fd), 0);
    fd = faden_open("/dev/zero", O_RDONLY, 0);
    for (size_t at = 0; at < 100000;) { /* where it would have to give way, it stops */
        ssize_t n = faden_read(fd, got + at, 100000 - at);
        EXPECT(n > 0, "%zd", n);
        at += (size_t)n;
    }
    EQUAL(faden_close(fd), 0);
    fd = faden_open("/proc/self/status", O_RDONLY, 0);
    EXPECT(faden_read(fd, got, 4096) > 100, "no status");
    EQUAL(faden_close(fd), 0);
}

/* ---- sendfile ---------------------------------------------------------------------------- */

struct receiver {
    int fd;
    size_t total;
};

static void *receive(void *arg)
{
    struct receiver *r = arg;
    ssize_t n;
    while ((n = faden_read(r->fd, got + r->total, SIZE + 1 - r->total)) > 0)
        r->total += (size_t)n;
    EQUAL(n, 0);
    return NULL;
}

static void sending(enum pair_kind kind, bool cached)
{
    int fds[2], in = faden_open(path, O_RDONLY, 0);
    off_t at = 0;
    make_pair(kind, fds);
    if (!cached)
        evict(in);
    struct receiver r = {fds[0], 0};
    faden_task *t = spawn(receive, &r);
    while (at < SIZE) {
        off_t before = at;
        ssize_t n = faden_sendfile(fds[1], in, &at, (size_t)SIZE);
        EXPECT(n > 0, "%s: sendfile gives %zd at %lld", pair_names[kind], n, (long long)at);
        EQUAL(at, before + n);
    }
    EQUAL(faden_sendfile(fds[1], in, &at, 100), 0); /* the end */
    EQUAL(faden_close(fds[1]), 0);
    join(t);
    EQUAL(r.total, SIZE);
    EXPECT(!memcmp(got, expected, SIZE), "%s: other bytes", pair_names[kind]);
    EQUAL(lseek(in, 0, SEEK_CUR), 0);
    EQUAL(faden_close(fds[0]), 0);
    EQUAL(faden_close(in), 0);
}

static void sending_errors(void)
{
    int fds[2], in = faden_open(path, O_RDONLY, 0);
    off_t at = 0;
    faden_timeout t;
    make_pair(PAIR_UNIX, fds);
    EQUAL(faden_sendfile(4000, in, &at, 1), -EBADF);
    EQUAL(faden_sendfile(fds[1], 4000, &at, 1), -EBADF);
    faden_timeout_begin(&t, 5 * FADEN_MSEC);
    while (faden_sendfile(fds[1], in, &at, SIZE) > 0)
        ;
    EQUAL(faden_sendfile(fds[1], in, &at, SIZE), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    close_pair(fds);
    for (enum pair_kind kind = PAIR_PIPE; kind < PAIR_KINDS; kind += 2) { /* and no SIGPIPE */
        make_pair(kind, fds);
        EQUAL(faden_close(fds[0]), 0);
        at = 1;
        for (int i = 0; i < 3 && at > 0; i++) { /* TCP has to ask the other side */
            at = faden_sendfile(fds[1], in, &(off_t){0}, 1);
            sleep_ms(1);
        }
        EQUAL(at, -EPIPE);
        EQUAL(faden_close(fds[1]), 0);
    }
    EQUAL(faden_close(in), 0);
}

static int all(void *arg)
{
    reading_and_writing();
    attributes();
    errors();
    specials();
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        sending(kind, true);
        sending(kind, false);
    }
    sending_errors();
    return 0;
}

int main(void)
{
    limit_seconds(40);
    expected = malloc(SIZE);
    got = malloc(SIZE + PIECE);
    for (size_t i = 0; i < SIZE; i++)
        expected[i] = byte_at(i);
    snprintf(path, sizeof path, "io-file-test-%d", getpid());
    int before = count_fds();
    run_both(all, NULL);
    EQUAL(unlink(path), 0);
    EQUAL(count_fds(), before);
    return 0;
}
