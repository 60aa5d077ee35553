/* SPDX-License-Identifier: MIT */
/* The end of a test, and what test headers name but no test in the image calls. */
#ifndef KERNEL_TEST_UNISTD_H
#define KERNEL_TEST_UNISTD_H

#include <stddef.h>

typedef long ssize_t;
typedef int pid_t;
enum { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };

__attribute__((noreturn)) void _exit(int code);
unsigned alarm(unsigned seconds);

pid_t getpid(void);
int pipe(int fd[2]);
pid_t fork(void);
int dup2(int from, int to);
int close(int fd);
ssize_t read(int fd, void *to, size_t n);
ssize_t write(int fd, const void *from, size_t n);

#endif
