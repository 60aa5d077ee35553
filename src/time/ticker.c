/* SPDX-License-Identifier: MIT */
/* Ticks without drift: the next one follows from the last due one, not from when we woke. */
#include <faden/time.h>

#include "base/assert.h"
#include "platform/platform.h"

/* Without overflow. */
static int64_t later(int64_t t, int64_t period)
{
    return period > FADEN_FOREVER - t ? FADEN_FOREVER : t + period;
}

void faden_ticker_init(faden_ticker *t, int64_t period)
{
    CHECK(period > 0, "faden_ticker_init: a period of %lld ns; it must be positive",
          (long long)period);
    t->period = period;
    t->next = later(platform_now(), period);
}

int faden_ticker_wait(faden_ticker *t)
{
    int64_t missed = 0;
    int64_t late = platform_now() - t->next;
    int err;
    if (late >= t->period) {
        missed = late / t->period;
        t->next += missed * t->period;
    }
    err = faden_sleep_until(t->next);
    if (err < 0)
        return err;
    t->next = later(t->next, t->period);
    return missed > INT32_MAX ? INT32_MAX : (int)missed;
}
