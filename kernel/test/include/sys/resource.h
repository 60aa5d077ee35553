/* SPDX-License-Identifier: MIT */
/* Named by test headers. */
#ifndef KERNEL_TEST_SYS_RESOURCE_H
#define KERNEL_TEST_SYS_RESOURCE_H

enum { RLIMIT_CORE = 4 };
struct rlimit {
    unsigned long rlim_cur, rlim_max;
};
int setrlimit(int which, const struct rlimit *limit);

#endif
