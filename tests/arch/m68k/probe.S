/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 16
        .set    OUT, IN + PROBE_BYTES

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        move.l  4(%sp), %a0
        movem.l %d2-%d7/%a2-%a6, -(%sp)
        .cfi_adjust_cfa_offset 44
#ifdef __HAVE_68881__
        fmovem.x %fp2-%fp7, -(%sp)
        .cfi_adjust_cfa_offset 72
#endif
        move.l  %a0, -(%sp)
        .cfi_adjust_cfa_offset 4
        move.l  8(%a0), -(%sp)
        .cfi_adjust_cfa_offset 4
        move.l  4(%a0), -(%sp)
        .cfi_adjust_cfa_offset 4
        move.l  %sp, IN + 44(%a0)

#ifdef __HAVE_68881__
        fmovem.x IN + 60(%a0), %fp0-%fp1
        fmovem.x IN + 48(%a0), %fp2-%fp7
#endif
        movem.l IN(%a0), %d2-%d7/%a2-%a6
        move.l  (%a0), %a1
        move.l  12(%a0), %d0
        move.l  %d0, %d1
        move.l  %d0, %a0
        move.w  #0x1f, %ccr
        jsr     (%a1)

        move.l  8(%sp), %a0
        move.l  %sp, OUT + 44(%a0)
        movem.l %d2-%d7/%a2-%a6, OUT(%a0)
#ifdef __HAVE_68881__
        fmovem.x %fp2-%fp7, OUT + 48(%a0)
#endif
        lea     12(%sp), %sp
#ifdef __HAVE_68881__
        fmovem.x (%sp)+, %fp2-%fp7
#endif
        movem.l (%sp)+, %d2-%d7/%a2-%a6
        .cfi_def_cfa_offset 4
        rts
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
