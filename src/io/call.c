/* SPDX-License-Identifier: MIT */
/* The rarer parts of every call: giving way, and waiting in a plain thread. */
#include "io/io.h"
#include "io/system.h"

_Thread_local struct budget faden__io_budget;

/* Who may not yield now goes on. */
void faden__io_give_way(struct cpu *cpu)
{
    faden__io_budget.calls = 0;
    if (!cpu->depth)
        faden_yield();
}

int thread_wait(int fd, enum direction dir)
{
    struct pollfd p = {.fd = fd, .events = dir == READING ? POLLIN : POLLOUT};
    if (!is_nonblocking(fd))
        return -EAGAIN;
    return (int)SYSTEM(poll(&p, 1, -1)) < 0 ? -EAGAIN : 0;
}
