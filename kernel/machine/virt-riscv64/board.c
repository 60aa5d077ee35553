/* SPDX-License-Identifier: MIT */
/*
 * QEMU's riscv64 "virt": a 16550 at 0x10000000 (interrupt 10 of the PLIC), the CLINT for time and
 * kicks, the test device that ends the emulator.
 */
#include "kernel.h"
#include "machine.h"
#include "machine/fdt.h"
#include "processor.h"

enum { TEST = 0x100000, PLIC = 0xc000000, UART = 0x10000000, PLIC_SIZE = 0x400000 };
enum { TEST_PASS = 0x5555, TEST_FAIL = 0x3333, UART_LINE = 10, TICK_NS = 100 };
enum { DATA = 0, INTERRUPTS = 1, STATUS = 5, RECEIVED = 1, CAN_SEND = 0x20 };
enum { INTERRUPT_SOFTWARE = 1, INTERRUPT_EXTERNAL = 9 };
enum { PLIC_ENABLE = 0x2080, PLIC_THRESHOLD = 0x201000, PLIC_CLAIM = 0x201004 };

static unsigned harts;

/* ---- what the device tree tells ---------------------------------------------------------- */

static void look(const char *node, const char *name, const void *value, uint32_t size)
{
    if (!strncmp(node, "cpu@", 4) && !strcmp(name, "reg"))
        harts++;
}

/* The tree itself lies at the end of the memory: it has been read, and is not kept. */
void machine_early(uintptr_t information)
{
    volatile uint8_t *uart = direct(UART);
    uart[INTERRUPTS] = 1;
    fdt_walk(direct(information), look);
}

void machine_map(void)
{
    device_map(UART, PAGE_SIZE);
    device_map(TEST, PAGE_SIZE);
    device_map(CLINT, 0x10000);
    device_map(PLIC, PLIC_SIZE);
}

/* ---- console and end --------------------------------------------------------------------- */

static void put(char c)
{
    volatile uint8_t *uart = direct(UART);
    while (!(uart[STATUS] & CAN_SEND))
        ;
    uart[DATA] = (uint8_t)c;
}

void machine_put(char c)
{
    if (c == '\n')
        put('\r');
    put(c);
}

int machine_get(void)
{
    volatile uint8_t *uart = direct(UART);
    return uart[STATUS] & RECEIVED ? uart[DATA] : -1;
}

volatile uint16_t *machine_screen(unsigned *columns, unsigned *rows)
{
    return NULL;
}

void machine_exit(int code)
{
    volatile uint32_t *test = direct(TEST);
    *test = code ? (uint32_t)code << 16 | TEST_FAIL : TEST_PASS;
    for (;;)
        __asm__ volatile("wfi");
}

/* ---- time -------------------------------------------------------------------------------- */

/* What m_trap knows of a hart (layout.h). */
struct hart_area {
    uint64_t saved[3], compare, msip, turn, deadline, kicked, next, unused[7];
};
_Static_assert(offsetof(struct hart_area, turn) == M_TURN, "layout.h");
_Static_assert(offsetof(struct hart_area, next) == M_NEXT, "layout.h");
_Static_assert(sizeof(struct hart_area) == 1 << M_SHIFT, "layout.h");
extern struct hart_area m_areas[HARTS];

int64_t machine_now(void)
{
    return (int64_t)(csr_read("time") * TICK_NS) + 1;
}

/* Where harts take turns m_trap sets the timer again, too, for what comes first. It may come
   between any two steps here. */
void machine_timer(int64_t deadline)
{
    volatile uint64_t *compare = (uint64_t *)direct(CLINT + CLINT_TIMER) + this_processor->index;
    volatile struct hart_area *area = &m_areas[this_processor->index];
    uint64_t at = (uint64_t)deadline / TICK_NS + 1;
    area->deadline = at;
    if (!area->turn || at < *compare)
        *compare = at;
}

static void take_turns(void)
{
    volatile uint64_t *compare = (uint64_t *)direct(CLINT + CLINT_TIMER) + this_processor->index;
    m_areas[this_processor->index].turn = kernel_turn / TICK_NS;
    if (kernel_turn)
        *compare = 0; /* at once */
}

/* Behind the one before it, and before the first one. */
static void join_the_ring(unsigned index)
{
    m_areas[index].next = CLINT;
    if (index > 0)
        m_areas[index - 1].next = CLINT + index * sizeof(uint32_t);
}

/* ---- interrupts -------------------------------------------------------------------------- */

static volatile uint32_t *plic(uint32_t offset)
{
    return direct(PLIC + offset);
}

void machine_processor_init(struct processor *p)
{
    if (p->index > 0) {
        take_turns();
        return;
    }
    *plic(4 * UART_LINE) = 1;
    *plic(PLIC_ENABLE) = 1 << UART_LINE;
    *plic(PLIC_THRESHOLD) = 0;
}

static void external(void)
{
    uint32_t line = *plic(PLIC_CLAIM);
    if (line == UART_LINE)
        console_input();
    if (line)
        *plic(PLIC_CLAIM) = line;
}

/* The timer and kicks come as the same software interrupt. */
void machine_interrupt(unsigned which)
{
    if (which == INTERRUPT_EXTERNAL)
        external();
    if (which != INTERRUPT_SOFTWARE)
        return;
    __asm__ volatile("csrci sip, 2" ::: "memory");
    if (machine_now() >= this_processor->timer_at)
        processor_timer();
    processor_kicked();
}

/* ---- other harts ------------------------------------------------------------------------- */

/* Each sleeps in start.S until it finds an entry in here. */
struct hart_start {
    char *sp;
    void *tp, *arg;
    uint64_t root;
    void (*entry)(struct processor *p);
    uint64_t unused[3];
};
_Static_assert(sizeof(struct hart_start) == 1 << HART_SHIFT, "layout.h");
extern struct hart_start hart_starts[HARTS];

unsigned machine_processors(void)
{
    join_the_ring(0);
    take_turns(); /* from now on there is who to give way to */
    return harts < HARTS ? harts : HARTS;
}

int machine_processor_start(struct processor *p)
{
    struct hart_start *s = &hart_starts[p->index];
    *s = (struct hart_start){
        .sp = p->stack_top, .tp = p->tp, .arg = p, .root = physical(kernel_space)};
    __atomic_store_n(&s->entry, processor_main, __ATOMIC_SEQ_CST);
    join_the_ring(p->index);
    if (!kernel_turn) /* else its first turn wakes it */
        machine_kick(p->index);
    return 0;
}

void machine_kick(unsigned index)
{
    volatile uint32_t *software = direct(CLINT);
    if (kernel_turn)
        m_areas[index].kicked = SIE_SOFTWARE;
    else
        software[index] = 1;
}
