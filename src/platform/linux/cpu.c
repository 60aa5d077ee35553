/* SPDX-License-Identifier: MIT */
/* A kernel thread becomes a cpu: where its errno and its C++ exception state lie, how it sleeps. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/linux/fault.h"
#include "platform/linux/world.h"

/* In libsupc++ or libc++abi, if the program has either. */
extern struct eh_globals *__cxa_get_globals(void) __attribute__((weak));

static void stack_bounds(struct platform_cpu *cpu)
{
    pthread_attr_t attr;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return;
    if (pthread_attr_getstack(&attr, &low, &size) == 0) {
        cpu->stack_low = low;
        cpu->stack_high = cpu->stack_low + size;
    }
    pthread_attr_destroy(&attr);
}

/* The 20th field of /proc/self/stat; the second one, in parentheses, may contain spaces. */
static unsigned count_threads(void)
{
    char buf[1024], *p;
    int saved = errno, field, fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);
    if (fd >= 0)
        close(fd);
    errno = saved;
    if (n <= 0)
        return 0;
    buf[n] = '\0';
    p = strrchr(buf, ')');
    for (field = 2; p && field < 20; field++)
        p = strchr(p + 1, ' ');
    return p ? (unsigned)strtoul(p, NULL, 10) : 0;
}

int platform_cpu_init(struct platform_cpu *cpu)
{
    static _Thread_local struct eh_globals none;
    struct world *w = malloc(sizeof *w);
    int err;
    if (!w)
        return -ENOMEM;
    err = fault_thread_init();
    if (err < 0) {
        free(w);
        return err;
    }
    err = poller_open(w);
    if (err < 0) {
        fault_thread_exit();
        free(w);
        return err;
    }
    *cpu = (struct platform_cpu){.world = w, .error = &errno, .threads = count_threads};
    cpu->eh = __cxa_get_globals ? __cxa_get_globals() : &none;
    stack_bounds(cpu);
    return 0;
}

void platform_cpu_exit(struct platform_cpu *cpu)
{
    poller_close(cpu->world);
    fault_thread_exit();
    free(cpu->world);
}
