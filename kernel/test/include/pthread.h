/* SPDX-License-Identifier: MIT */
/* There are no threads here: test headers name them, no test in the image uses them. */
#ifndef KERNEL_TEST_PTHREAD_H
#define KERNEL_TEST_PTHREAD_H

typedef unsigned long pthread_t;
int pthread_create(pthread_t *t, const void *attr, void *(*fn)(void *), void *arg);
int pthread_join(pthread_t t, void **result);

#endif
