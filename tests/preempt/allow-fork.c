/* SPDX-License-Identifier: MIT */
/*
 * A program forks while another thread is in faden_preempt_allow, and no run has begun yet: the
 * child can call it, too. Linked with a wrapper that keeps that thread inside until the fork has
 * begun, and some time longer.
 */
#define _GNU_SOURCE
#include <link.h>

#include "test.h"

typedef int visitor(struct dl_phdr_info *, size_t, void *);
int __real_dl_iterate_phdr(visitor *fn, void *arg);
int __wrap_dl_iterate_phdr(visitor *fn, void *arg);

static bool inside, forking;
static _Thread_local bool stays;

int __wrap_dl_iterate_phdr(visitor *fn, void *arg)
{
    if (stays) {
        stays = false;
        STORE(inside, true);
        while (!LOAD(forking))
            usleep(100);
        usleep(50000);
    }
    return __real_dl_iterate_phdr(fn, arg);
}

static void *allows(void *arg)
{
    stays = true;
    EQUAL(faden_preempt_allow(&forking), 0);
    return arg;
}

/* Called before the library is: it has registered earlier. */
static void fork_begins(void)
{
    STORE(forking, true);
}

int main(void)
{
    pthread_t t;
    int status;
    pid_t pid;
    require_preemption();
    limit_seconds(60);
    EQUAL(pthread_atfork(fork_begins, NULL, NULL), 0);
    EQUAL(pthread_create(&t, NULL, allows, NULL), 0);
    while (!LOAD(inside))
        usleep(100);
    pid = fork();
    if (!pid) {
        limit_seconds(20);
        EQUAL(faden_preempt_allow(&forking), 0);
        _exit(3);
    }
    EQUAL(waitpid(pid, &status, 0), pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3, "status %#x", (unsigned)status);
    pthread_join(t, NULL);
    return 0;
}
