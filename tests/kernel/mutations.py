# SPDX-License-Identifier: MIT
"""What tests/kernel/mutate breaks."""

# name, file, what stands there, what is put in its place
X86 = [
    ('idle-without-interrupts', 'kernel/arch/x86/native.h', '"sti\\n\\thlt\\n\\tcli"', '"hlt"'),
    ('no-smep', 'kernel/arch/x86/native.h', '(has & 1 << 7 ? CR4_SMEP : 0)', '0'),
    ('no-smap', 'kernel/arch/x86/native.h', '(has & 1 << 20 ? CR4_SMAP : 0)', '0'),
]
X86_64 = X86 + [
    ('thread-pointer-trusted', 'kernel/arch/x86_64/trap.S',
     '        mov     $MSR_FS_BASE, %ecx\n        wrmsr\n', ''),
    ('lost-register', 'src/arch/x86_64/switch.S',
     '3:      mov     FRAME_RBP(%rsp), %rbp\n        mov     FRAME_RBX(%rsp), %rbx',
     '3:      mov     FRAME_RBP(%rsp), %rbp'),
    ('no-nx', 'kernel/arch/x86_64/native.h', '(exec ? 0 : PTE_NO_EXEC)', '0'),
]
I386 = X86 + [
    ('thread-pointer-trusted', 'kernel/arch/i386/trap.S', '        mov     %eax, %gs\n', ''),
    ('lost-register', 'src/arch/i386/switch.S', '        mov     FRAME_EBX(%esp), %ebx\n', ''),
    ('double-fault-on-the-same-stack', 'kernel/arch/i386/cpu.c',
     '{.selector = SELECTOR_FAULT_TSS, .type = GATE_TASK}', 'idt[DOUBLE_FAULT + 1]'),
    ('double-fault-by-a-process', 'kernel/arch/i386/cpu.c', 'GATE_TASK = 0x85', 'GATE_TASK = 0xe5'),
]
M68K_TRAP = 'kernel/arch/m68k/trap.S'
M68K = [
    ('service-for-anybody', M68K_TRAP, '        jne     trap_entry\n', ''),
    ('own-page-table-stays', M68K_TRAP,
     '        move.l  process_root, %d0\n        movec   %d0, %urp\n', ''),
    ('translations-stay', M68K_TRAP, '        pflusha\n        move.l  REGS_SP',
     '        move.l  REGS_SP'),
    ('table-holds-the-kernel', 'kernel/arch/m68k/native.h', 'SPACE_SPLIT 1', 'SPACE_SPLIT 0'),
    ('devices-are-transparent', M68K_TRAP,
     '        movec   %d0, %dtt1              /* devices are in the tables, too */\n', ''),
    ('read-only-is-writable', 'kernel/arch/m68k/native.h',
     '(write ? PTE_MODIFIED : PTE_READ_ONLY)', '(write ? PTE_MODIFIED : 0)'),
    ('window-before-stop', M68K_TRAP, '        stop    #SR_SUPERVISOR\n',
     '        move.w  #SR_SUPERVISOR, %sr\n        nop\n        stop    #SR_SUPERVISOR\n'),
    ('higher-interrupts-come', M68K_TRAP, 'trap_entry:\n        move.w  #SR_OFF, %sr\n',
     'trap_entry:\n'),
    ('flags-cleared', M68K_TRAP, 'and.w   #0xff, %d0', 'clr.w   %d0'),
    ('stack-pointer-stays', M68K_TRAP, '        move.l  %a1, %usp\n        clr.w   -(%sp)\n'
     '        move.l  REGS_PC', '        clr.w   -(%sp)\n        move.l  REGS_PC'),
    ('lost-register', M68K_TRAP, 'movem.l REGS_D0(%a0), %d0-%d7/%a0-%a6',
     'movem.l REGS_D0(%a0), %d0-%d6/%a0-%a6'),
    ('not-in-a-process', M68K_TRAP, '        move.l  %d0, in_process\n', ''),
    ('always-in-a-process', M68K_TRAP, '        clr.l   in_process\n', ''),
    ('alarm-not-acknowledged', 'kernel/machine/virt-m68k/board.c',
     '    *device(RTC + RTC_CLEAR) = 1;\n', ''),
]
A64_TRAP, A64_CPU = 'kernel/arch/aarch64/trap.S', 'kernel/arch/aarch64/cpu.c'
A64_BOARD, A64_NATIVE = 'kernel/machine/virt-aarch64/board.c', 'kernel/arch/aarch64/native.h'
AARCH64 = [
    ('thread-pointer-trusted', A64_TRAP, '        msr     tpidr_el0, x0\n        ldp     x0, x1',
     '        ldp     x0, x1'),
    ('stack-pointer-not-saved', A64_TRAP,
     '        str     x3, [x2, #REGS_SP]\n        save_state x2\n', '        save_state x2\n'),
    ('trap-stack-leaks', A64_TRAP, '        add     sp, sp, #32\n', ''),
    ('on-the-fault-stack', A64_TRAP, '        msr     spsel, #0\n        mov     x29, #0',
     '        mov     x29, #0'),
    ('lost-register', A64_TRAP, '        pairs   ldp, x0, 2, 29', '        pairs   ldp, x0, 4, 29'),
    ('flags-lost', A64_TRAP, '        msr     spsr_el1, x3\n', ''),
    ('fault-address-not-saved', A64_TRAP, '        mrs     x1, far_el1\n', ''),
    ('trap-stack-not-told', A64_TRAP, '        bl      arch_trap_stack\n', ''),
    ('no-floating-point', 'kernel/arch/aarch64/start.S', '        msr     cpacr_el1, x1\n', ''),
    ('fault-stack-of-another', A64_CPU, 'fault_stacks[p->index] + ', 'fault_stacks[0] + '),
    ('area-of-another', A64_CPU, '&areas[p->index];', '&areas[0];'),
    ('no-pan', A64_CPU, 'if (!(sys_read("id_aa64mmfr1_el1") >> PAN_AT & PAN_MASK))', ''),
    ('interrupt-not-ended', A64_BOARD, '    gic_end(interrupt);\n', '    gic_end(NUMBER);\n'),
    ('timer-is-not-turned-on', A64_BOARD, '    sys_write("cntv_ctl_el0", TIMER_ON);\n', ''),
    ('kick-is-not-answered', A64_BOARD, 'case INTERRUPT_KICK: processor_kicked(); break;',
     'case INTERRUPT_KICK: break;'),
    ('processors-stay-off', A64_BOARD, '0xc4000003', '0xc4000001'),
    ('processor-with-old-record', A64_BOARD, '(uintptr_t)s - KERNEL_BASE);',
     '(uintptr_t)starts - KERNEL_BASE);'),
    ('own-page-table-stays', A64_NATIVE, '    sys_write("ttbr0_el1", root);\n', ''),
    ('translations-stay', A64_NATIVE, '"tlbi aside1, xzr\\n\\tdsb nsh\\n\\tisb"', '"isb"'),
    ('data-is-code', A64_NATIVE, 'exec && user ? 0 : PTE_NO_USER', 'user ? 0 : PTE_NO_USER'),
    ('window-before-wfi', A64_NATIVE, '    __asm__ volatile("dsb sy\\n\\twfi" ::: "memory");\n'
     '    irq_enable();',
     '    irq_enable();\n    __asm__ volatile("dsb sy\\n\\twfi" ::: "memory");'),
]
MUTANTS = [
    ('flag-not-restored', 'kernel/spin.c', 'if (--p->irq_depth == 0 && p->irq_was_on)',
     'if (--p->irq_depth == 0 && 0)'),
    ('flag-always-on', 'kernel/spin.c', 'if (--p->irq_depth == 0 && p->irq_was_on)',
     'if (--p->irq_depth == 0)'),
    ('yield-with-interrupts-off', 'kernel/proc/call.c', '    irq_enable();\n    return p;',
     '    return p;'),
    ('no-timer-yield', 'kernel/proc/call.c', 'if (machine_now() >= this_processor->slice_end)',
     'if (0)'),
    ('exit-wakes-nobody', 'kernel/proc/process.c', '        faden_sem_post(&parent->ended);\n', ''),
    ('own-page-table-freed', 'kernel/proc/process.c',
     '    space_load(physical(kernel_space));\n    irq_pop();\n    memory_delete(space);',
     '    irq_pop();\n    memory_delete(space);\n    page_zeroed();'),
    ('address-space-stays', 'kernel/proc/switch.c',
     '    space_load(physical(kernel_space));\n    this_processor->process = NULL;',
     '    this_processor->process = NULL;'),
    ('process-stays', 'kernel/proc/switch.c', '    this_processor->process = NULL;\n', ''),
    ('fp-not-saved', 'kernel/proc/switch.c', '        arch_fp_save(&p->fp);\n', '        ;\n'),
    ('trap-stack-stays', 'kernel/proc/switch.c', '        arch_trap_stack(p->trap_top);\n',
     '        ;\n'),
    ('killed-goes-on', 'kernel/proc/call.c', 'if (load_acquire(&p->killed))', 'if (0)'),
    ('close-wakes-one', 'kernel/proc/file.c', 'faden_cond_broadcast(end', 'faden_cond_signal(end'),
    ('wake-between-look-and-idle', 'kernel/platform.c', '    p->asleep_since = machine_now();\n',
     '    p->asleep_since = machine_now();\n'
     '    while (machine_now() < p->asleep_since + 50 * FADEN_USEC)\n        ;\n'
     '    store_seq_cst(&p->kicked, 0);\n'),
    ('kick-without-interrupt', 'kernel/platform.c', 'if (p != this_processor)', 'if (0)'),
    ('fork-shares-memory', 'kernel/proc/memory.c', 'if (is_image(from))', 'if (1)'),
    ('user-writes-code', 'kernel/proc/image.c', 's->flags & EXECUTE ? SPACE_EXEC : 0',
     'SPACE_EXEC | SPACE_WRITE'),
    ('kernel-is-reachable', 'kernel/proc/memory.c',
     'at >= USER_BEGIN && at < USER_END ? space_entry(space, at) : NULL;\n'
     '    if (!e || !pte_present(*e) || !pte_user(*e) ||',
     'space_entry(space, at);\n    if (!e || !pte_present(*e) ||'),
    ('read-only-is-written', 'kernel/proc/memory.c', ' || (write && !pte_writable(*e))', ''),
    ('heap-not-cleared', 'kernel/proc/memory.c', '? page_zeroed() : NULL',
     '? pages_alloc(0) : NULL'),
    ('no-guard', 'kernel/stacks.c', '    unmap((uintptr_t)low, (uintptr_t)low + size);\n',
     '    map_fresh((uintptr_t)low);\n'),
    ('buddies-not-joined', 'kernel/page.c', 'order_of[buddy] != FREE + order', '1'),
    ('no-page-is-protected', 'kernel/space.c', 'access & SPACE_WRITE, access & SPACE_EXEC,',
     'true, true,'),
    ('slice-without-a-timer', 'kernel/proc/process.c',
     '    processor_timer_until(this_processor, this_processor->slice_end);\n'
     '    CHECK', '    CHECK'),
    ('zombie-keeps-its-memory', 'kernel/proc/process.c', '    memory_delete(space);\n}', '}'),
    ('fork-in-half', 'kernel/proc/process.c', '    if (!err)\n        err = begin(p, child);',
     '    err = begin(p, child);'),
    ('still-running-when-ready', 'src/sched/sched.c',
     '    set_state(self, FADEN_TASK_READY);\n', ''),
    ('wake-on-the-wrong-cpu', 'src/sched/park.h', 'load_relaxed(&w->home) == cpu && cpu',
     'w->task && cpu'),
]
# The rules of the seed course's scheduler, where the core has them: who gives up the processor
# holds one lock and is not RUNNING any more, a wake is not lost and wakes all, nobody starves.
RULES = [
    ('yield-without-the-lock', 'src/sched/park.h',
     '    waitlist_join(list, me);\n    result = park(cpu, me->wait, lock);',
     '    waitlist_join(list, me);\n    lock_release(cpu, lock);\n'
     '    result = park(cpu, me->wait, lock);'),
    ('yield-with-a-second-lock', 'src/sched/park.h',
     '    waitlist_join(list, me);\n    result = park(cpu, me->wait, lock);',
     '    uint32_t second = 0;\n    waitlist_join(list, me);\n    lock_acquire(cpu, &second);\n'
     '    result = park(cpu, me->wait, lock);'),
    ('park-while-running', 'src/sched/sched.c', '    set_state(self, FADEN_TASK_PARKED);\n', ''),
    ('section-with-interrupts-on', 'kernel/spin.c',
     '    bool on = irq_enabled();\n    irq_disable();\n', '    bool on = irq_enabled();\n'),
    ('wake-only-the-first', 'src/sync/waiters.h', '    while ((w = waitlist_take(list))) {',
     '    if ((w = waitlist_take(list))) {'),
    ('own-stack-freed', 'src/sched/sched.c',
     '    cpu->depth++; /* finish_switch lowers it */\n'
     '    return hand_over(cpu, &nobody, next_task(cpu), true);',
     '    stack_put(&cpu->stacks, cpu->dead_stack);\n    cpu->dead_stack = NULL;\n'
     '    return hand_over(cpu, &nobody, next_task(cpu), false);'),
    ('newest-ready-first', 'src/sched/queue.h',
     '    t->next = NULL;\n    if (q->first)\n        q->last->next = t;\n    else\n'
     '        q->first = t;\n    q->last = t;\n    q->count++;',
     '    t->next = q->first;\n    if (!q->first)\n        q->last = t;\n    q->first = t;\n'
     '    q->count++;'),
    ('new-ones-always-first', 'src/sched/turn.h', '        if (cpu->quota == 0) {',
     '        if (0) {'),
    ('one-task-on-two-cpus', 'src/sched/deque.h',
     '    return cas_seq_cst(&d->top, &t, t + 1) ? task : NULL;', '    return task;'),
    ('made-ready-twice', 'src/sched/sched.h', '    queue_push(&cpu->ready, t);',
     '    queue_push(&cpu->ready, t);\n    queue_push(&cpu->ready, t);'),
    ('wake-between-check-and-sleep', 'src/sync/cond.c',
     '    waitlist_join(&c->waiters, &me);\n    faden_mutex_unlock(m);',
     '    lock_release(cpu, &c->lock);\n    faden_mutex_unlock(m);\n    faden_yield();\n'
     '    lock_acquire(cpu, &c->lock);\n    waitlist_join(&c->waiters, &me);'),
    ('inbox-without-a-kick', 'src/sched/inbox.c',
     '    if (!first && load_seq_cst(&cpu->sleeping))\n', '    if (0)\n'),
]

# On m68k and aarch64 only what is their own: some of the general ones need two processors to be
# noticed, and the code of all is the same.
MACHINES = {'pc': RULES + MUTANTS + X86_64, 'pc-i386': RULES + MUTANTS + I386, 'virt-m68k': M68K,
            'virt-aarch64': AARCH64}
ONE_PROCESSOR = ('virt-m68k',)
EXECUTES_ALL = ('virt-m68k',)
