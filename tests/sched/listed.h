/* SPDX-License-Identifier: MIT */
/* What a process has, counted by what Linux lists of it. */
#ifndef TESTS_SCHED_LISTED_H
#define TESTS_SCHED_LISTED_H

#include <dirent.h>

#include "test.h"

UNUSED static int listed(const char *directory)
{
    DIR *d = opendir(directory);
    int n = -2; /* . and .. */
    EXPECT(d, "%s", strerror(errno));
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

/* One that was joined is listed for a moment longer. */
UNUSED static int listed_threads(void)
{
    return listed("/proc/self/task");
}

#endif
