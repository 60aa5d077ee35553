/* SPDX-License-Identifier: MIT */
/* Named by test headers. */
#ifndef KERNEL_TEST_SYS_WAIT_H
#define KERNEL_TEST_SYS_WAIT_H

#include <unistd.h>

#define WIFEXITED(status) (((status)&0x7f) == 0)
#define WEXITSTATUS(status) ((status) >> 8)
#define WIFSIGNALED(status) (((status)&0x7f) != 0)
#define WTERMSIG(status) ((status)&0x7f)
pid_t waitpid(pid_t pid, int *status, int options);

#endif
