/* SPDX-License-Identifier: MIT */
/* From the first C instruction to the boot program that the command line names. */
#include "base/assert.h"
#include "kernel.h"
#include "machine.h"
#include "platform/platform.h"
#include "processor.h"
#include "program.h"

/* The boot processor's TLS block: before it has one, nothing may ask who it is. */
static char boot_tls[512] __attribute__((aligned(64)));

/* ---- memory ------------------------------------------------------------------------------ */

static uint64_t image_begin, image_end; /* physical, with the allocator's table behind */
static uint64_t highest;

static void find_highest(uint64_t from, uint64_t to)
{
    (void)from;
    if (to > highest)
        highest = to;
}

/* The part of [from, to) that lies in [low, high), without the image. */
static void add_part(uint64_t from, uint64_t to, uint64_t low, uint64_t high)
{
    from = from < low ? low : from;
    to = to > high ? high : to;
    if (from < to && from < image_end && to > image_begin) {
        add_part(from, image_begin, 0, high);
        add_part(image_end, to, 0, high);
    } else if (from < to) {
        pages_add(from, to);
    }
}

static void add_low(uint64_t from, uint64_t to)
{
    add_part(from, to, 0, BOOT_MAPPED);
}

static void add_high(uint64_t from, uint64_t to)
{
    add_part(from, to, BOOT_MAPPED, UINT64_MAX);
}

static void memory_init(void)
{
    image_begin = (uintptr_t)kernel_begin - KERNEL_BASE;
    image_end = (uintptr_t)kernel_end - KERNEL_BASE;
    machine_memory(find_highest);
    image_end += pages_init(image_end, highest);
    machine_memory(add_low);
    space_init();
    machine_memory(add_high);
}

/* ---- the command line -------------------------------------------------------------------- */

enum { LINE = 512 };
unsigned kernel_stir, kernel_turn, kernel_awake;

unsigned words_of(char *line, char **words)
{
    unsigned n = 0;
    while (*line) {
        while (*line == ' ')
            *line++ = '\0';
        if (*line)
            words[n++] = line;
        while (*line && *line != ' ')
            line++;
    }
    words[n] = NULL;
    return n;
}

bool number_is(const char *text, unsigned *n)
{
    uint64_t value = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && value <= UINT32_MAX; c++)
        value = value * 10 + (unsigned)(*c - '0');
    *n = (unsigned)value;
    return c > text && !*c && value <= UINT32_MAX;
}

const struct program *program_find(const char *name)
{
    const struct program *p = programs;
    while (p->name && strcmp(p->name, name))
        p++;
    return p->name ? p : NULL;
}

/* Words before the program's name: "cpus=N"; "limit=N": what takes more seconds hangs, and the
   watchdog tells where; "stir=N": another order of events, where the emulator repeats it;
   "turns=N": each processor gives way after N microseconds; "awake=1": they do not all sleep. */
static char **take_options(char **word, unsigned *cpus, unsigned *limit)
{
    unsigned turn = 0;
    const struct option {
        const char *name;
        unsigned *value;
    } options[] = {{"cpus=", cpus},           {"limit=", limit}, {"stir=", &kernel_stir},
                   {"awake=", &kernel_awake}, {"turns=", &turn}, {NULL, NULL}};
    for (; *word; word++) {
        const struct option *o = options;
        while (o->name && strncmp(*word, o->name, strlen(o->name)))
            o++;
        if (!o->name)
            break;
        if (!number_is(*word + strlen(o->name), o->value)) {
            print("%s: that is not a number\n", *word);
            machine_exit(2);
        }
    }
    kernel_turn = turn * 1000;
    return word;
}

static void run_command_line(void)
{
    static char line[LINE], *words[LINE / 2 + 1]; /* as many as there may be */
    char **word = words;
    unsigned cpus = 0, limit = 0;
    strncpy(line, machine_command_line(), sizeof line - 1);
    if (strlen(line) == sizeof line - 1) {
        print("the command line is too long: %u characters at most\n", LINE - 2);
        machine_exit(2);
    }
    words_of(line, words);
    word = take_options(word, &cpus, &limit);
    processors_start(cpus);
    if (limit)
        watchdog_end(machine_now() + limit * FADEN_SEC);
    const struct program *p = program_find(*word ? *word : programs->name);
    if (!p) {
        print("there is no boot program '%s'; the program help lists them\n", *word);
        machine_exit(2);
    }
    int n = 0;
    while (word[n])
        n++;
    print("faden: %s, %u processor%s, %zu KiB free\n", p->name, processors_count,
          processors_count > 1 ? "s" : "", pages_available() * (PAGE_SIZE / 1024));
    machine_exit(p->run(n, word));
}

/* ---- beginning --------------------------------------------------------------------------- */

void kernel_main(void)
{
    struct processor *p = this_processor;
    arch_processor_init(p);
    memory_init();
    ASSERT(pages_joined(), "memory_init: two free halves of a block were not joined");
    CHECK(!irq_enabled(), "kernel_main: an irq_pop has turned interrupts on that were off");
    machine_processor_init(p);
    for (const init_fn *f = init_array_begin; f < init_array_end; f++)
        (*f)();
    irq_enable();
    run_command_line();
    __builtin_unreachable();
}

void kernel_start(uintptr_t boot_information)
{
    extern char boot_stack_top[];
    struct processor *p = &processors[0];
    p->tp = arch_tls_lay(boot_tls);
    arch_thread_pointer(p->tp);
    p->stack_top = boot_stack_top;
    p->timer_at = FADEN_FOREVER;
    this_processor = p;
    machine_early(boot_information);
    CHECK(tls_bytes() + 64 <= sizeof boot_tls, "the boot processor's TLS block is too small");
    kernel_main();
}
