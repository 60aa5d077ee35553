/* SPDX-License-Identifier: MIT */
/* faden: a task for each connection, with the parser of the other C servers. */
#include "answer.h"
#include "listen.h"
#include <faden/io.h>
#include <faden/runtime.h>
#include <faden/task.h>

static int listener;

static void *serve(void *arg)
{
    int fd = (int)(intptr_t)arg;
    struct exchange x;
    x.have = x.pending = 0;
    x.closing = 0;
    while (!x.closing) {
        ssize_t n = faden_read(fd, x.in + x.have, sizeof x.in - x.have);
        if (n <= 0)
            break;
        x.have += (size_t)n;
        while (exchange_answer(&x) > 0) {
            if (faden_write_all(fd, x.out, x.pending) < 0)
                x.closing = 1;
            x.pending = 0;
        }
    }
    faden_close(fd);
    return NULL;
}

static int run(void *arg)
{
    (void)arg;
    for (;;) {
        int fd = faden_accept(listener, NULL, NULL);
        bench_check(fd >= 0, "faden_accept: %s", strerror(-fd));
        no_delay(fd);
        int err = faden_go(serve, (void *)(intptr_t)fd);
        bench_check(err == 0, "faden_go: %s", strerror(-err));
    }
    return 0;
}

int main(int argc, char **argv)
{
    listener = listen_at_port(argc, argv);
    faden_config config = {.cpus = 1};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    return 0;
}
