/* SPDX-License-Identifier: MIT */
/*
 * QEMU's aarch64 "virt": what the device tree tells, the generic timer (its virtual clock), other
 * processors by PSCI (Arm DEN0022, called by hvc), and the end by semihosting.
 */
#include "kernel.h"
#include "machine/fdt.h"
#include "processor.h"
#include "virt.h"

static uint64_t affinity[GIC_PROCESSORS]; /* of each processor, as PSCI knows it */
static unsigned processors_found;

/* ---- what the device tree tells ---------------------------------------------------------- */

static void look(const char *node, const char *name, const void *value, uint32_t size)
{
    if (!strncmp(node, "cpu@", 4) && !strcmp(name, "reg") && processors_found < GIC_PROCESSORS)
        affinity[processors_found++] = fdt_number(value, size);
}

/* The tree itself lies at the beginning of the memory: it has been read, and is not kept. */
void machine_early(uintptr_t information)
{
    uart_init();
    fdt_walk(direct(information), look);
}

void machine_map(void)
{
    device_map(GIC_DISTRIBUTOR, GIC_SIZE);
    device_map(GIC_PROCESSOR, GIC_SIZE);
    device_map(UART, PAGE_SIZE);
}

volatile uint16_t *machine_screen(unsigned *columns, unsigned *rows)
{
    return NULL;
}

/* Semihosting (Arm, "Semihosting for AArch32 and AArch64"): the application exits, with a code. */
void machine_exit(int code)
{
    enum { EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };
    uint64_t block[2] = {APPLICATION_EXIT, (uint64_t)code};
    register uint64_t x0 __asm__("x0") = EXIT_EXTENDED;
    register uint64_t *x1 __asm__("x1") = block;
    __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
    for (;;)
        __asm__ volatile("wfi");
}

/* ---- time -------------------------------------------------------------------------------- */

enum { TIMER_ON = 1, TIMER_OFF = 0 };

static uint64_t scaled(uint64_t n, uint64_t to, uint64_t from)
{
    return n / from * to + n % from * to / from;
}

int64_t machine_now(void)
{
    sys_sync(); /* not read ahead */
    return (int64_t)scaled(sys_read("cntvct_el0"), FADEN_SEC, sys_read("cntfrq_el0")) + 1;
}

void machine_timer(int64_t deadline)
{
    uint64_t at = deadline > 0 ? (uint64_t)deadline : 0;
    sys_write("cntv_cval_el0", scaled(at, sys_read("cntfrq_el0"), FADEN_SEC) + 1);
    sys_write("cntv_ctl_el0", TIMER_ON);
    sys_sync();
}

/* ---- interrupts -------------------------------------------------------------------------- */

void machine_processor_init(struct processor *p)
{
    sys_write("cntv_ctl_el0", TIMER_OFF);
    gic_init(p->index);
}

/* Which one it is only the controller knows. The timer's and the line's last until their cause has
   gone. */
void machine_interrupt(unsigned which)
{
    enum { NUMBER = 0x3ff };
    uint32_t interrupt = gic_begin();
    switch (interrupt & NUMBER) {
    case INTERRUPT_TIMER:
        sys_write("cntv_ctl_el0", TIMER_OFF);
        sys_sync();
        processor_timer();
        break;
    case INTERRUPT_UART: console_input(); break;
    case INTERRUPT_KICK: processor_kicked(); break;
    default: return; /* it has gone: there is nothing to acknowledge */
    }
    gic_end(interrupt);
}

/* ---- other processors -------------------------------------------------------------------- */

static struct start {
    char *sp;
    void *tp, *arg;
    void (*entry)(struct processor *p);
    uint64_t root;
} starts[GIC_PROCESSORS] __attribute__((aligned(64)));
_Static_assert(offsetof(struct start, tp) == START_TP, "layout.h");
_Static_assert(offsetof(struct start, arg) == START_ARG, "layout.h");
_Static_assert(offsetof(struct start, entry) == START_ENTRY, "layout.h");
_Static_assert(offsetof(struct start, root) == START_ROOT, "layout.h");

unsigned machine_processors(void)
{
    return processors_found;
}

static int64_t psci_cpu_on(uint64_t processor, uint64_t entry, uint64_t context)
{
    register uint64_t x0 __asm__("x0") = 0xc4000003;
    register uint64_t x1 __asm__("x1") = processor;
    register uint64_t x2 __asm__("x2") = entry;
    register uint64_t x3 __asm__("x3") = context;
    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    return (int64_t)x0;
}

/* The other one reads its record without caches. */
int machine_processor_start(struct processor *p)
{
    extern char start_processor[];
    struct start *s = &starts[p->index];
    *s = (struct start){p->stack_top, p->tp, p, processor_main, physical(kernel_space)};
    __asm__ volatile("dc cvac, %0\n\tdsb sy" ::"r"(s) : "memory");
    int64_t err = psci_cpu_on(affinity[p->index], (uintptr_t)start_processor - KERNEL_BASE,
                              (uintptr_t)s - KERNEL_BASE);
    return err ? -EAGAIN : 0;
}
