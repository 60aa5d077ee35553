/* SPDX-License-Identifier: MIT */
/* hello: three tasks come in through a channel; the host greets who comes within 100 ms. */
#include <faden/faden.h>
#include <stdio.h>

static faden_chan *hall; /* as long as the program */

static void *guest(void *name)
{
    return faden_chan_send(hall, &name) < 0 ? NULL : name;
}

static int host(void *greeting)
{
    char *names[] = {"Ada", "Grace", "Barbara"}, *name;
    faden_timeout patience;
    int err = faden_chan_new(&hall, sizeof name, 0);
    for (int i = 0; i < 3 && err == 0; i++)
        err = faden_go(guest, names[i]);
    faden_timeout_begin(&patience, 100 * FADEN_MSEC); /* for all waits until its end */
    while (err == 0 && (err = faden_chan_recv(hall, &name)) == 0)
        printf("%s %s\n", (char *)greeting, name);
    return faden_timeout_end(&patience) == -ETIMEDOUT ? 0 : err;
}

int main(void) { return faden_run(host, "hello", NULL, NULL) < 0; }
