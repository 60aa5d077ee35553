/* SPDX-License-Identifier: MIT */
/* --self-test: the server asks itself. Needs nothing but this program, so that a new port of faden
   can be tried with it. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "server.h"

/* Make a folder with a few files to serve. Gives its path, or NULL after having told why not. */
const char *self_test_folder(void);

/* Start the clients, in a task; when they are done they send SIGTERM to the process. */
int self_test_start(struct server *s);

/* How many answers were not as expected; each was told on standard error. Removes the folder. */
int self_test_end(void);

#endif
