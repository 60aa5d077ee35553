/* SPDX-License-Identifier: MIT */
/* What all of the kernel uses: text, strings, memory, address spaces, locks. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <faden/base.h>

#include "arch.h"

/* ---- bounds of the image (link.ld) ------------------------------------------------------- */

extern char kernel_begin[], text_begin[], text_end[], rodata_end[], kernel_end[];
extern char tdata_begin[], tdata_end[], tls_size[];
typedef void (*init_fn)(void);
extern const init_fn init_array_begin[], init_array_end[];

static inline size_t tls_bytes(void)
{
    return (size_t)tls_size;
}

/* ---- the console (console.c) ------------------------------------------------------------- */

__attribute__((format(printf, 1, 2))) void print(const char *format, ...);
void vprint(const char *format, va_list args);
void console_write(const char *text, size_t n);

/* ---- locks (spin.c) ---------------------------------------------------------------------- */

/* Short sections with interrupts off: handlers may take them too. */
struct spinlock {
    uint32_t held;
};
void spin_lock(struct spinlock *l);
bool spin_try(struct spinlock *l);
void spin_unlock(struct spinlock *l);
/* From now on the calling processor waits for none: something broke, and a holder may be gone. */
void spin_break(void);
/* And interrupts stay off on every processor that turns them off. */
void spin_end(void);

/* ---- physical memory (page.c) ------------------------------------------------------------ */

/* Where the direct map shows a physical address, and back. */
static inline void *direct(uint64_t physical)
{
    return (void *)(uintptr_t)(DIRECT_BASE + physical);
}
static inline uint64_t physical(const void *p)
{
    return (uintptr_t)p - DIRECT_BASE;
}

/* The table of the allocator lies at `from`; memory reaches up to `highest`. Gives its size. */
size_t pages_init(uint64_t from, uint64_t highest);
/* Memory in [from, to), in the direct map, belongs to the allocator. Called once per range. */
void pages_add(uint64_t from, uint64_t to);
/* 2^order pages side by side, aligned to their size; contents undefined. NULL: none. */
void *pages_alloc(unsigned order);
void pages_free(void *p, unsigned order);
void *page_zeroed(void);
/* No free block's buddy is a free block. */
bool pages_joined(void);
size_t pages_available(void); /* single pages free now */
size_t pages_total(void);
/* The next n-th allocation fails, and all after it until 0 is set: for tests. */
void pages_fail_after(unsigned n);

/* ---- address spaces (space.c) ------------------------------------------------------------ */

enum space_access { SPACE_WRITE = 1, SPACE_EXEC = 2, SPACE_USER = 4, SPACE_DEVICE = 8 };

extern pte_t *kernel_space;

/* The kernel's tables, with what start.S mapped protected as it should be; ranges from
   machine_memory. Then those of another processor are loaded with space_load. */
void space_init(void);
/* A new root that shares the kernel's half; give it and its tables back (not the pages). */
pte_t *space_new(void);
void space_delete(pte_t *root);
/* Map [at, at + size) to `address`. 0 or -ENOMEM, and then nothing of it is undone. */
int space_map(pte_t *root, uintptr_t at, uint64_t address, size_t size, unsigned access);
/* The entry of the page at `at`; NULL: there is no table for it. level0 only. */
pte_t *space_entry(pte_t *root, uintptr_t at);
/* Calls fn for each page of the process's half until it gives a number that is not 0. */
int space_each_user(pte_t *root, int (*fn)(void *arg, uintptr_t at, pte_t *e), void *arg);
/* The same for the kernel's half, large pages as they are; the address lacks its sign. */
int space_each_kernel(int (*fn)(void *arg, uintptr_t at, pte_t *e), void *arg);
/* A device's registers, uncached. */
void *device_map(uint64_t address, size_t size);
/* Is the word at `p` mapped in the kernel's half? */
bool space_is_mapped(uintptr_t p);

/* ---- the end (fault.c) -------------------------------------------------------------------- */

/* A report of the end begins: no lock is waited for any more, other processors stop. */
void kernel_dies(void);
void backtrace_here(void);
/* Called before a report ends the machine: a test that has asked for it does not come back. */
extern void (*kernel_report_hook)(const char *text, size_t n);

/* Unless it is set again, the machine ends at `deadline` with a report of what hangs. */
void watchdog_set(int64_t deadline);
/* The same, and it cannot be set to anything later than that. */
void watchdog_end(int64_t deadline);

/* Shortens time slices by so many steps: another interleaving. */
extern unsigned kernel_stir;
/* Nanoseconds after which a processor gives way to the others, where that is not the emulator's
   task; 0: never. */
extern unsigned kernel_turn;
extern unsigned kernel_awake; /* not all processors sleep at a time */
/* Of runs whose configuration does not say; 0: all processors. */
extern unsigned kernel_default_cpus;

int *kernel_errno(void); /* where the errno of the running task lies */

/* ---- running ----------------------------------------------------------------------------- */

__attribute__((noreturn)) void kernel_main(void);
/* Every other processor has passed a full barrier and emptied its TLB when this returns; one that
   sleeps does so before anything else. */
void processors_fence(void);
/* Another one asked for that: called by its interrupt, and wherever one waits. */
void processor_pass_fence(void);

#endif
