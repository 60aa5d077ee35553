/* SPDX-License-Identifier: MIT */
/*
 * C++ exceptions and coroutines: thrown and caught inside; and a switch in the middle of a catch
 * block, of nested ones, and of a destructor that runs because of an exception. Each coroutine has
 * its own stack of exceptions being handled, whatever order they are left in.
 */
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <faden/coro.h>

#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                             \
        }                                                                         \
    } while (0)

namespace {

constexpr int flows = 5;
faden_coro coro[flows];
alignas(16) char stack[flows][65536];
int alive;

struct Error : std::runtime_error {
    int flow, level;
    Error(int f, int l) : std::runtime_error("an error"), flow(f), level(l) { alive++; }
    Error(const Error &e) : std::runtime_error(e), flow(e.flow), level(e.level) { alive++; }
    ~Error() override { alive--; }
};

void away()
{
    faden_coro_yield(nullptr);
}

void expect_current(int flow, int level)
{
    try {
        throw;
    } catch (const Error &e) {
        EXPECT(e.flow == flow && e.level == level);
    }
}

struct YieldsWhenLeft {
    int before = std::uncaught_exceptions();
    ~YieldsWhenLeft()
    {
        EXPECT(std::uncaught_exceptions() == before + 1);
        away();
        EXPECT(std::uncaught_exceptions() == before + 1);
        try {
            throw 5; /* another one while that is under way */
        } catch (int n) {
            away();
            EXPECT(n == 5);
        }
    }
};

void handle(int flow, int level)
{
    try {
        YieldsWhenLeft yields;
        away();
        throw Error(flow, level);
    } catch (const Error &e) {
        EXPECT(std::uncaught_exceptions() == 0);
        away();
        EXPECT(e.flow == flow && e.level == level);
        expect_current(flow, level);
        if (level < 3)
            handle(flow, level + 1);
        away();
        expect_current(flow, level);
    }
}

void *body(void *arg)
{
    int flow = static_cast<int>(reinterpret_cast<intptr_t>(arg));
    for (;;) {
        EXPECT(!std::current_exception());
        handle(flow, 0);
        EXPECT(!std::current_exception());
        away();
    }
    return nullptr;
}

/* In random order, from the base flow and from inside its catch blocks. */
void mix(unsigned *seed)
{
    for (int i = 0; i < 400; i++) {
        *seed = *seed * 1103515245 + 12345;
        intptr_t f = *seed / 65536 % flows;
        faden_coro_resume(&coro[f], reinterpret_cast<void *>(f));
        EXPECT(std::uncaught_exceptions() == 0);
    }
}

void *ring_body(void *arg)
{
    int flow = static_cast<int>(faden_coro_self() - coro);
    for (int i = 0; i < 50; i++) {
        try {
            throw Error(flow, i);
        } catch (const Error &e) {
            faden_coro_transfer(&coro[(flow + 1) % flows], nullptr);
            EXPECT(e.flow == flow && e.level == i);
            expect_current(flow, i);
        }
        if (i % 3 == flow % 3)
            faden_coro_transfer(&coro[(flow + 2) % flows], nullptr);
    }
    return arg;
}

void start(void *(*fn)(void *))
{
    for (int i = 0; i < flows; i++)
        EXPECT(faden_coro_init(&coro[i], stack[i], sizeof stack[i], fn, nullptr) == 0);
}

} // namespace

int main()
{
    unsigned seed = 1;
    alarm(20);
    start(body);
    mix(&seed);
    try {
        throw Error(-1, -1);
    } catch (const Error &e) {
        mix(&seed);
        EXPECT(e.flow == -1);
        expect_current(-1, -1);
    }
    EXPECT(!std::current_exception());
    mix(&seed);
    start(ring_body);
    try {
        throw Error(-2, -2);
    } catch (const Error &) {
        faden_coro_resume(&coro[0], nullptr);
        expect_current(-2, -2);
    }
    EXPECT(!std::current_exception());
    return 0;
}
