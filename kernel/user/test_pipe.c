/* SPDX-License-Identifier: MIT */
/* Pipes: what goes in comes out, in order; ends that are closed. */
#include "test.h"

enum { BYTES = 20000 };

static int fd[2];

static void write_pattern(void)
{
    char piece[700];
    close(fd[0]);
    for (int done = 0; done < BYTES;) {
        int n = BYTES - done < (int)sizeof piece ? BYTES - done : (int)sizeof piece;
        for (int i = 0; i < n; i++)
            piece[i] = (char)((done + i) % 251);
        EQ(write(fd[1], piece, (size_t)n), n);
        done += n;
    }
}

static void in_order(void)
{
    char piece[333];
    int got = 0, status = -1;
    intptr_t n;
    EQ(pipe(fd), 0);
    EXPECT(start(write_pattern) > 0);
    close(fd[1]);
    while ((n = read(fd[0], piece, sizeof piece)) > 0)
        for (intptr_t i = 0; i < n; i++, got++)
            EXPECT(piece[i] == (char)(got % 251));
    EQ(n, 0);
    EQ(got, BYTES);
    EXPECT(wait(&status) > 0);
    EQ(status, 0);
}

static void ends(void)
{
    char c = 'a';
    EQ(pipe(fd), 0);
    EQ(read(fd[1], &c, 1), -EBADF);
    EQ(write(fd[0], &c, 1), -EBADF);
    EQ(write(fd[1], &c, 1), 1);
    EQ(close(fd[1]), 0);
    EQ(read(fd[0], &c, 1), 1);
    EQ(read(fd[0], &c, 1), 0);
    EQ(close(fd[0]), 0);
    EQ(close(fd[0]), -EBADF);
    EQ(pipe(fd), 0);
    EQ(close(fd[0]), 0);
    EQ(write(fd[1], &c, 1), -EPIPE);
}

/* A writer that waits for room hears that nobody reads any more. */
static void reader_leaves(void)
{
    int status = -1, pid;
    EQ(pipe(fd), 0);
    pid = fork();
    if (pid == 0) {
        char piece[1024] = {0};
        close(fd[0]);
        while (write(fd[1], piece, sizeof piece) == sizeof piece)
            ;
        exit(5);
    }
    close(fd[1]);
    sleep_ms(5);
    close(fd[0]);
    EQ(wait(&status), pid);
    EQ(status, 5);
}

static void duplicates(void)
{
    char c = 'q';
    EQ(pipe(fd), 0);
    int copy = dup(fd[1]);
    EXPECT(copy > fd[1]);
    EQ(close(fd[1]), 0);
    EQ(write(copy, &c, 1), 1);
    EQ(close(copy), 0);
    EQ(read(fd[0], &c, 1), 1);
    EQ(read(fd[0], &c, 1), 0);
}

/* Many writers, one reader: no byte is lost or doubled. */
static void many_writers(void)
{
    enum { WRITERS = 8, EACH = 500 };
    int count[WRITERS] = {0}, status;
    char c;
    EQ(pipe(fd), 0);
    for (int w = 0; w < WRITERS; w++)
        if (fork() == 0) {
            c = (char)w;
            for (int i = 0; i < EACH; i++)
                EQ(write(fd[1], &c, 1), 1);
            exit(0);
        }
    close(fd[1]);
    while (read(fd[0], &c, 1) == 1)
        count[(int)c]++;
    for (int w = 0; w < WRITERS; w++) {
        EQ(count[w], EACH);
        EXPECT(wait(&status) > 0 && status == 0);
    }
}

static void ping_pong(void)
{
    int there[2], back[2], status;
    char c = 0;
    EQ(pipe(there), 0);
    EQ(pipe(back), 0);
    if (fork() == 0) {
        for (int i = 0; i < 500; i++) {
            EQ(read(there[0], &c, 1), 1);
            c++;
            EQ(write(back[1], &c, 1), 1);
        }
        exit(0);
    }
    for (int i = 0; i < 500; i++) {
        char sent = (char)i;
        EQ(write(there[1], &sent, 1), 1);
        EQ(read(back[0], &c, 1), 1);
        EXPECT(c == (char)(sent + 1));
    }
    EXPECT(wait(&status) > 0 && status == 0);
}

const struct test pipe_tests[] = {
    {"pipe-in-order", in_order},
    {"pipe-ends", ends},
    {"pipe-reader-leaves", reader_leaves},
    {"pipe-duplicates", duplicates},
    {"pipe-many-writers", many_writers},
    {"pipe-ping-pong", ping_pong},
    {NULL, NULL},
};
