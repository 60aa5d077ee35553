/* SPDX-License-Identifier: MIT */
/* Timeouts and shields: which code a wait returns, and whose timeout it was. */
#include "test.h"

enum { SHORT = 2 * 1000000, LONG = 60 * 1000000 };
#define NEVER (1000 * FADEN_SEC)

static void alone(void)
{
    faden_timeout t;
    int64_t before = faden_now();
    faden_timeout_begin(&t, SHORT);
    EQUAL(faden_sleep(NEVER), -ETIMEDOUT);
    EXPECT(faden_now() - before >= SHORT, "it came early");
    EQUAL(faden_sleep(1), -ETIMEDOUT); /* sticky */
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    EQUAL(faden_sleep(1), 0);
    faden_timeout_begin(&t, NEVER);
    EQUAL(faden_sleep(1), 0);
    EQUAL(faden_timeout_end(&t), 0);
    faden_timeout_begin(&t, FADEN_FOREVER);
    EQUAL(faden_timeout_end(&t), 0);
    for (int64_t ns = -1; ns <= 0; ns++) {
        faden_timeout_begin(&t, ns);
        EQUAL(faden_cancelled(), -ETIMEDOUT);
        EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    }
    faden_timeout_begin(&t, INT64_MIN);
    EQUAL(faden_timeout_end(&t), 0); /* it passed, and ended nothing */
    faden_timeout_begin(&t, SHORT);
    for (before = faden_now(); faden_now() - before < 2 * SHORT;)
        faden_yield();
    EQUAL(faden_timeout_end(&t), 0); /* likewise: no wait was returned from */
}

static void nested(void)
{
    faden_timeout outer, inner;
    faden_timeout_begin(&outer, NEVER);
    faden_timeout_begin(&inner, SHORT);
    EQUAL(faden_sleep(NEVER), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&inner), -ETIMEDOUT);
    EQUAL(faden_sleep(1), 0);
    EQUAL(faden_timeout_end(&outer), 0);

    faden_timeout_begin(&outer, SHORT);
    faden_timeout_begin(&inner, NEVER);
    EQUAL(faden_sleep(NEVER), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&inner), 0);
    EQUAL(faden_sleep(1), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&outer), -ETIMEDOUT);

    faden_timeout_begin(&outer, SHORT); /* both pass before a wait asks: the outer one decides */
    faden_timeout_begin(&inner, SHORT);
    for (int64_t before = faden_now(); faden_now() - before < 2 * SHORT;)
        faden_yield();
    EQUAL(faden_sleep(1), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&inner), 0);
    EQUAL(faden_timeout_end(&outer), -ETIMEDOUT);
}

static void *sleeps(void *arg)
{
    return (void *)(intptr_t)faden_sleep(NEVER);
}

/* The tasks of a scope within a timeout are ended by it, those of the root scope are not. */
static void reaches_scopes(void)
{
    faden_timeout t;
    faden_scope s;
    faden_task *in, *out, *nested_in;
    faden_timeout_begin(&t, SHORT);
    faden_scope_open(&s);
    EQUAL(faden_scope_spawn(&s, &in, sleeps, NULL, NULL), 0);
    EQUAL(faden_scope_spawn(&s, &nested_in, sleeps, NULL, NULL), 0);
    out = spawn(sleeps, NULL);
    EQUAL(faden_scope_close(&s), 0); /* it waits; it was not cancelled itself */
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_cancel(out);
    EQUAL((intptr_t)join(out), -ECANCELED);
}

static void results_of_ended(void)
{
    faden_timeout t;
    faden_scope s;
    faden_task *in;
    faden_scope_open(&s);
    faden_timeout_begin(&t, SHORT); /* within the scope: concerns the opener only */
    EQUAL(faden_scope_spawn(&s, &in, sleeps, NULL, NULL), 0);
    EQUAL(faden_join(in, NULL), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_scope_cancel(&s);
    EQUAL((intptr_t)faden_scope_close(&s), -ECANCELED);
}

/* Cancelled from outside and timed out within, in both orders: the outermost decides. */
static void *cancelled_and_timed_out(void *arg)
{
    faden_timeout t;
    faden_timeout_begin(&t, SHORT);
    int first = faden_sleep(NEVER);
    EQUAL(first, arg ? -ETIMEDOUT : -ECANCELED);
    faden_cancel(faden_self());
    EQUAL(faden_sleep(1), -ECANCELED);
    EQUAL(faden_timeout_end(&t), arg ? -ETIMEDOUT : 0);
    EQUAL(faden_sleep(1), -ECANCELED);
    return NULL;
}

static void with_cancel(void)
{
    join(spawn(cancelled_and_timed_out, (void *)1));
    faden_task *t = spawn(cancelled_and_timed_out, NULL);
    yield_times(2);
    faden_cancel(t);
    join(t);
}

static void *shielded(void *arg)
{
    faden_shield s, again;
    faden_timeout t;
    faden_shield_begin(&s);
    EQUAL(faden_sleep(LONG / 10), 0); /* cancelled meanwhile */
    EQUAL(faden_cancelled(), 0);
    faden_timeout_begin(&t, SHORT);
    EQUAL(faden_sleep(NEVER), -ETIMEDOUT); /* its own timeout works */
    faden_shield_begin(&again);
    EQUAL(faden_sleep(1), 0);
    faden_shield_end(&again);
    EQUAL(faden_sleep(1), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    EQUAL(faden_sleep(1), 0);
    faden_shield_end(&s);
    EQUAL(faden_sleep(1), -ECANCELED);
    return NULL;
}

static void shields(void)
{
    faden_task *t = spawn(shielded, NULL);
    yield_times(2);
    faden_cancel(t);
    join(t);
}

static int all(void *arg)
{
    alone();
    nested();
    reaches_scopes();
    results_of_ended();
    with_cancel();
    shields();
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
