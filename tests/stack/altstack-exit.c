/* SPDX-License-Identifier: MIT */
/* The alternate stack of a thread ends with the thread: nothing is left of 300 of them. Inits and
   exits nest, as when a thread that uses coroutines becomes a cpu for a while. */
#include <pthread.h>

#include "helpers.h"

#include "platform/linux/fault.h"

static bool has_one(void)
{
    stack_t now;
    EXPECT(sigaltstack(NULL, &now) == 0, "%s", strerror(errno));
    return !(now.ss_flags & SS_DISABLE);
}

static void *fn(void *arg)
{
    return arg;
}

static void use_a_coroutine(void)
{
    faden_coro *c;
    EXPECT(faden_coro_new(&c, fn, NULL) == 0, "no coroutine");
    faden_coro_resume(c, NULL);
    faden_coro_delete(c);
}

static void *one(void *arg)
{
    EXPECT(!has_one(), "a fresh thread has none");
    use_a_coroutine();
    EXPECT(has_one(), "a thread that uses coroutines has one");
    return arg;
}

static void *nested(void *arg)
{
    EXPECT(fault_thread_init() == 0 && fault_thread_init() == 0, "no memory");
    EXPECT(has_one(), "after init");
    fault_thread_exit();
    EXPECT(has_one(), "one user is left");
    use_a_coroutine();
    fault_thread_exit();
    EXPECT(has_one(), "the thread itself is left");
    return arg;
}

static void *balanced(void *arg)
{
    EXPECT(fault_thread_init() == 0, "no memory");
    fault_thread_exit();
    EXPECT(!has_one(), "nobody is left");
    return arg;
}

/* One that the program has set in the meantime is not ours to end. */
static void *theirs(void *arg)
{
    static char later[16384];
    stack_t now, set = {.ss_sp = later, .ss_size = sizeof later};
    EXPECT(fault_thread_init() == 0, "no memory");
    EXPECT(sigaltstack(&set, NULL) == 0, "%s", strerror(errno));
    fault_thread_exit();
    EXPECT(sigaltstack(NULL, &now) == 0 && now.ss_sp == later, "at %p", now.ss_sp);
    return arg;
}

static void run_threads(int n)
{
    static void *(*const kinds[])(void *) = {one, nested, balanced, theirs};
    pthread_t t;
    for (int i = 0; i < n; i++) {
        EXPECT(pthread_create(&t, NULL, kinds[i % 4], NULL) == 0, "no thread");
        pthread_join(t, NULL);
    }
}

int main(void)
{
    SKIP_SANITIZED("threads have their alternate stack");
    run_threads(4);
    long before = mappings();
    run_threads(300);
    long after = mappings();
    EXPECT(after <= before + 2, "%ld mappings before, %ld after", before, after);
}
