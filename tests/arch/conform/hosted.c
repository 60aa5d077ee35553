/* SPDX-License-Identifier: MIT */
/*
 * The conformance program as a process.
 *
 *      conform [--first] [--only NAME] [TRANSFERS]
 *      conform --describe
 *
 * Exit: 0 all passed, 1 not. --first: the first failure ends it. --describe: put what is kept.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#include "base/report.h"

static const struct conform_check of_a_process[] = {
    {"waits", conform_waits},
    {"jumps", conform_jumps},
    {"unwind", conform_unwind},
    {"guard", conform_guard},
    {"addresses", conform_addresses},
    {"signals", conform_signals},
    {NULL, NULL},
};

void conform_put(const char *text, size_t n)
{
    while (n) {
        ssize_t written = write(STDOUT_FILENO, text, n);
        if (written <= 0)
            _exit(2);
        text += written;
        n -= (size_t)written;
    }
}

uint64_t conform_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void platform_report(const char *text, size_t n, bool fatal)
{
    if (fatal)
        conform_caught(text, n);
    conform_put(text, n);
    if (fatal)
        abort();
}

int main(int argc, char **argv)
{
    struct conform_how how = {.more = of_a_process, .transfers = 1000000};
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--describe"))
            return conform_describe(), 0;
        if (!strcmp(argv[i], "--first"))
            how.first = true;
        else if (!strcmp(argv[i], "--only") && i + 1 < argc)
            how.only = argv[++i];
        else
            how.transfers = (unsigned)strtoul(argv[i], NULL, 10);
    }
    return conform_run(&how) != 0;
}
