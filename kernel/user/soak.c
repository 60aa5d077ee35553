/* SPDX-License-Identifier: MIT */
/*
 * Everything that processes do, at once and for a long time: soak [SECONDS [SEED]].
 *
 * In generations. In each, some workers do one thing after the other, by lot: storms of forks,
 * children that end alone and orphans, kills of whatever waits or runs, pipes from process to
 * process, memory, registers under preemption. When the workers have ended nothing else is alive,
 * and the pages that are free are as many as after the first generation.
 */
#include "test.h"

enum {
    WORKERS = 6,
    STORM = 40,        /* the most children that one worker has at a time */
    GENERATION = 2000, /* ms */
    REPORT = 30000,
    SETTLING = 2000, /* ms, for orphans on their last steps */
    SLACK = 256      /* pages: records of tasks, given back and taken again */
};

static uint64_t seed;

static unsigned lot(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

/* No child is lost, and none is heard of twice. */
static void reap(int *pids, int n, bool killed)
{
    for (int left = n; left > 0; left--) {
        int status = -1, pid = wait(&status), i = 0;
        while (i < n && pids[i] != pid)
            i++;
        EXPECT(pid > 0 && i < n);
        pids[i] = 0;
        EXPECT(status == i % 200 || (killed && status == STATUS_KILLED));
    }
    EQ(wait(NULL), -ECHILD);
}

/* ---- what workers do ----------------------------------------------------------------------- */

static void storm(void)
{
    int pids[STORM], n = 1 + (int)lot(STORM);
    for (int i = 0; i < n; i++) {
        unsigned what = lot(8);
        pids[i] = fork();
        EXPECT(pids[i] >= 0);
        if (pids[i])
            continue;
        if (what == 0)
            sleep_ms(1 + lot(3));
        else if (what < 3)
            yield();
        else if (what == 3 && fork() == 0) /* an orphan */
            exit(7);
        exit(i % 200);
    }
    reap(pids, n, false);
}

/* All are killed at some time, and some end before. */
static void kills(void)
{
    int fd[2], pids[STORM], n = 1 + (int)lot(STORM / 4);
    EQ(pipe(fd), 0);
    for (int i = 0; i < n; i++) {
        unsigned what = lot(5);
        char c;
        pids[i] = fork();
        EXPECT(pids[i] >= 0);
        if (pids[i])
            continue;
        if (what == 0)
            for (volatile int k = 0;; k++)
                ;
        if (what == 1)
            sleep_ms(1000000);
        if (what == 2)
            read(fd[0], &c, 1);
        if (what == 3) {
            if (fork() == 0)
                exit(0);
            wait(NULL);
        }
        exit(i % 200);
    }
    if (lot(2))
        sleep_ms(lot(3));
    for (int i = 0; i < n; i++)
        kill(pids[i]);
    reap(pids, n, true);
    close(fd[0]);
    close(fd[1]);
}

/* From one to the next through `n` processes; what comes out is what went in. */
static void chain(void)
{
    int in[2], out[2], first, n = 2 + (int)lot(4), pids[8];
    char piece[64];
    unsigned bytes = 1 + lot(6000), sum = 0, wanted = 0;
    EQ(pipe(in), 0);
    first = in[1];
    for (int i = 0; i < n; i++) {
        EQ(pipe(out), 0);
        pids[i] = fork();
        EXPECT(pids[i] >= 0);
        if (pids[i] == 0) {
            intptr_t got;
            close(first);
            close(out[0]);
            while ((got = read(in[0], piece, 1 + lot(sizeof piece))) > 0)
                EQ(write(out[1], piece, (size_t)got), got);
            exit(i % 200);
        }
        close(in[0]);
        close(out[1]);
        in[0] = out[0];
    }
    pids[n] = fork();
    if (pids[n] == 0) {
        for (unsigned i = 0; i < bytes; i++) {
            piece[i % sizeof piece] = (char)(i * 7);
            if ((i + 1) % sizeof piece == 0 || i + 1 == bytes)
                EQ(write(first, piece, i % sizeof piece + 1), (intptr_t)(i % sizeof piece + 1));
        }
        exit(n);
    }
    close(first);
    for (intptr_t got; (got = read(in[0], piece, sizeof piece)) > 0;)
        for (intptr_t i = 0; i < got; i++, wanted++)
            sum += (unsigned)(piece[i] == (char)(wanted * 7));
    EQ(wanted, bytes);
    EQ(sum, bytes);
    close(in[0]);
    reap(pids, n + 1, false);
}

/* A heap that comes and goes; a child has its own copy. */
static void memory(void)
{
    size_t size = 1 + lot(60000);
    char *p = sbrk((intptr_t)size);
    int pid;
    EXPECT(p != (void *)-1);
    for (size_t i = 0; i < size; i += 512)
        p[i] = (char)i;
    pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        for (size_t i = 0; i < size; i += 512) {
            EXPECT(p[i] == (char)i);
            p[i] = 'x';
        }
        exit(0);
    }
    reap(&pid, 1, false);
    for (size_t i = 0; i < size; i += 512)
        EXPECT(p[i] == (char)i);
    EXPECT(sbrk(-(intptr_t)size) == p + size);
}

