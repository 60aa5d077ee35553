/* SPDX-License-Identifier: MIT */
/* The PS/2 keyboard, scan code set 1, the keys of a US layout. */
#include "kernel.h"
#include "pc.h"

enum {
    DATA = 0x60,
    STATUS = 0x64,
    FULL = 1,
    RELEASED = 0x80,
    LEFT_SHIFT = 0x2a,
    RIGHT_SHIFT = 0x36
};

static const char plain[] =
    "\0\0331234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
    "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

int keyboard_get(void)
{
    static bool shift;
    while (in8(STATUS) & FULL && in8(STATUS) != 0xff) {
        uint8_t code = in8(DATA), key = code & ~RELEASED;
        if (key == LEFT_SHIFT || key == RIGHT_SHIFT)
            shift = !(code & RELEASED);
        else if (!(code & RELEASED) && key < sizeof plain - 1 && plain[key])
            return (shift ? shifted : plain)[key];
    }
    return -1;
}
