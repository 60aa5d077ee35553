/* SPDX-License-Identifier: MIT */
/*
 * usage: preempt-guard [--verbose]
 * The initialiser of a static variable is preempted in the middle, and a thousand other tasks want
 * the variable meanwhile: each gets it, initialised once, and a sleeper sleeps beside them, ten
 * times at least while it is being made. --verbose shows how late it woke.
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <faden/faden.h>
#include <unistd.h>

namespace
{

constexpr int tasks = 1000;
int made, others, users, sleeps;
bool verbose;

struct Slow {
    int value;
    Slow() : value(42)
    {
        ++made;
        while (__atomic_load_n(&others, __ATOMIC_RELAXED) < tasks || /* begun, and so preempted */
               __atomic_load_n(&sleeps, __ATOMIC_RELAXED) < 10)
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
    long late[10];
    for (long &us : late) {
        int64_t at = faden_now() + FADEN_MSEC;
        if (faden_sleep_until(at) < 0)
            return 2;
        us = static_cast<long>((faden_now() - at) / 1000);
        __atomic_store_n(&sleeps, sleeps + 1, __ATOMIC_RELAXED);
    }
    std::sort(late, late + 10);
    if (verbose)
        printf("%d x initialiser late by (us): median %ld, 90 %% %ld, most %ld\n", tasks, late[5],
               late[9], late[9]);
    return faden_scope_close(&scope);
}

} // namespace

int main(int argc, char **argv)
{
    faden_config config = {};
    int result = -1;
    if (getenv("FADEN_TEST_VALGRIND")) {
        fprintf(stderr, "Valgrind delivers signals between its own blocks of code only\n");
        return 77;
    }
    verbose = argc > 1 && argv[1][0] == '-';
    alarm(100);
    config.cpus = 1;
    config.time_slice = 200 * FADEN_USEC;
    if (faden_run(start, nullptr, &config, &result) < 0 || result != 0 || made != 1 ||
        users != tasks) {
        fprintf(stderr, "result %d, made %d, users %d\n", result, made, users);
        return 1;
    }
    return 0;
}
