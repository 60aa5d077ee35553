/* SPDX-License-Identifier: MIT */
/*
 * The initialiser of a static variable is preempted in the middle, and all other tasks want the
 * variable meanwhile: each gets it, initialised once, and a sleeper sleeps beside them.
 */
#include <cstdio>
#include <cstdlib>
#include <faden/faden.h>
#include <unistd.h>

namespace {

constexpr int tasks = 20;
int made, others, users;

struct Slow {
    int value;
    Slow() : value(42)
    {
        ++made;
        while (__atomic_load_n(&others, __ATOMIC_RELAXED) < tasks) /* begun, and so preempted */
            ;
    }
};

void *uses(void *arg)
{
    __atomic_store_n(&others, others + 1, __ATOMIC_RELAXED);
    static Slow slow;
    if (slow.value == 42)
        ++users;
    return arg;
}

int start(void *)
{
    faden_task_attr attr = {};
    faden_scope scope;
    attr.preemptible = true;
    faden_scope_open(&scope);
    for (int i = 0; i < tasks; i++)
        if (faden_scope_spawn(&scope, nullptr, uses, nullptr, &attr) < 0)
            return 1;
    for (int i = 0; i < 3; i++)
        if (faden_sleep(FADEN_MSEC) < 0)
            return 2;
    return faden_scope_close(&scope);
}

} // namespace

int main()
{
    faden_config config = {};
    int result = -1;
    if (getenv("FADEN_TEST_VALGRIND")) {
        fprintf(stderr, "Valgrind delivers signals between its own blocks of code only\n");
        return 77;
    }
    alarm(60);
    config.cpus = 1;
    config.time_slice = 200 * FADEN_USEC;
    if (faden_run(start, nullptr, &config, &result) < 0 || result != 0 || made != 1 ||
        users != tasks) {
        fprintf(stderr, "result %d, made %d, users %d\n", result, made, users);
        return 1;
    }
    return 0;
}
