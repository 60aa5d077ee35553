/* SPDX-License-Identifier: MIT */
/*
 * void ret_switch(void **from, void *to);
 *
 * The textbook form: push the callee-saved registers, exchange stack pointers, pop, ret.
 *
 *      sp -> | r15 | r14 | r13 | r12 | rbx | rbp | return address |
 *              0     8     16    24    32    40    48
 */
        .text
        .globl  ret_switch
        .type   ret_switch, @function
ret_switch:
        push    %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, (%rdi)
        mov     %rsi, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret
        .size   ret_switch, . - ret_switch
        .section .note.GNU-stack, "", @progbits
