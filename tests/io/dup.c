/* SPDX-License-Identifier: MIT */
/*
 * Two numbers for one description: each is waited on by itself, closing one leaves the other, and a
 * registration that outlives its number (epoll keeps it as long as the description) does no harm.
 */
#include "test.h"

static void *read_one(void *arg)
{
    char c;
    return ARG(faden_read(FD(arg), &c, 1));
}

static void both_numbers(enum pair_kind kind)
{
    int fds[2];
    make_pair(kind, fds);
    int copy = dup(fds[0]);
    for (int i = 0; i < 50; i++) {
        faden_task *one = spawn(read_one, ARG(fds[0])), *two = spawn(read_one, ARG(copy));
        sleep_ms(i == 0);
        EQUAL(faden_write(fds[1], "ab", 2), 2);
        EQUAL(FD(join(one)), 1);
        EQUAL(FD(join(two)), 1);
    }
    faden_task *one = spawn(read_one, ARG(fds[0])), *two = spawn(read_one, ARG(copy));
    sleep_ms(1);
    EQUAL(faden_close(fds[0]), 0);
    EQUAL(FD(join(one)), -EBADF);
    EQUAL(faden_write(fds[1], "c", 1), 1);
    EQUAL(FD(join(two)), 1);
    EQUAL(faden_close(copy), 0);
    EQUAL(faden_close(fds[1]), 0);
}

/* The number comes back for the same description: to epoll nothing has happened. */
static void same_number_again(enum pair_kind kind, bool with_faden_close)
{
    int fds[2];
    make_pair(kind, fds);
    int keep = dup(fds[0]);
    for (int i = 0; i < 30; i++) {
        faden_task *t = spawn(read_one, ARG(fds[0]));
        if (i % 2 == 0)
            sleep_ms(1);
        EQUAL(faden_write(fds[1], "a", 1), 1);
        EQUAL(FD(join(t)), 1);
        EQUAL(with_faden_close ? faden_close(fds[0]) : close(fds[0]), 0);
        EQUAL(dup2(keep, fds[0]), fds[0]);
    }
    close_pair(fds);
    EQUAL(faden_close(keep), 0);
}

/* The old description lives on and is busy; the number stands for another one. */
static void busy_ghost(enum pair_kind kind)
{
    int old[2], new[2];
    make_pair(kind, old);
    int keep = dup(old[0]);
    faden_task *t = spawn(read_one, ARG(old[0]));
    sleep_ms(1);
    EQUAL(faden_write(old[1], "a", 1), 1);
    EQUAL(FD(join(t)), 1);
    close(old[0]);
    make_pair(kind, new);
    if (new[0] != old[0]) {
        EQUAL(dup2(new[0], old[0]), old[0]);
        close(new[0]);
        new[0] = old[0];
    }
    for (int i = 0; i < 50; i++) {
        t = spawn(read_one, ARG(new[0]));
        faden_yield();
        EQUAL(faden_write(old[1], "ghost", 5), 5); /* an event with the number of new[0] */
        sleep_ms(0);
        EQUAL(faden_write(new[1], "x", 1), 1);
        EQUAL(FD(join(t)), 1);
    }
    close_pair(new);
    close(keep);
    EQUAL(faden_close(old[1]), 0);
}

static int all(void *arg)
{
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        both_numbers(kind);
        same_number_again(kind, true);
        same_number_again(kind, false);
        busy_ghost(kind);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    return 0;
}
