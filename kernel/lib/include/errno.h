/* SPDX-License-Identifier: MIT */
/* The errno of the running task, and more numbers than faden/base.h has (Linux's generic ABI). */
#ifndef KERNEL_LIB_ERRNO_H
#define KERNEL_LIB_ERRNO_H

#include <faden/base.h>

int *kernel_errno(void);
#define errno (*kernel_errno())

#define ENOENT 2
#define ENOEXEC 8
#define ECHILD 10
#define EMFILE 24
#define EIO 5
#define E2BIG 7
#define EACCES 13
#define EFAULT 14
#define EEXIST 17
#define ENODEV 19
#define EDOM 33
#define ERANGE 34
#define ENOSYS 38

#endif
