/* SPDX-License-Identifier: MIT */
/*
 * The switch on x86-64 Windows (Microsoft, "x64 calling convention": arguments in rcx, rdx, r8, r9,
 * then above the callee's area of 32 bytes; a struct of 16 bytes is returned in memory whose
 * address is the first, hidden argument; "x64 exception handling": the unwind data that .seh_ lines
 * make). frame.h draws the frame that every suspended context has at its sp; moves.h lays it and
 * takes it up again.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike, so the unwind data hold before the stack pointer changes (our own frame)
 * and after it (the other's); but for the last two instructions, which jump where the system knows
 * only `ret`: that would be mispredicted each time.
 */
#include "moves.h"

        .text

        .macro  function name
        .globl  \name
        .def    \name; .scl 2; .type 32; .endef
        .p2align 4
        .seh_proc \name
\name:
        .endm

        function faden_context_switch
        save
        .seh_endprologue
        save_rest
        mov     %rsp, (%rcx)
        mov     (%rdx), %rsp
        load_bounds
        load_control %r10d, %r11d, %r11w
        resume
        .seh_endproc

/*
 * The switch under coroutines. ops->pick(a, b, sp, ops) runs on the outgoing stack and names the
 * incoming one (it may be the same). ops->finish, if there is one and pick gave a value, runs on
 * the incoming stack before any other C, and its result replaces the value. The value is what the
 * resumed call returns. rbx is the frame, for the unwind data too: they hold whatever rsp does.
 */
        function faden__switch
        save
        mov     %rsp, %rbx
        .seh_setframe %rbx, 0
        .seh_endprologue
        mov     %r9, FRAME_ROOM(%rsp)
        save_rest
        mov     %rcx, %rbp
        mov     %r10d, %r12d
        mov     %r11d, %r13d
        sub     $64, %rsp               /* the callee's area, the fifth argument, the result */
        lea     48(%rsp), %rcx
        mov     %rbx, %r9
        mov     %rbp, 32(%rsp)
        call    *(%rbp)
        mov     8(%rax), %rdi
        mov     (%rax), %rbx
        mov     %rbx, %rsp
        load_bounds
        load_control %r12d, %r13d, %r13w
        mov     8(%rbp), %rcx
        mov     %rdi, %rax
        test    %rdi, %rdi
        je      3f
        test    %rcx, %rcx
        je      3f
        mov     %rcx, %rax
        mov     %rdi, %rcx
        sub     $32, %rsp
        call    *%rax
        mov     %rbx, %rsp
3:      resume
        .seh_endproc

/*
 * Where a context that never ran begins: the floor frame. The unwind data say that 32 bytes above
 * sp lies its return address; there is zero, and unwinding ends.
 */
        function faden__context_start
        .seh_stackalloc 32
        .seh_endprologue
        nop
        .globl  faden__context_first
faden__context_first:
        mov     %r12, %rcx
        mov     %r13, %rdx
        xor     %ebp, %ebp
        call    faden__context_entry
        ud2
        .seh_endproc
