/* SPDX-License-Identifier: MIT */
/* Named by test headers. */
#ifndef KERNEL_TEST_SIGNAL_H
#define KERNEL_TEST_SIGNAL_H

enum { SIGABRT = 6 };

#endif
