/* SPDX-License-Identifier: MIT */
/* What user programs have: the system calls by name, strings, printing. Errors are negative. */
#ifndef KERNEL_USER_LIB_H
#define KERNEL_USER_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "calls.h"

intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c);
int main(int argc, char **argv);

__attribute__((noreturn)) void exit(int status);
int fork(void);
int exec(const char *name, char *const *argv);
int wait(int *status);
int getpid(void);
int kill(int pid);
int sleep_ms(unsigned ms);
void yield(void);
void *sbrk(intptr_t bytes); /* (void *)-1: no memory */
intptr_t write(int fd, const void *from, size_t n);
intptr_t read(int fd, void *to, size_t n);
int pipe(int fd[2]);
int close(int fd);
int dup(int fd);
unsigned now_ms(void);
intptr_t info(enum info_kind kind);

__attribute__((format(printf, 1, 2))) void print(const char *format, ...);
unsigned number_of(const char *text); /* if it is none, says so and ends */

#endif
