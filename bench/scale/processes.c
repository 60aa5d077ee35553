/* SPDX-License-Identifier: MIT */
/* What the machine has to give: two processes, each with half of the jobs. */
#include "work.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t half(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < JOBS / 2; i++)
        sum += work_job();
    return sum;
}

int main(int argc, char **argv)
{
    work_begin(argc, argv);
    uint64_t *other = mmap(NULL, sizeof *other, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bench_check(other != MAP_FAILED, "mmap failed");
    pid_t child = fork();
    bench_check(child >= 0, "fork failed");
    if (!child) {
        *other = half();
        _exit(0);
    }
    uint64_t sum = half();
    bench_check(waitpid(child, NULL, 0) == child, "waitpid failed");
    work_report(sum + *other);
    return 0;
}
