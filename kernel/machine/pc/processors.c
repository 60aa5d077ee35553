/* SPDX-License-Identifier: MIT */
/*
 * The other processors. ACPI's table of interrupt controllers (MADT) names them; INIT-SIPI-SIPI
 * starts each at the trampoline of start.S, which is copied below the first megabyte.
 */
#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "machine.h"
#include "pc.h"
#include "processor.h"

enum { TRAMPOLINE = 0x8000, COMMAND_INIT = 0x4500, COMMAND_START = 0x4600 };
enum { AREA_BEGIN = 0xe0000, AREA_END = 0x100000, LOCAL_APIC = 0, ENABLED = 1 };

extern char trampoline_begin[], trampoline_end[];
/* What the trampoline hands to a processor. */
extern struct {
    uint64_t root, sp, tp;
    struct processor *p;
} trampoline_start;

static uint32_t ids[PROCESSORS_MAX];
static unsigned found;

/* ---- ACPI -------------------------------------------------------------------------------- */

struct table {
    char name[4];
    uint32_t size;
    uint8_t unused[28];
};

struct pointers {
    char name[8];
    uint8_t sum, unused[6], revision;
    uint32_t rsdt;
};

static const struct table *table_at(uint64_t at)
{
    const struct table *t = device_map(at, sizeof *t);
    return device_map(at, t->size);
}

static const struct pointers *find_pointers(void)
{
    if (pc_rsdp)
        return device_map(pc_rsdp, sizeof(struct pointers));
    for (uint64_t at = AREA_BEGIN; at < AREA_END; at += 16)
        if (!memcmp(direct(at), "RSD PTR ", 8))
            return direct(at);
    return NULL;
}

static const struct table *find_table(const char *name)
{
    const struct pointers *p = find_pointers();
    if (!p)
        return NULL;
    const struct table *root = table_at(p->rsdt);
    const uint32_t *at = (const uint32_t *)(root + 1);
    for (; (const char *)at < (const char *)root + root->size; at++) {
        const struct table *t = table_at(*at);
        if (!memcmp(t->name, name, 4))
            return t;
    }
    return NULL;
}

/* Number 0 is the one that runs. */
unsigned machine_processors(void)
{
    const struct table *t = find_table("APIC");
    ids[0] = apic_id();
    found = 1;
    if (!t)
        return found;
    const uint8_t *e = (const uint8_t *)(t + 1) + 8, *end = (const uint8_t *)t + t->size;
    for (; e < end && e[1]; e += e[1])
        if (e[0] == LOCAL_APIC && e[4] & ENABLED && e[3] != ids[0] && found < PROCESSORS_MAX)
            ids[found++] = e[3];
    return found;
}

/* ---- starting ---------------------------------------------------------------------------- */

static void pause(int64_t ns)
{
    for (int64_t end = machine_now() + ns; machine_now() < end;)
        arch_relax();
}

/* The trampoline runs with the kernel's table while it goes up, so that maps it where it is. */
int machine_processor_start(struct processor *p)
{
    size_t size = (size_t)(trampoline_end - trampoline_begin);
    uint32_t id = ids[p->index];
    memcpy(direct(TRAMPOLINE), trampoline_begin, size);
    trampoline_start.root = physical(kernel_space);
    trampoline_start.sp = (uintptr_t)p->stack_top;
    trampoline_start.tp = (uintptr_t)p->tp;
    trampoline_start.p = p;
    apic_send(id, COMMAND_INIT);
    pause(10 * FADEN_MSEC);
    for (int i = 0; i < 2; i++) {
        apic_send(id, COMMAND_START | TRAMPOLINE / PAGE_SIZE);
        pause(200 * FADEN_USEC);
    }
    for (int i = 0; i < 1000 && !load_acquire(&p->online); i++)
        pause(FADEN_MSEC);
    return load_acquire(&p->online) ? 0 : -EAGAIN;
}

void machine_kick(unsigned index)
{
    apic_send(ids[index], VECTOR_KICK);
}
