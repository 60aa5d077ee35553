/* SPDX-License-Identifier: MIT */
/* The library of user programs. */
#include "lib.h"

#include "base/format.h"

#include "../lib/string.c"

void user_start(int argc, char **argv);

void user_start(int argc, char **argv)
{
    exit(main(argc, argv));
}

void exit(int status)
{
    for (;;)
        user_call(CALL_EXIT, (uintptr_t)status, 0, 0);
}

int fork(void)
{
    return (int)user_call(CALL_FORK, 0, 0, 0);
}

int exec(const char *name, char *const *argv)
{
    return (int)user_call(CALL_EXEC, (uintptr_t)name, (uintptr_t)argv, 0);
}

int wait(int *status)
{
    return (int)user_call(CALL_WAIT, (uintptr_t)status, 0, 0);
}

int getpid(void)
{
    return (int)user_call(CALL_GETPID, 0, 0, 0);
}

int kill(int pid)
{
    return (int)user_call(CALL_KILL, (uintptr_t)pid, 0, 0);
}

int sleep_ms(unsigned ms)
{
    return (int)user_call(CALL_SLEEP, ms, 0, 0);
}

void yield(void)
{
    user_call(CALL_YIELD, 0, 0, 0);
}

void *sbrk(intptr_t bytes)
{
    intptr_t old = user_call(CALL_SBRK, (uintptr_t)bytes, 0, 0);
    return (void *)(old < 0 ? -1 : old);
}

intptr_t write(int fd, const void *from, size_t n)
{
    return user_call(CALL_WRITE, (uintptr_t)fd, (uintptr_t)from, n);
}

intptr_t read(int fd, void *to, size_t n)
{
    return user_call(CALL_READ, (uintptr_t)fd, (uintptr_t)to, n);
}

int pipe(int fd[2])
{
    return (int)user_call(CALL_PIPE, (uintptr_t)fd, 0, 0);
}

int close(int fd)
{
    return (int)user_call(CALL_CLOSE, (uintptr_t)fd, 0, 0);
}

int dup(int fd)
{
    return (int)user_call(CALL_DUP, (uintptr_t)fd, 0, 0);
}

unsigned now_ms(void)
{
    return (unsigned)user_call(CALL_NOW, 0, 0, 0);
}

intptr_t info(enum info_kind kind)
{
    return user_call(CALL_INFO, kind, 0, 0);
}

void print(const char *format, ...)
{
    char buf[256];
    struct text t = {.buf = buf, .size = sizeof buf};
    va_list args;
    va_start(args, format);
    text_vformat(&t, format, args);
    va_end(args);
    write(1, buf, t.len);
}

unsigned number_of(const char *text)
{
    uint64_t n = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && n <= UINT32_MAX; c++)
        n = n * 10 + (unsigned)(*c - '0');
    if (c > text && !*c && n <= UINT32_MAX)
        return (unsigned)n;
    print("'%s' is not a number\n", text);
    exit(2);
}
