/* SPDX-License-Identifier: MIT */
/* After the report the process dies at the instruction that overflowed, at the same address: what a
   debugger or a core dump shows. Watched with ptrace. */
#include <sys/ptrace.h>

#include "helpers.h"

static void *fn(void *arg)
{
    char *low = faden_coro_self()->stack;
    (void)arg;
    *(volatile char *)(low - 100) = 1;
    return NULL;
}

static void child(void)
{
    faden_coro *c;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        _exit(77);
    if (!freopen("/dev/null", "w", stderr) || faden_coro_new(&c, fn, NULL))
        _exit(3);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    faden_coro_resume(c, NULL);
    _exit(4);
}

/* The next stop of the child; false: it has ended. */
static bool next_stop(pid_t pid, siginfo_t *info, int *status)
{
    EXPECT(waitpid(pid, status, 0) == pid, "%s", strerror(errno));
    if (!WIFSTOPPED(*status))
        return false;
    EXPECT(ptrace(PTRACE_GETSIGINFO, pid, NULL, info) == 0, "%s", strerror(errno));
    EXPECT(ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(*status)) == 0, "%s", strerror(errno));
    return true;
}

int main(void)
{
    SKIP_VALGRIND("it is traced already");
    siginfo_t info, last = {0};
    int status, faults = 0;
    void *first = NULL;
    pid_t pid = fork();
    if (!pid)
        child();
    while (next_stop(pid, &info, &status)) {
        EXPECT(info.si_signo == SIGSEGV && info.si_code > 0, "signal %d, code %d", info.si_signo,
               info.si_code);
        if (!faults++)
            first = info.si_addr;
        last = info;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        SKIP("ptrace is not permitted");
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "status %#x", status);
    EXPECT(faults == 2, "once for the report, once to die: %d", faults);
    EXPECT(last.si_addr == first, "%p and then %p", first, last.si_addr);
}
