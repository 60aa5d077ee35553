/* SPDX-License-Identifier: MIT */
/* getaddrinfo(3), in the pool: it reads files, asks servers, and waits for both. */
#include "io/io.h"
#include "io/system.h"

struct question {
    const char *node, *service;
    const struct addrinfo *hints;
    struct addrinfo *answer;
    int result;
};

static void *ask(void *arg)
{
    struct question *q = arg;
    q->result = getaddrinfo(q->node, q->service, q->hints, &q->answer);
    return NULL;
}

/* The arguments stay where they are: a call that has begun is waited for. */
int faden_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                      struct addrinfo **res)
{
    struct question q = {.node = node, .service = service, .hints = hints};
    int saved = errno;
    int err = faden_blocking(ask, &q, NULL);
    errno = saved;
    if (err < 0)
        return err == -ENOMEM ? EAI_MEMORY : EAI_AGAIN;
    if (q.result == 0)
        *res = q.answer;
    return q.result == EAI_SYSTEM ? EAI_FAIL : q.result;
}
