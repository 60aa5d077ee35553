/* SPDX-License-Identifier: MIT */
/*
 * A line per request on standard output, written by a task of its own: whoever answers requests
 * never waits for whoever reads the log. If the reader falls behind, lines are left out and
 * counted.
 */
#ifndef LOG_H
#define LOG_H

#include <faden/faden.h>

#define LOG_ROOM 65536 /* bytes that can wait to be written */

struct log {
    faden_mutex mutex;
    faden_cond more;
    char *waiting, *writing; /* LOG_ROOM bytes each */
    size_t len;              /* of what waits */
    uint64_t lost;           /* lines, since the last one written */
    bool closing;
    faden_task *writer;
};

/* Gives 0 or a negative errno value. */
int log_open(struct log *l);

/* Append a line, its newline included. Does not wait for the disk or the reader. */
void log_line(struct log *l, const char *line, size_t n);

/* Write what waits (for a second at most) and end the writer. */
void log_close(struct log *l);

#endif
