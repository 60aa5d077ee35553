/* SPDX-License-Identifier: MIT */
/* faden/faden.h: everything. Each header is the manual of its part; `man faden` is the map. */
#ifndef FADEN_FADEN_H
#define FADEN_FADEN_H

#include <faden/base.h>
#include <faden/chan.h>
#include <faden/context.h>
#include <faden/coro.h>
#if __STDC_HOSTED__ /* descriptors are the hosted world's */
#include <faden/io.h>
#endif
#include <faden/runtime.h>
#if __STDC_HOSTED__
#include <faden/signal.h>
#endif
#include <faden/sync.h>
#include <faden/task.h>
#include <faden/time.h>

#endif
