/* SPDX-License-Identifier: MIT */
/* System calls: what user programs and the kernel agree on. */
#ifndef KERNEL_USER_CALLS_H
#define KERNEL_USER_CALLS_H

enum call_number {
    CALL_EXIT = 1, /* (status) */
    CALL_FORK,     /* () -> pid in the parent, 0 in the child */
    CALL_EXEC,     /* (name, argv) */
    CALL_WAIT,     /* (int *status) -> pid */
    CALL_GETPID,
    CALL_KILL,  /* (pid) */
    CALL_SLEEP, /* (milliseconds) */
    CALL_YIELD,
    CALL_SBRK,  /* (bytes) -> where the heap ended before */
    CALL_WRITE, /* (fd, from, n) */
    CALL_READ,  /* (fd, to, n); 0: the end */
    CALL_PIPE,  /* (int fd[2]) */
    CALL_CLOSE, /* (fd) */
    CALL_DUP,   /* (fd) -> the lowest free one */
    CALL_NOW,   /* () -> milliseconds since the boot */
    CALL_INFO,  /* (enum info_kind) */
    CALL_COUNT
};

enum info_kind {
    INFO_FREE_PAGES,
    INFO_PROCESSES,
    INFO_PROCESSORS,
    INFO_PROCESSOR,     /* the one that it runs on */
    INFO_TICKS,         /* how often its time slice was over */
    INFO_OVERLAPS,      /* how often a process began to run while another one did, since the boot */
    INFO_CODE,          /* where the kernel has the code of this call */
    INFO_DATA,          /* and something that it writes */
    INFO_STACK,         /* and the stack that it runs on */
    INFO_ALL_EXECUTABLE /* 1: whatever can be read can be executed */
};

/* What wait gives for one that did not exit by itself. */
enum status { STATUS_FAULT = 256, STATUS_KILLED = 512 };

#define USER_STACK_TOP 0x40000000
#define USER_STACK_MOST (256 * 1024)
#define USER_BEGIN 0x10000

#endif
