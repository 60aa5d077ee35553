/* SPDX-License-Identifier: MIT */
/* A kernel thread becomes a cpu: where its errno and its C++ exception state lie, how it sleeps. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

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
    *cpu = (struct platform_cpu){.world = w, .error = &errno};
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
