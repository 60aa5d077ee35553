/* SPDX-License-Identifier: MIT */
/* The serial line, a PL011 (Arm PrimeCell UART, DDI 0183). */
#include "kernel.h"
#include "virt.h"

/* Registers, in words. */
enum { DATA = 0, FLAGS = 0x18 / 4, LINE = 0x2c / 4, CONTROL = 0x30 / 4, INTERRUPTS = 0x38 / 4 };
enum { NOTHING_RECEIVED = 1 << 4, CANNOT_SEND = 1 << 5 };
enum { EIGHT_BITS = 3 << 5, QUEUES = 1 << 4, ENABLE = 1, SEND = 1 << 8, RECEIVE = 1 << 9 };
/* When the queue is half full, and when there is something and no more comes. */
enum { RECEIVED = 1 << 4, RECEIVED_SOME = 1 << 6 };

void uart_init(void)
{
    device(UART)[CONTROL] = 0;
    device(UART)[LINE] = EIGHT_BITS | QUEUES;
    device(UART)[CONTROL] = ENABLE | SEND | RECEIVE;
    device(UART)[INTERRUPTS] = RECEIVED | RECEIVED_SOME;
}

static void put(char c)
{
    while (device(UART)[FLAGS] & CANNOT_SEND)
        ;
    device(UART)[DATA] = (uint8_t)c;
}

void machine_put(char c)
{
    if (c == '\n')
        put('\r');
    put(c);
}

int machine_get(void)
{
    return device(UART)[FLAGS] & NOTHING_RECEIVED ? -1 : (int)(device(UART)[DATA] & 0xff);
}
