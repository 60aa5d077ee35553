/* SPDX-License-Identifier: MIT */
/*
 * QEMU's m68k "virt": one processor; six goldfish PICs, one for each interrupt level; a goldfish
 * RTC, which counts nanoseconds and has an alarm (level 6); a goldfish TTY (level 1); a device that
 * halts the machine. Behind the kernel lie the records of the m68k boot protocol.
 */
#include <errno.h>

#include "base/assert.h"
#include "kernel.h"
#include "machine.h"
#include "processor.h"

enum { PIC_STEP = 0x1000, RTC = 0x6000, TTY = 0x8000, CONTROL = 0x9000, DEVICES_SIZE = 0xa000 };
enum { PIC_ENABLE = 0x10 };
enum { TIME_LOW = 0, TIME_HIGH = 4, ALARM_LOW = 8, ALARM_HIGH = 12 };
enum { RTC_ENABLE = 16, RTC_CLEAR = 28 };
enum { PUT = 0, READY = 4, COMMAND = 8, POINTER = 16, LENGTH = 20 };
enum { COMMAND_ENABLE = 1, COMMAND_READ = 3 };
enum { CONTROL_COMMAND = 4, CONTROL_HALT = 2, CONTROL_PANIC = 3 };
enum { LEVEL_TTY = 1, TTY_LINE = 31, LEVEL_RTC = 6, RTC_LINE = 0 };

static volatile uint32_t *device(uint32_t offset)
{
    return (volatile uint32_t *)(DEVICES + offset);
}

/* ---- what the emulator tells ------------------------------------------------------------- */

enum { RECORD_LAST = 0, RECORD_MEMORY = 5, RECORD_COMMAND_LINE = 7 };

struct record {
    uint16_t tag, size;
    uint32_t data[];
};

static char command_line[512];
static uint32_t memory_begin, memory_end;

static void look(const struct record *r)
{
    if (r->tag == RECORD_COMMAND_LINE)
        strncpy(command_line, (const char *)r->data, sizeof command_line - 1);
    if (r->tag == RECORD_MEMORY) {
        memory_begin = r->data[0];
        memory_end = r->data[0] + r->data[1];
    }
}

/* The records have been read then, and are not kept. */
void machine_early(uintptr_t information)
{
    const char *at = direct(information);
    for (const struct record *r; (r = (const struct record *)at)->tag != RECORD_LAST; at += r->size)
        look(r);
    if (memory_end > DIRECT_SIZE)
        memory_end = DIRECT_SIZE;
}

const char *machine_command_line(void)
{
    return command_line;
}

void machine_memory(void (*add)(uint64_t from, uint64_t to))
{
    add(memory_begin, memory_end);
}

/* They are above what the direct map reaches, so they keep their physical address. */
void machine_map(void)
{
    int err = space_map(kernel_space, DEVICES, DEVICES, DEVICES_SIZE, SPACE_WRITE | SPACE_DEVICE);
    CHECK(!err, "machine_map: no memory for tables");
}

/* ---- console and end --------------------------------------------------------------------- */

static void put(char c)
{
    *device(TTY + PUT) = (unsigned char)c;
}

void machine_put(char c)
{
    if (c == '\n')
        put('\r');
    put(c);
}

/* The device writes to memory. Called by its interrupt only. */
int machine_get(void)
{
    static volatile unsigned char byte;
    if (!*device(TTY + READY))
        return -1;
    *device(TTY + POINTER) = (uint32_t)&byte - KERNEL_BASE;
    *device(TTY + LENGTH) = 1;
    *device(TTY + COMMAND) = COMMAND_READ;
    return byte;
}

volatile uint16_t *machine_screen(unsigned *columns, unsigned *rows)
{
    return NULL;
}

void machine_exit(int code)
{
    for (;;)
        *device(CONTROL + CONTROL_COMMAND) = code ? CONTROL_PANIC : CONTROL_HALT;
}

/* ---- time -------------------------------------------------------------------------------- */

static uint64_t start;

/* The low half takes a copy of the high one when it is read; an interrupt may read both between. */
static uint64_t count(void)
{
    for (;;) {
        uint32_t low = *device(RTC + TIME_LOW), high = *device(RTC + TIME_HIGH);
        if (*device(RTC + TIME_LOW) >= low)
            return (uint64_t)high << 32 | low;
    }
}

int64_t machine_now(void)
{
    return (int64_t)(count() - start) + 1;
}

/* The low half sets the alarm. */
void machine_timer(int64_t deadline)
{
    uint64_t at = start + (uint64_t)deadline;
    *device(RTC + ALARM_HIGH) = (uint32_t)(at >> 32);
    *device(RTC + ALARM_LOW) = (uint32_t)at;
}

/* ---- interrupts -------------------------------------------------------------------------- */

static void enable(unsigned level, unsigned line)
{
    *device(PIC_STEP * (level - 1) + PIC_ENABLE) = (uint32_t)1 << line;
}

void machine_processor_init(struct processor *p)
{
    start = count();
    *device(RTC + RTC_ENABLE) = 1;
    *device(TTY + COMMAND) = COMMAND_ENABLE;
    enable(LEVEL_RTC, RTC_LINE);
    enable(LEVEL_TTY, TTY_LINE);
}

void machine_interrupt(unsigned which)
{
    if (which == LEVEL_TTY)
        console_input();
    if (which != LEVEL_RTC)
        return;
    *device(RTC + RTC_CLEAR) = 1;
    if (machine_now() >= this_processor->timer_at)
        processor_timer();
}

/* ---- other processors: there are none ---------------------------------------------------- */

unsigned machine_processors(void)
{
    return 1;
}

int machine_processor_start(struct processor *p)
{
    return -EAGAIN;
}

void machine_kick(unsigned index)
{
}
