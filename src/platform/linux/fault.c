/* SPDX-License-Identifier: MIT */
/*
 * Invariants
 *  1. `before` is what was installed when we came; it is written before our handler is installed.
 *  2. The kernel does for the handler before us what it did when it was installed: our flags and
 *     mask are its own, plus SA_SIGINFO and SA_ONSTACK. So it runs as if we were not there, but for
 *     the alternate stack.
 *  3. After a report of ours the default action is in place and the instruction runs again: it
 *     faults, and the process dies there, with the core showing that place.
 */
#define _GNU_SOURCE
#include "platform/linux/fault.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/atomic.h"
#include "stack/stack.h"

enum { SEGV, BUS, SIGNALS };
static const int signals[SIGNALS] = {SIGSEGV, SIGBUS};
static struct sigaction before[SIGNALS];
static uint32_t handed_over[SIGNALS]; /* SA_RESETHAND of the one before us has come true */

static void set_default(int sig)
{
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    sigaction(sig, &dfl, NULL);
}

/* The kernel raised it at an instruction, which will raise it again; else somebody sent it. */
static bool is_synchronous(const siginfo_t *info)
{
    return info->si_code > 0;
}

/* As if there were no handler: die, here and with this signal. */
static void default_action(int sig, siginfo_t *info)
{
    set_default(sig);
    if (!is_synchronous(info)) /* blocked until the handler returns */
        syscall(SYS_rt_tgsigqueueinfo, getpid(), (pid_t)syscall(SYS_gettid), sig, info);
}

static void pass_on(int which, siginfo_t *info, void *context)
{
    struct sigaction *b = &before[which];
    int sig = signals[which];
    bool reset = (b->sa_flags & (int)SA_RESETHAND) && exchange_acq_rel(&handed_over[which], 1);
    if (b->sa_handler == SIG_DFL || reset)
        default_action(sig, info);
    else if (b->sa_flags & SA_SIGINFO)
        b->sa_sigaction(sig, info, context);
    else if (b->sa_handler != SIG_IGN)
        b->sa_handler(sig);
    else if (is_synchronous(info)) /* the kernel does not let these be ignored */
        default_action(sig, info);
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    int saved = errno;
    if (is_synchronous(info) && stack_fault_report(info->si_addr))
        set_default(sig);
    else
        pass_on(sig == SIGSEGV ? SEGV : BUS, info, context);
    errno = saved;
}

static int watch_thread(void);

void fault_init(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    stack_watch_thread = watch_thread;
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &before[i]);
        struct sigaction act = {
            .sa_sigaction = on_fault,
            .sa_flags = SA_SIGINFO | SA_ONSTACK
                        | (before[i].sa_flags & (int)(SA_RESTART | SA_NODEFER)),
            .sa_mask = before[i].sa_mask,
        };
        sigaction(signals[i], &act, NULL);
    }
}

/* ---- alternate stacks ------------------------------------------------------------------- */

enum { HANDLER_ROOM = 64 << 10 }; /* beyond the kernel's frame: the handler before us may want it */

/* Of this thread. */
static _Thread_local struct {
    char *map; /* NULL: it has none of ours */
    uint32_t users;
    bool watched; /* one user is the thread itself, until it ends */
} alternate;

static pthread_key_t key; /* its destructor ends the alternate stack with the thread */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static int key_error;

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* The register state that a signal frame holds has no fixed size (AVX-512, AMX, SVE). */
static size_t alternate_size(void)
{
#ifdef _SC_MINSIGSTKSZ
    long frame = sysconf(_SC_MINSIGSTKSZ);
#else /* musl: what the kernel says, if it does */
    long frame = (long)getauxval(AT_MINSIGSTKSZ);
    if (frame < MINSIGSTKSZ)
        frame = MINSIGSTKSZ;
#endif
    long page = (long)page_size();
    size_t size = (size_t)(frame > 0 ? frame : 0) + HANDLER_ROOM;
    return (size + (size_t)page - 1) & -(size_t)page;
}

static void alternate_free(void *map)
{
    stack_t now;
    size_t page = page_size();
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == (char *)map + page) {
        stack_t off = {.ss_flags = SS_DISABLE};
        sigaltstack(&off, NULL);
    }
    munmap(map, page + alternate_size());
    alternate.map = NULL;
    alternate.users = 0;
    alternate.watched = false;
}

static void key_make(void)
{
    key_error = pthread_key_create(&key, alternate_free);
}

/* A guard page below it: who overflows this one too dies without a report. */
static int alternate_new(void)
{
    size_t page = page_size(), size = alternate_size();
    pthread_once(&key_once, key_make);
    if (key_error)
        return -ENOMEM;
    char *map = mmap(NULL, page + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (map == MAP_FAILED)
        return -ENOMEM;
    stack_t mine = {.ss_sp = map + page, .ss_size = size};
    if (mprotect(map + page, size, PROT_READ | PROT_WRITE) < 0 || pthread_setspecific(key, map)
        || sigaltstack(&mine, NULL) < 0) {
        pthread_setspecific(key, NULL);
        munmap(map, page + size);
        return -ENOMEM;
    }
    alternate.map = map;
    return 0;
}

int fault_thread_init(void)
{
    stack_t now;
    int saved = errno, err = 0;
    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
        err = alternate_new();
    if (!err)
        alternate.users++;
    errno = saved;
    return err;
}

void fault_thread_exit(void)
{
    int saved = errno;
    if (--alternate.users == 0 && alternate.map) {
        pthread_setspecific(key, NULL);
        alternate_free(alternate.map);
    }
    errno = saved;
}

/* A plain thread uses coroutines. */
static int watch_thread(void)
{
    if (likely(alternate.watched))
        return 0;
    int err = fault_thread_init();
    alternate.watched = !err;
    return err;
}
