/* SPDX-License-Identifier: MIT */
/* What cpu.c of x86-64 and of i386 have in common; each includes it. */
#include "kernel.h"

/* Both TLS ABIs: the block ends at the thread pointer, where the thread pointer itself lies. */
void *arch_tls_lay(char *block)
{
    char *tp = block + tls_bytes();
    memset(block, 0, tls_bytes());
    memcpy(block, tdata_begin, (size_t)(tdata_end - tdata_begin));
    *(void **)tp = tp;
    return tp;
}

uintptr_t arch_frame_next(uintptr_t frame, uintptr_t *pc)
{
    const uintptr_t *word = (const uintptr_t *)frame;
    *pc = word[1];
    return word[0];
}
