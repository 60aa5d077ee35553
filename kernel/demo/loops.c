/* SPDX-License-Identifier: MIT */
/*
 * Two Loop coroutines, 1 and 2, hand the processor to each other and write at two regions of the
 * screen, so that they seem to run at once: each fills its half, line by line, and begins again at
 * the top. Where there is no screen they draw the same on a terminal.
 *
 *     loops [ROUNDS [hold]]      hold: stay afterwards, so that the screen can be looked at
 */
#include <faden/coro.h>

#include "base/format.h"
#include "kernel.h"
#include "machine.h"
#include "program.h"

enum { ROUNDS = 200, TOP = 3, WIDTH = 24, COLOUR_1 = 0x1f, COLOUR_2 = 0x4e };

struct loop {
    faden_coro coro;
    int my_id;
    struct loop *nextone;
};

static int rounds;
static volatile uint16_t *cells;
static unsigned columns, rows;

static void screen_print(int id, int i)
{
    char buf[WIDTH + 1];
    struct text t = {.buf = buf, .size = sizeof buf};
    unsigned left = id == 1 ? 0 : columns / 2;
    unsigned row = TOP + (unsigned)i % (rows - TOP);
    text_format(&t, "Coroutine %d: %-10d", id, i);
    if (!cells) {
        print("\33[%u;%uH%s", row + 1, left + 1, buf);
        return;
    }
    for (unsigned c = 0; c < t.len; c++)
        cells[row * columns + left + c] =
            (uint16_t)((id == 1 ? COLOUR_1 : COLOUR_2) << 8 | (unsigned char)buf[c]);
}

static void *action(void *self)
{
    struct loop *me = self;
    for (int i = 0; i < rounds; i++) {
        screen_print(me->my_id, i);
        faden_coro_transfer(&me->nextone->coro, me->nextone); /* resume(nextone) */
    }
    return NULL;
}

int demo_loops(int argc, char **argv)
{
    static unsigned char stack[2][8192];
    struct loop a = {.my_id = 1}, b = {.my_id = 2, .nextone = &a};
    a.nextone = &b;
    unsigned n = ROUNDS;
    if (argc > 3 || (argc > 1 && (!number_is(argv[1], &n) || n > INT32_MAX)) ||
        (argc > 2 && strcmp(argv[2], "hold"))) {
        print("usage: loops [ROUNDS [hold]]\n");
        return 2;
    }
    rounds = (int)n;
    columns = 80, rows = 24;
    cells = machine_screen(&columns, &rows);
    if (!cells)
        print("\33[2J");
    if (faden_coro_init(&a.coro, stack[0], sizeof stack[0], action, NULL) < 0 ||
        faden_coro_init(&b.coro, stack[1], sizeof stack[1], action, NULL) < 0)
        return 1;
    faden_coro_resume(&a.coro, &a); /* go() */
    if (!cells)
        print("\33[%u;1H\n", rows);
    print("loops: %d rounds each\n", rounds);
    while (argc > 2) {
        irq_disable();
        irq_wait();
    }
    return 0;
}
