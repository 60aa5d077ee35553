// SPDX-License-Identifier: MIT
// C++ exceptions in tasks: what is being handled, and how many are on their way, is the task's own.
#include <exception>
#include <stdexcept>
#include <string>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <faden/runtime.h>
#include <faden/sync.h>
#include <faden/task.h>
#include <faden/time.h>

#define EXPECT(condition, what)                                                               \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            std::fprintf(stderr, "%s:%d: not so: %s: %s\n", __FILE__, __LINE__, #condition, what); \
            _exit(1);                                                                         \
        }                                                                                     \
    } while (0)

static faden_sem sem;
static int caught;

static void rest(int how)
{
    switch (how % 3) {
    case 0: faden_yield(); break;
    case 1: EXPECT(faden_sleep(how) == 0, "sleep"); break;
    default:
        faden_sem_post(&sem);
        EXPECT(faden_sem_wait(&sem) == 0, "wait");
    }
}

// Switches while the stack is being unwound.
struct guard {
    int how;
    int before = std::uncaught_exceptions();
    ~guard()
    {
        EXPECT(std::uncaught_exceptions() == before + 1, "in a destructor");
        rest(how);
        EXPECT(std::uncaught_exceptions() == before + 1, "another task's count came in");
        try {
            throw std::string("inner");
        } catch (const std::string &s) {
            rest(how + 1);
            EXPECT(s == "inner", "another task's exception");
            EXPECT(std::uncaught_exceptions() == before + 1, "in the inner handler");
        }
    }
};

static void throws(int n)
{
    guard g{n};
    throw n;
}

static void *catches(void *arg)
{
    int n = (int)(intptr_t)arg;
    EXPECT(!std::current_exception(), "a new task handles an exception");
    EXPECT(std::uncaught_exceptions() == 0, "a new task has one on its way");
    try {
        try {
            throws(n);
        } catch (int e) {
            EXPECT(e == n, "another task's exception");
            rest(n);
            try {
                throw std::runtime_error(std::to_string(n));
            } catch (const std::exception &x) {
                rest(n + 1);
                EXPECT(std::to_string(n) == x.what(), "another task's exception");
                EXPECT(std::current_exception(), "none");
            }
            rest(n + 2);
            std::exception_ptr p = std::current_exception();
            try {
                std::rethrow_exception(p);
            } catch (int again) {
                EXPECT(again == n, "current_exception is another task's");
            }
            rest(n);
            throw; // the outer one
        }
    } catch (int e) {
        EXPECT(e == n, "rethrown: another task's exception");
        caught++;
    }
    EXPECT(!std::current_exception(), "it is over");
    rest(n);
    EXPECT(!std::current_exception() && std::uncaught_exceptions() == 0, "it is over");
    return nullptr;
}

static int start(void *)
{
    faden_scope s;
    caught = 0;
    faden_sem_init(&sem, 0);
    for (int round = 0; round < 20; round++) {
        faden_scope_open(&s);
        for (int i = 0; i < 50; i++)
            EXPECT(faden_scope_spawn(&s, nullptr, catches, (void *)(intptr_t)(i + 1), nullptr) == 0,
                   "spawn");
        try {
            throw 1000;
        } catch (int e) {
            faden_sleep(1);
            EXPECT(faden_scope_close(&s) == 0, "close"); // a wait, with one being handled
            EXPECT(e == 1000 && std::current_exception(), "main's was lost");
        }
        EXPECT(!std::current_exception(), "main's is over");
    }
    EXPECT(caught == 1000, "some were not caught");
    return 0;
}

// A run within a handler: the thread's own exception is not the tasks'.
int main()
{
    alarm(40);
    for (int i = 0; i < 2; i++) {
        faden_config config{};
        int result = -1;
        config.route = i ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        try {
            throw std::string("around");
        } catch (const std::string &s) {
            EXPECT(faden_run(start, nullptr, &config, &result) == 0, "run");
            EXPECT(s == "around" && std::current_exception(), "the thread's was lost");
        }
        EXPECT(result == 0, "main");
    }
    return 0;
}
