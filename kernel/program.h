/* SPDX-License-Identifier: MIT */
/* Boot programs: what the first word of the command line names. */
#ifndef KERNEL_PROGRAM_H
#define KERNEL_PROGRAM_H

#include <stdbool.h>

struct program {
    const char *name, *what;
    int (*run)(int argc, char **argv); /* the exit code; it begins as the only flow there is */
};

extern const struct program programs[]; /* ends with a NULL name; the first one is the default */
const struct program *program_find(const char *name);

/* demo/, test/ */
int demo_foobar(int argc, char **argv);
int demo_loops(int argc, char **argv);
int demo_walkthrough(int argc, char **argv);
int demo_tasks(int argc, char **argv);
int demo_fault(int argc, char **argv);
int user_run(int argc, char **argv);
int user_tests(int argc, char **argv);
int shell_run(int argc, char **argv);
int tests_run(int argc, char **argv);

bool number_is(const char *text, unsigned *n); /* all of it a decimal number that fits */
unsigned words_of(char *line, char **words);   /* ends each; behind the last one is NULL */

#endif