static double numbers(unsigned from, uint64_t *sum)
{
    double x = from;
    for (unsigned i = 0; i < 20000; i++) {
        *sum = *sum * 6364136223846793005u + from;
        x = x * 1.0000001 + (double)(*sum >> 60);
    }
    return x;
}

/* The same numbers, twice, with time slices in between; two run at a time at least. */
static void preempted(void)
{
    int pids[3];
    for (int i = 0; i < 3; i++) {
        unsigned from = lot(1000);
        pids[i] = fork();
        EXPECT(pids[i] >= 0);
        if (pids[i] == 0) {
            uint64_t a = 0, b = 0;
            double x = numbers(from, &a), y = numbers(from, &b);
            EXPECT(a == b && x == y);
            exit(i);
        }
    }
    reap(pids, 3, false);
}

static void programs(void)
{
    char *argv[] = {"echo", NULL};
    int pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        exec("echo", argv);
        exit(1);
    }
    reap(&pid, 1, false);
}

/* ---- generations --------------------------------------------------------------------------- */

static void work(unsigned end)
{
    static void (*const what[])(void) = {storm, kills, chain, memory, preempted, programs};
    while (now_ms() < end)
        what[lot(sizeof what / sizeof *what)]();
}

/* Before the first one, the most processes that there may ever be, for each processor, all alive at
   a time: each keeps the stacks of its own. */
static void crowd(void)
{
    int fd[2], status, n = (int)info(INFO_PROCESSORS) * WORKERS * STORM * 5 / 4;
    char c;
    EQ(pipe(fd), 0);
    for (int i = 0; i < n; i++) {
        int pid = fork();
        EXPECT(pid >= 0);
        if (pid == 0) {
            close(fd[1]);
            exit((int)read(fd[0], &c, 1));
        }
    }
    close(fd[1]);
    for (int i = 0; i < n; i++)
        EXPECT(wait(&status) > 0 && status == 0);
    close(fd[0]);
}

static void generation(unsigned end)
{
    intptr_t before = info(INFO_PROCESSES);
    int status = -1;
    for (int i = 0; i < WORKERS; i++) {
        int pid = fork();
        EXPECT(pid >= 0);
        seed += (unsigned)i * 1000003u;
        if (pid == 0) {
            work(end);
            exit(0);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        EXPECT(wait(&status) > 0);
        EQ(status, 0);
    }
    for (unsigned late = now_ms() + SETTLING; info(INFO_PROCESSES) != before;) {
        EXPECT(now_ms() < late);
        sleep_ms(1);
    }
}

int main(int argc, char **argv)
{
    unsigned begin = now_ms(), seconds = argc > 1 ? number_of(argv[1]) : 600, told = 0;
    unsigned end = begin + seconds * 1000, now, generations = 0;
    seed = argc > 2 ? number_of(argv[2]) : 1;
    crowd();
    generation(now_ms() + 1);
    intptr_t pages = info(INFO_FREE_PAGES), born = getpid(), least = pages;
    while ((now = now_ms()) < end) {
        generation(now + GENERATION < end ? now + GENERATION : end);
        generations++;
        intptr_t free = info(INFO_FREE_PAGES);
        least = free < least ? free : least;
        if (now_ms() - begin >= told + REPORT) {
            told = now_ms() - begin;
            print("soak: %u s, %u generations, %ld pages free\n", told / 1000, generations,
                  (long)free);
        }
    }
    int last = fork();
    if (last == 0)
        exit(0);
    EXPECT(wait(NULL) == last);
    print("soak: %u s, %d processes, %ld time slices overlapped, pages free: %ld at the beginning, "
          "%ld at least, %ld at the end\n",
          (now_ms() - begin) / 1000, last - (int)born, (long)info(INFO_OVERLAPS), (long)pages,
          (long)least, (long)info(INFO_FREE_PAGES));
    EXPECT(least >= pages - SLACK);
    return 0;
}
