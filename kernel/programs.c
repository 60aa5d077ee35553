/* SPDX-License-Identifier: MIT */
/* The boot programs. */
#include "program.h"

#include <stddef.h>

#include "kernel.h"

static int programs_help(int argc, char **argv)
{
    for (const struct program *p = programs; p->name; p++)
        print("  %-12s %s\n", p->name, p->what);
    return 0;
}

const struct program programs[] = {
    {"shell", "this, from where the others and user programs are started", shell_run},
    {"help", "this list", programs_help},
    {"foobar", "[call | mutual | switch] foo and bar, three ways to share a processor",
     demo_foobar},
    {"loops", "[ROUNDS [hold]] two loops at two regions of the screen", demo_loops},
    {"walkthrough", "create, resume, destroy: both stacks at each step", demo_walkthrough},
    {"tasks", "tasks, a channel and a timer", demo_tasks},
    {"tests", "[-a] [SUITE[/TEST]...] the test suites, or those named; -a: on all processors",
     tests_run},
    {"run", "NAME [ARG...] a user program as a process, to its end", user_run},
    {"user", "[TEST...] the tests in user mode; all, or those named", user_tests},
    {"fault",
     "pointer | stack | far | text | direct | data | user-data | user-code | irq | hang |\n"
     "               hang-locked | panic: what the kernel says",
     demo_fault},
    {NULL, NULL, NULL},
};
