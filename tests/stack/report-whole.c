/* SPDX-License-Identifier: MIT */
/* A report reaches its reader whole, through a pipe that is too small for it, with signals that cut
   writes and waits short, blocking or not, also if the reader takes its time once; nobody reading
   does not hold up the program. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/time.h>

#include "helpers.h"

enum { SIZE = 600000, PIECE = 10000 };

static char text[SIZE], got[SIZE];
static int fd[2];

static void on_alarm(int sig)
{
    (void)sig;
}

static void *slow_reader(void *arg)
{
    size_t n = 0;
    ssize_t r;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* the signals are for the writer */
    while (n < SIZE && (r = read(fd[0], got + n, PIECE)) > 0) {
        n += (size_t)r;
        usleep(n < 2 * PIECE ? 300000 : 500);
    }
    return arg;
}

int main(void)
{
    struct sigaction act = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
    int saved = dup(STDERR_FILENO);
    pthread_t reader;
    for (int i = 0; i < SIZE; i++)
        text[i] = (char)('a' + i % 23);
    EXPECT(pipe(fd) == 0 && sigaction(SIGALRM, &act, NULL) == 0, "%s", strerror(errno));
    for (int blocking = 0; blocking < 2; blocking++) {
        memset(got, 0, SIZE);
        fcntl(fd[1], F_SETFL, blocking ? 0 : O_NONBLOCK);
        EXPECT(pthread_create(&reader, NULL, slow_reader, NULL) == 0, "no thread");
        dup2(fd[1], STDERR_FILENO);
        setitimer(ITIMER_REAL, &often, NULL);
        platform_report(text, SIZE, false);
        setitimer(ITIMER_REAL, &never, NULL);
        dup2(saved, STDERR_FILENO);
        pthread_join(reader, NULL);
        EXPECT(!memcmp(text, got, SIZE), "blocking %d: not what was written", blocking);
    }
    fcntl(fd[1], F_SETFL, O_NONBLOCK); /* full, and nobody reads */
    dup2(fd[1], STDERR_FILENO);
    platform_report(text, SIZE, false);
    close(fd[0]);
    signal(SIGPIPE, SIG_IGN);
    platform_report(text, SIZE, false);
    dup2(saved, STDERR_FILENO);
}
