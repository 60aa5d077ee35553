/* SPDX-License-Identifier: MIT */
/*
 * Terminals know no RWF_NOWAIT. In blocking mode a task waits until there is a line and reads it in
 * the pool; the mode stays, the cpu is free, and a cancelled reader takes nothing.
 */
#include "test.h"

static int master, slave;

static void open_terminal(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "%s", strerror(errno));
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    EXPECT(slave >= 0, "%s", strerror(errno));
}

/* Once the cpu has shown to be free. */
static void *type_later(void *arg)
{
    await_ticks(2);
    EQUAL(faden_write(master, "one\ntwo\n", 8), 8);
    return NULL;
}

static void lines(void)
{
    char buf[64];
    faden_task *ticker = start_ticks(), *typist = spawn(type_later, NULL);
    EQUAL(faden_read(slave, buf, sizeof buf), 4);
    EXPECT(!memcmp(buf, "one\n", 4), "another line");
    EQUAL(faden_read(slave, buf, sizeof buf), 4);
    EXPECT(!memcmp(buf, "two\n", 4), "another line");
    join(typist);
    EQUAL(faden_write(slave, "out\n", 4), 4);
    ssize_t n = 0;
    while (n < 15) /* the echo of the input, and the output */
        n += faden_read(master, buf + n, sizeof buf - (size_t)n);
    EXPECT(n == 15 && !memcmp(buf, "one\r\ntwo\r\nout\r\n", 15), "%zd bytes: %.*s", n, (int)n, buf);
    stop_ticks(ticker);
}

static void given_up(void)
{
    char buf[64];
    faden_timeout t;
    for (int i = 0; i < 3; i++) {
        faden_timeout_begin(&t, 2 * FADEN_MSEC);
        EQUAL(faden_read(slave, buf, sizeof buf), -ETIMEDOUT);
        EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    }
    EQUAL(write(master, "x\n", 2), 2);
    EQUAL(faden_read(slave, buf, sizeof buf), 2);
}

/* Nobody reads what is written, until somebody does. */
static void *drain(void *arg)
{
    char buf[4096];
    ssize_t n;
    size_t total = 0;
    await_ticks(2);
    while (total < 200000 && (n = faden_read(master, buf, sizeof buf)) > 0)
        total += (size_t)n;
    return NULL;
}

static void full(void)
{
    static char out[200000];
    faden_task *ticker = start_ticks(), *reader = spawn(drain, NULL);
    memset(out, 'o', sizeof out);
    EQUAL(faden_write_all(slave, out, sizeof out), sizeof out);
    join(reader);
    stop_ticks(ticker);
}

static int all(void *arg)
{
    for (int i = 0; i < 2; i++) {
        open_terminal();
        if (i) {
            fcntl(slave, F_SETFL, O_NONBLOCK);
            fcntl(master, F_SETFL, O_NONBLOCK);
        }
        lines();
        given_up();
        full();
        EQUAL(is_blocking(slave), !i);
        EQUAL(is_blocking(master), !i);
        EQUAL(faden_close(slave), 0);
        EQUAL(faden_close(master), 0);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(all, NULL);
    return 0;
}
