/* SPDX-License-Identifier: MIT */
/*
 * sleepsort: for each number a task sleeps that many milliseconds and then hands the number in, so
 * they come in order. Shows a scope (no task outlives it), a timeout and a cancellation.
 */
#include <faden/faden.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long *numbers;
static int count, first = INT32_MAX; /* how many there are; how many to wait for */
static int64_t limit = FADEN_FOREVER;
static faden_chan *sorted;

static void *sleeper(void *number)
{
    long n = *(long *)number;
    int err = faden_sleep(n * FADEN_MSEC);
    if (err == 0)
        err = faden_chan_send(sorted, &n);
    if (err < 0) /* nothing to do but to return; a longer task would clean up here */
        fprintf(stderr, "%ld %s\n", n, err == -ETIMEDOUT ? "timed out" : "was cancelled");
    return NULL;
}

/* Spawn the sleepers and print what they hand in. */
static int sort_in(faden_scope *scope)
{
    int err = 0;
    for (int i = 0; i < count && err == 0; i++)
        err = faden_scope_spawn(scope, NULL, sleeper, &numbers[i], NULL);
    for (int i = 0; i < count && i < first && err == 0; i++) {
        long n;
        err = faden_chan_recv(sorted, &n);
        if (err == 0)
            printf("%ld\n", n);
    }
    return err;
}

static int start(void *unused)
{
    (void)unused;
    faden_timeout timeout;
    faden_scope scope;
    int err = faden_chan_new(&sorted, sizeof(long), 0);
    if (err < 0)
        return err;
    faden_timeout_begin(&timeout, limit);
    faden_scope_open(&scope); /* within the timeout: it ends our waits and those of our tasks */
    err = sort_in(&scope);
    faden_scope_cancel(&scope);          /* the sleepers we do not wait for ... */
    int lost = faden_scope_close(&scope); /* ... are told, and gone when this returns */
    faden_timeout_end(&timeout);
    faden_chan_delete(sorted);
    return err < 0 ? err : lost == -ECANCELED ? 0 : lost;
}

/* The numbers from the arguments; false if one is none, or negative. */
static bool parse(char **arguments)
{
    numbers = calloc((size_t)count + 1, sizeof *numbers);
    bool ok = numbers && count > 0;
    for (int i = 0; ok && i < count; i++) {
        char *rest;
        numbers[i] = strtol(arguments[i], &rest, 10);
        ok = *arguments[i] && !*rest && numbers[i] >= 0 && numbers[i] <= INT32_MAX;
    }
    return ok;
}

int main(int argc, char **argv)
{
    bool help = argc == 2 && !strcmp(argv[1], "--help"), ok = !help;
    opterr = 0;
    for (int option; ok && (option = getopt(argc, argv, "n:t:")) != -1;)
        switch (option) {
        case 'n': first = atoi(optarg); break;
        case 't': limit = atoi(optarg) * FADEN_MSEC; break;
        default: ok = false;
        }
    count = argc - optind;
    if (!ok || !parse(argv + optind)) {
        fputs("usage: sleepsort [-n FIRST] [-t MILLISECONDS] NUMBER...\n", help ? stdout : stderr);
        return help ? 0 : 2;
    }
    int result = 0, err = faden_run(start, NULL, NULL, &result);
    err = err < 0 ? err : result;
    if (err < 0)
        fprintf(stderr, "sleepsort: %s\n", strerror(-err));
    free(numbers);
    return err < 0;
}
