/* SPDX-License-Identifier: MIT */
/*
 * The n-th call fails that makes a poller, registers with it, makes a thread or takes memory, for
 * every n until none fails. Then an error comes back or it worked all the same, nobody is left
 * waiting, and no descriptor, memory or thread is lost. Linked with wrappers.
 */
#include "test.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int asked, fail_at;
static bool all_after; /* and all that follow */
static long allocated;
static bool counting;

static bool fails(void)
{
    int n;
    if (!__atomic_load_n(&counting, __ATOMIC_RELAXED))
        return false;
    n = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
    return n == fail_at || (all_after && n > fail_at);
}

#define FAILS_WITH(error) (fails() ? (errno = (error), true) : false)

int __real_epoll_create1(int flags);
int __wrap_epoll_create1(int flags);
int __real_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event);
int __real_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags);
int __real_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*fn)(void *), void *arg);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*fn)(void *), void *arg);
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void __real_free(void *p);
void __wrap_free(void *p);
void *__real_platform_alloc(size_t size);
void *__wrap_platform_alloc(size_t size);
void __real_platform_free(void *p, size_t size);
void __wrap_platform_free(void *p, size_t size);

int __wrap_epoll_create1(int flags)
{
    return FAILS_WITH(EMFILE) ? -1 : __real_epoll_create1(flags);
}

int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
    if (op != EPOLL_CTL_DEL && FAILS_WITH(asked % 2 ? ENOMEM : ENOSPC))
        return -1;
    return __real_epoll_ctl(epoll, op, fd, event);
}

int __wrap_eventfd(unsigned count, int flags)
{
    return FAILS_WITH(EMFILE) ? -1 : __real_eventfd(count, flags);
}

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    return fails() ? EAGAIN : __real_pthread_create(t, attr, fn, arg);
}

static void *count_alloc(void *p)
{
    if (p && __atomic_load_n(&counting, __ATOMIC_RELAXED))
        __atomic_add_fetch(&allocated, 1, __ATOMIC_RELAXED);
    return p;
}

static void count_free(void *p)
{
    if (p && __atomic_load_n(&counting, __ATOMIC_RELAXED))
        __atomic_sub_fetch(&allocated, 1, __ATOMIC_RELAXED);
}

void *__wrap_malloc(size_t n)
{
    return FAILS_WITH(ENOMEM) ? NULL : count_alloc(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return FAILS_WITH(ENOMEM) ? NULL : count_alloc(__real_calloc(n, size));
}

void __wrap_free(void *p)
{
    count_free(p);
    __real_free(p);
}

void *__wrap_platform_alloc(size_t size)
{
    return fails() ? NULL : count_alloc(__real_platform_alloc(size));
}

void __wrap_platform_free(void *p, size_t size)
{
    count_free(p);
    __real_platform_free(p, size);
}

/* ---- what is done ------------------------------------------------------------------------ */

static int failures; /* how many of the steps failed */

static bool allowed(long err)
{
    return err == -ENOMEM || err == -ENOSPC || err == -EMFILE || err == -EAGAIN;
}

#define STEP(expression)                                                         \
    ({                                                                           \
        errno = 321;                                                             \
        long result_ = (expression);                                             \
        EXPECT(result_ >= 0 || allowed(result_), #expression " gives %ld", result_); \
        EQUAL(errno, 321);                                                       \
        failures += result_ < 0;                                                 \
        result_ >= 0;                                                            \
    })

static void *feed(void *arg)
{
    sleep_ms(0);
    EQUAL(send(FD(arg), "x", 1, MSG_NOSIGNAL), 1);
    return NULL;
}

static void *nothing(void *arg)
{
    return arg;
}

/* A read that must wait; if it cannot, the byte is still there. */
static void wait_for_byte(int fds[2])
{
    char c;
    faden_task *t = NULL;
    if (faden_spawn(&t, feed, ARG(fds[1]), NULL) < 0) {
        failures++;
        return;
    }
    bool read = STEP(faden_read(fds[0], &c, 1));
    EQUAL(faden_join(t, NULL), 0);
    if (!read)
        EQUAL(recv(fds[0], &c, 1, 0), 1);
}

static void poll_for_byte(int fds[2])
{
    struct pollfd p[6];
    faden_task *t = NULL;
    char c;
    for (int i = 0; i < 6; i++)
        p[i] = (struct pollfd){.fd = fds[0], .events = POLLIN | (i % 2 ? POLLPRI : 0)};
    if (faden_spawn(&t, feed, ARG(fds[1]), NULL) < 0) {
        failures++;
        return;
    }
    STEP(faden_poll(p, 6, -1));
    EQUAL(faden_join(t, NULL), 0);
    EQUAL(recv(fds[0], &c, 1, 0), 1);
}

/* On numbers that have no records yet, too. */
static void use_pair(int number)
{
    int fds[2];
    EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    EQUAL(dup2(fds[0], number), number);
    close(fds[0]);
    fds[0] = number;
    wait_for_byte(fds);
    poll_for_byte(fds);
    wait_for_byte(fds);
    EQUAL(faden_close(fds[0]), 0);
    EQUAL(faden_close(fds[1]), 0);
}

static void use_files(void)
{
    struct stat st;
    int fd = faden_open("/proc/self/exe", O_RDONLY, 0);
    char buf[100];
    struct iovec iov[2] = {{buf, 50}, {buf + 50, 50}};
    STEP(fd);
    if (fd >= 0) {
        STEP(faden_readv(fd, iov, 2));
        STEP(faden_fsync(fd));
        EQUAL(faden_close(fd), 0);
    }
    STEP(faden_stat("/", &st));
    STEP(faden_blocking(nothing, NULL, NULL));
}

static int number;

static int all(void *arg)
{
    use_pair(number);
    use_files();
    return 0;
}

/* Gives false if nothing failed any more. */
static bool attempt(void)
{
    int result = -1, before = count_fds(), threads = count_threads();
    asked = failures = 0;
    allocated = 0;
    counting = true;
    int err = faden_run(all, NULL, NULL, &result);
    counting = false;
    EXPECT(err == 0 || allowed(err), "faden_run gives %d", err);
    if (!err)
        EQUAL(result, 0);
    EQUAL(count_fds(), before);
    expect_threads(threads);
    return asked >= fail_at;
}

int main(void)
{
    limit_seconds(60);
    raise_fd_limit(20000);
    number = 300;
    fail_at = 1000000; /* what stays: records of descriptors and tasks */
    attempt();
    for (int i = 0; i < 2; i++) {
        all_after = i;
        for (fail_at = 1; attempt(); fail_at++) {
            EXPECT(fail_at < 500, "it never ends");
            EXPECT(allocated == 0 || number > 300, "failure %d loses %ld pieces", fail_at,
                   allocated);
            if (fail_at % 3 == 0) /* a piece of the table that is not there yet */
                number = number * 2 < 19000 ? number * 2 : 300;
        }
        EXPECT(fail_at > 10, "only %d calls could fail", fail_at);
    }
    return 0;
}
