/* SPDX-License-Identifier: MIT */
/* What the kernel says this process holds in memory. */
#ifndef BENCH_STATUS_H
#define BENCH_STATUS_H

#include "common.h"

/* A field of /proc/self/status, such as "VmRSS", in bytes. */
static inline double bench_status(const char *field)
{
    FILE *f = fopen("/proc/self/status", "r");
    bench_check(f, "cannot read /proc/self/status");
    char line[256];
    size_t len = strlen(field);
    double bytes = -1;
    while (fgets(line, sizeof line, f))
        if (strncmp(line, field, len) == 0 && line[len] == ':')
            bytes = (double)strtol(line + len + 1, NULL, 10) * 1024;
    fclose(f);
    bench_check(bytes >= 0, "no %s in /proc/self/status", field);
    return bytes;
}

/* Pages that are resident, and the page tables over them: page tables are memory too. */
static inline double bench_footprint(void)
{
    return bench_status("VmRSS") + bench_status("VmPTE");
}

#endif
