/* SPDX-License-Identifier: MIT */
/* Tests in the image: a table that the build makes of the suites of tests/. */
#ifndef KERNEL_TEST_RUNNER_H
#define KERNEL_TEST_RUNNER_H

struct test {
    const char *name; /* "suite/test" */
    int (*main)(int argc, char **argv);
};
extern const struct test tests[]; /* ends with a NULL name */

/* The running test is over: 0 passed, 77 skipped, else failed. */
__attribute__((noreturn)) void runner_end(int code);

#endif
