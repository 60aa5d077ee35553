/* SPDX-License-Identifier: MIT */
/*
 * getaddrinfo in many tasks at once, of numbers and of localhost, with a resolver that is slow: a
 * task that spins goes on meanwhile. Linked with a wrapper of getaddrinfo.
 */
#include "test.h"

#include <netdb.h>

int __real_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                       struct addrinfo **res);
int __wrap_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                       struct addrinfo **res);

static int slow_ms, fails_with;
static int answers, released;

int __wrap_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                       struct addrinfo **res)
{
    usleep((useconds_t)slow_ms * 1000);
    if (fails_with) {
        errno = ENOENT;
        return fails_with;
    }
    __atomic_add_fetch(&answers, 1, __ATOMIC_RELAXED);
    return __real_getaddrinfo(node, service, hints, res);
}

static void *ask_number(void *arg)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *res = NULL;
    char name[32];
    snprintf(name, sizeof name, "10.1.2.%d", FD(arg));
    errno = 31;
    EQUAL(faden_getaddrinfo(name, "80", &hints, &res), 0);
    EQUAL(errno, 31);
    const struct sockaddr_in *a = (const struct sockaddr_in *)res->ai_addr;
    EQUAL(a->sin_family, AF_INET);
    EQUAL(ntohl(a->sin_addr.s_addr), 10u << 24 | 1 << 16 | 2 << 8 | (unsigned)FD(arg));
    EQUAL(ntohs(a->sin_port), 80);
    freeaddrinfo(res);
    released++;
    return NULL;
}

static void *ask_localhost(void *arg)
{
    struct addrinfo *res = NULL;
    int err = faden_getaddrinfo("localhost", NULL, NULL, &res);
    EXPECT(err == 0, "%s", gai_strerror(err));
    freeaddrinfo(res);
    released++;
    return NULL;
}

static void *spin(void *arg)
{
    int *turns = arg;
    while (faden_cancelled() == 0) {
        faden_yield();
        ++*turns;
    }
    return NULL;
}

static int all(void *arg)
{
    int64_t begin = faden_now();
    int turns = 0;
    faden_scope s;
    faden_task *spinner = spawn(spin, &turns);
    slow_ms = 30;
    faden_scope_open(&s);
    for (int i = 0; i < 30; i++)
        scope_go(&s, i % 5 ? ask_number : ask_localhost, ARG(i));
    EQUAL(faden_scope_close(&s), 0);
    EXPECT(faden_now() - begin < 20 * 30 * FADEN_MSEC, "one after the other");
    EQUAL(faden_cancel(spinner), 0);
    join(spinner);
    EXPECT(turns > 1000, "the spinner had %d turns", turns);
    return 0;
}

static int failures(void *arg)
{
    struct addrinfo *res = NULL;
    faden_timeout t;
    slow_ms = 0;
    fails_with = EAI_SYSTEM;
    EQUAL(faden_getaddrinfo("x", NULL, NULL, &res), EAI_FAIL);
    fails_with = EAI_NONAME;
    EQUAL(faden_getaddrinfo("x", NULL, NULL, &res), EAI_NONAME);
    fails_with = 0;
    faden_timeout_begin(&t, 0);
    EQUAL(faden_getaddrinfo("localhost", NULL, NULL, &res), EAI_AGAIN);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    slow_ms = 20; /* what has begun is waited for, and its answer is given */
    faden_timeout_begin(&t, 2 * FADEN_MSEC);
    EQUAL(faden_getaddrinfo("127.0.0.1", NULL, NULL, &res), 0);
    freeaddrinfo(res);
    released++;
    faden_timeout_end(&t);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(all, NULL);
    run_both(failures, NULL);
    EQUAL(answers, released);
    return 0;
}
