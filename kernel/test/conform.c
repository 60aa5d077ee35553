/* SPDX-License-Identifier: MIT */
/* The conformance program of the ports, in the image. */
#include "conform.h"

#include "kernel.h"
#include "platform/platform.h"

int test_arch_conform(int argc, char **argv);

void conform_put(const char *text, size_t n)
{
    console_write(text, n);
}

uint64_t conform_ms(void)
{
    return (uint64_t)(platform_now() / FADEN_MSEC);
}

int test_arch_conform(int argc, char **argv)
{
    static const struct conform_how how = {.transfers = 20000};
    kernel_report_hook = conform_caught;
    int failures = conform_run(&how);
    kernel_report_hook = NULL;
    irq_enable(); /* the probe writes all flags; a process could not turn interrupts off so */
    return failures ? 1 : 0;
}
