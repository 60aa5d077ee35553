/* SPDX-License-Identifier: MIT */
/* The first serial line: a 16550 at 0x3f8, without its queues: to turn them on would drop what has
   been typed already. */
#include "kernel.h"
#include "pc.h"

enum { PORT = 0x3f8, DATA = 0, INTERRUPTS = 1, LINE = 3, MODEM = 4, STATUS = 5 };
enum { RECEIVED = 1, CAN_SEND = 0x20 };

static bool present;

void serial_init(void)
{
    out8(PORT + INTERRUPTS, 0);
    out8(PORT + LINE, 0x80); /* the divisor: 115200 */
    out8(PORT + DATA, 1);
    out8(PORT + INTERRUPTS, 0);
    out8(PORT + LINE, 3);    /* 8 bits, no parity */
    out8(PORT + MODEM, 0xb); /* with its interrupt line connected */
    present = in8(PORT + STATUS) != 0xff;
    out8(PORT + INTERRUPTS, 1); /* when something is received */
}

static void put(char c)
{
    while (!(in8(PORT + STATUS) & CAN_SEND))
        ;
    out8(PORT + DATA, (uint8_t)c);
}

void serial_put(char c)
{
    if (!present)
        return;
    if (c == '\n')
        put('\r');
    put(c);
}

int serial_get(void)
{
    return present && in8(PORT + STATUS) & RECEIVED ? in8(PORT + DATA) : -1;
}
