/* SPDX-License-Identifier: MIT */
/* C++ exceptions inside contexts: thrown and caught below the entry function, with destructors run
   on the way, switches between throws, and one that nobody catches ends the program. */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <faden/context.h>

#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                             \
        }                                                                         \
    } while (0)

namespace {

faden_context base, flow[2];
alignas(16) char stack[2][65536];
int alive, caught[2];

struct Counted {
    Counted() { alive++; }
    ~Counted() { alive--; }
};

void away(int self)
{
    if (self)
        faden_context_switch_inline(&flow[self], &base);
    else
        faden_context_switch(&flow[self], &base);
}

__attribute__((noinline)) void deep(int self, int depth)
{
    Counted one;
    std::string text(static_cast<size_t>(40 + depth), 'x');
    away(self);
    if (!depth)
        throw std::runtime_error("from flow " + std::to_string(self));
    deep(self, depth - 1);
    EXPECT(text.size() == 0); /* not reached */
}

void entry(void *arg)
{
    int self = static_cast<int>(reinterpret_cast<intptr_t>(arg));
    for (;;) {
        int before = alive;
        try {
            deep(self, 4);
        } catch (const std::exception &e) {
            EXPECT(e.what() == "from flow " + std::to_string(self));
            caught[self]++;
        }
        EXPECT(alive <= before + 5);
        away(self);
    }
}

void uncaught(void *)
{
    throw 1;
}

void expect_terminate()
{
    pid_t pid = fork();
    int status;
    if (!pid) {
        fclose(stderr);
        faden_context_init(&flow[0], stack[0], sizeof stack[0], uncaught, nullptr);
        faden_context_switch(&base, &flow[0]);
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

} // namespace

int main()
{
    alarm(20);
    for (intptr_t i = 0; i < 2; i++)
        faden_context_init(&flow[i], stack[i], sizeof stack[i], entry, reinterpret_cast<void *>(i));
    for (int i = 0; i < 600; i++) {
        faden_context_switch(&base, &flow[0]);
        faden_context_switch_inline(&base, &flow[1]);
        try {
            Counted here;
            throw i;
        } catch (int n) {
            EXPECT(n == i);
        }
    }
    EXPECT(caught[0] == 100 && caught[1] == 100);
    expect_terminate();
    return 0;
}
