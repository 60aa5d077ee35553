/* SPDX-License-Identifier: MIT */
/* What the command line says. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    const char *dir;
    const char *address;
    uint16_t port;        /* 0: any free one */
    unsigned connections; /* at most so many at a time; 0: as descriptors allow */
    bool quiet;           /* no line per request */
    bool live;            /* serve /_faden */
    bool symlinks;        /* follow those that stay below the root */
    bool self_test;
    int64_t head_timeout;  /* ns for a request's head, from its first byte */
    int64_t idle_timeout;  /* ns between two requests on a connection */
    int64_t write_timeout; /* ns without any progress of a transfer */
    int64_t stop_timeout;  /* ns for requests under way once a signal came */
    int64_t min_rate;      /* bytes per second that a transfer must reach on average */
    int64_t body_max;      /* bytes of a request's body */
};

/* Gives -1 if the program should go on, else its exit status. */
int options_parse(struct options *o, int argc, char **argv);

#endif
