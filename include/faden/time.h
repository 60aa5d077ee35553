/* SPDX-License-Identifier: MIT */
/*
 * faden/time.h: the clock, sleeping, tickers.
 *
 *      faden_ticker t;
 *      faden_ticker_init(&t, 100 * FADEN_MSEC);
 *      for (int i = 0; i < 10; i++) {
 *          if (faden_ticker_wait(&t) < 0)
 *              break;                          // cancelled
 *          draw();
 *      }
 *
 * Times are nanoseconds on the monotonic clock. A timer never fires early; it fires late by the
 * time the processor is busy with other tasks. Timeouts are in task.h.
 */
#ifndef FADEN_TIME_H
#define FADEN_TIME_H

#include <faden/base.h>

FADEN_BEGIN

/* Now. Anyone. */
FADEN_API int64_t faden_now(void);

/*
 * Wait `ns` nanoseconds (ns <= 0: yield), or until the time `t`. Gives 0, -ECANCELED or
 * -ETIMEDOUT. Waits. Tasks and plain threads.
 */
FADEN_API int faden_sleep(int64_t ns);
FADEN_API int faden_sleep_until(int64_t t);

/* A ticker: a place anywhere, used by one task at a time. */
typedef struct faden_ticker {
    int64_t next, period;
} faden_ticker;

/* Ticks come at now + period, now + 2 period, …, without drift. Panics if period <= 0. Anyone. */
FADEN_API void faden_ticker_init(faden_ticker *t, int64_t period);

/*
 * Wait for the next tick. Gives how many ticks were missed since the last call (0 when in time;
 * missed ones are skipped, not delivered in a burst), or -ECANCELED, -ETIMEDOUT. Waits. Tasks and
 * plain threads.
 */
FADEN_API int faden_ticker_wait(faden_ticker *t);

FADEN_END

#endif
