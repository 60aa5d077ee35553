/* SPDX-License-Identifier: MIT */
/*
 * Preemption on aarch64 under Linux: what the signal handler (platform/linux/preempt_signal.c) must
 * know of the processor. The kernel's signal frame has all registers, those of SVE too, in records
 * (Linux, Documentation/arch/arm64/sve.rst); the handler copies it to the task's stack, and
 * preempt.S gives it back to the kernel.
 */
#ifndef FADEN_ARCH_INTERRUPTED_H
#define FADEN_ARCH_INTERRUPTED_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

/* Nothing to find out beforehand: the frame tells. */
struct arch_state {
    char unused;
};
static inline void arch_preempt_init(struct arch_state states[2])
{
    (void)states;
}

/* A frame: siginfo, ucontext, and what did not fit into the latter. */
enum { FRAME_INFO = 128, FRAME_ALIGN = 16, EXTRA = 0x45585401, BTYPE = 3 << 10 };
_Static_assert(sizeof(siginfo_t) == FRAME_INFO, "as preempt.S has it");
_Static_assert(FRAME_INFO + offsetof(ucontext_t, uc_mcontext.regs) == 312, "as preempt.S has it");
_Static_assert(FRAME_INFO + offsetof(ucontext_t, uc_mcontext.sp) == 560, "as preempt.S has it");
_Static_assert(FRAME_INFO + offsetof(ucontext_t, uc_mcontext.pc) == 568, "as preempt.S has it");

struct arch_record {
    uint32_t magic, size;
};
struct arch_extra {
    struct arch_record head;
    uint64_t data; /* behind the last record, of which there is one more of zeros */
    uint32_t size;
};

/* The record that tells of more; NULL: all is within the ucontext. */
static inline struct arch_extra *arch_extra_of(const ucontext_t *uc)
{
    char *p = (char *)uc->uc_mcontext.__reserved, *end = p + sizeof uc->uc_mcontext.__reserved;
    while (p + sizeof(struct arch_extra) <= end) {
        struct arch_record *r = (struct arch_record *)p;
        if (r->magic == EXTRA)
            return (struct arch_extra *)p;
        if (!r->magic || !r->size)
            break;
        p += r->size;
    }
    return NULL;
}

static inline size_t arch_frame_bytes(const ucontext_t *uc)
{
    const struct arch_extra *x = arch_extra_of(uc);
    size_t n = FRAME_INFO + sizeof *uc;
    size_t more = x ? x->data + x->size - ((uintptr_t)uc - FRAME_INFO) : 0;
    return more > n ? more : n;
}

static inline uintptr_t arch_pc(const ucontext_t *uc)
{
    return uc->uc_mcontext.pc;
}

static inline uintptr_t arch_sp(const ucontext_t *uc)
{
    return uc->uc_mcontext.sp;
}

/* Return addresses may be signed, above the 48 bits of an address. */
static inline uintptr_t arch_plain(uintptr_t word)
{
    return word & 0xffffffffffff;
}

/* A register that may hold the return address of the innermost function. */
static inline uintptr_t arch_link(const ucontext_t *uc)
{
    return uc->uc_mcontext.regs[30];
}

static inline size_t arch_preempt_room(const ucontext_t *uc, const struct arch_state states[2])
{
    (void)states;
    return arch_frame_bytes(uc) + FRAME_ALIGN;
}

/* When the handler returns, the task goes on in faden__preempted. */
static inline void arch_preempt_enter(siginfo_t *info, ucontext_t *uc,
                                      const struct arch_state states[2])
{
    extern void faden__preempted(void) __attribute__((visibility("hidden")));
    size_t n = arch_frame_bytes(uc);
    uintptr_t to = (arch_sp(uc) - n) & -(uintptr_t)FRAME_ALIGN, from = (uintptr_t)uc - FRAME_INFO;
    struct arch_extra *x;
    (void)info;
    (void)states;
    memcpy((void *)to, (const void *)from, n);
    x = arch_extra_of((ucontext_t *)(to + FRAME_INFO));
    if (x)
        x->data += to - from;
    uc->uc_mcontext.sp = to;
    uc->uc_mcontext.pc = (uintptr_t)faden__preempted;
    uc->uc_mcontext.pstate &= ~(uint64_t)BTYPE;
}

/* Can `pc` be where a call returns to? BL or one of the BLRs stands in front of it. */
static inline bool arch_after_call(uintptr_t pc)
{
    uint32_t i;
    if (pc & 3)
        return false;
    i = ((const uint32_t *)pc)[-1];
    return (i & 0xfc000000) == 0x94000000 || (i & 0xfffffc1f) == 0xd63f0000 ||
           (i & 0xfefff800) == 0xd63f0800;
}

#endif
