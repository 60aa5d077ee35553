/* SPDX-License-Identifier: MIT */
/*
 * A PC that was started through PVH: what its start information tells (Xen's start_info.h, public
 * ABI), and how it ends.
 */
#include "kernel.h"
#include "machine.h"
#include "pc.h"
#include "processor.h"

enum { START_MAGIC = 0x336ec578, MEMORY_RAM = 1, RANGES = 32, FIRST_MEGABYTE = 1 << 20 };
enum { EXIT_PORT = 0xf4, RESET_PORT = 0x64, RESET = 0xfe };

struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, memory;
    uint32_t memory_entries, unused;
};

struct memory_entry {
    uint64_t at, size;
    uint32_t type, unused;
};

static char command_line[512];
static struct memory_entry ranges[RANGES];
static unsigned ranges_count;
uint64_t pc_rsdp;

void machine_early(uintptr_t information)
{
    const struct start_info *info = direct(information);
    out8(0x21, 0xff); /* the old pair of controllers is off before anything turns interrupts on */
    out8(0xa1, 0xff);
    serial_init();
    screen_init();
    if (info->magic != START_MAGIC) {
        print("pc: not started through PVH\n");
        machine_exit(2);
    }
    if (info->command_line)
        strncpy(command_line, direct(info->command_line), sizeof command_line - 1);
    const struct memory_entry *e = direct(info->memory);
    for (unsigned i = 0; i < info->memory_entries && ranges_count < RANGES; i++)
        if (e[i].type == MEMORY_RAM)
            ranges[ranges_count++] = e[i];
    pc_rsdp = info->rsdp;
}

const char *machine_command_line(void)
{
    return command_line;
}

/* The first megabyte is left to the firmware's tables, the screen and the trampoline; of memory
   there is as much as the direct map shows. */
void machine_memory(void (*add)(uint64_t from, uint64_t to))
{
    for (unsigned i = 0; i < ranges_count; i++) {
        uint64_t from = ranges[i].at, to = from + ranges[i].size;
        if (from < FIRST_MEGABYTE)
            from = FIRST_MEGABYTE;
        if (to > DIRECT_SIZE)
            to = DIRECT_SIZE;
        if (from < to)
            add(from & ~(uint64_t)(PAGE_SIZE - 1), to & ~(uint64_t)(PAGE_SIZE - 1));
    }
}

/* The screen, the firmware's tables, the trampoline. */
void machine_map(void)
{
    device_map(0, FIRST_MEGABYTE);
}

void machine_put(char c)
{
    serial_put(c);
    screen_put(c);
}

int machine_get(void)
{
    int c = serial_get();
    return c >= 0 ? c : keyboard_get();
}

/* isa-debug-exit gives (v << 1) | 1; so 0 is well, and the caller knows that 1 means it. */
void machine_exit(int code)
{
    out32(EXIT_PORT, (uint32_t)code);
    if (code == 0) /* no such device: switch off as QEMU's machine does (ACPI PM1a control) */
        __asm__ volatile("outw %0, %1" ::"a"((uint16_t)0x2000), "Nd"((uint16_t)0x604));
    for (;;)
        __asm__ volatile("cli\n\thlt");
}
