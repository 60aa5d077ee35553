/* SPDX-License-Identifier: MIT */
/* Kernel threads become cpus: where their errno and their C++ exception state lie. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <faden/context.h>

#include "context/hooks.h"
#include "platform/linux/fault.h"
#include "platform/linux/world.h"

/* In libsupc++ or libc++abi, if the program has either. */
extern struct eh_globals *__cxa_get_globals(void) __attribute__((weak));

static void stack_bounds(struct platform_cpu *cpu)
{
    pthread_attr_t attr;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return;
    if (pthread_attr_getstack(&attr, &low, &size) == 0) {
        cpu->stack_low = low;
        cpu->stack_high = cpu->stack_low + size;
    }
    pthread_attr_destroy(&attr);
}

/* ThreadSanitizer has a thread of its own, from the second one on. But the child of a process with
   several threads, or fibers, never has it. */
static bool has_no_tsan_thread;

/* The 20th field of /proc/self/stat; the second one, in parentheses, may contain spaces. */
static unsigned threads_of_process(void)
{
    char buf[1024], *p;
    unsigned threads;
    int saved = errno, field, fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);
    if (fd >= 0)
        close(fd);
    errno = saved;
    if (n <= 0)
        return 0;
    buf[n] = '\0';
    p = strrchr(buf, ')');
    for (field = 2; p && field < 20; field++)
        p = strchr(p + 1, ' ');
    if (!p)
        return 0;
    threads = (unsigned)strtoul(p, NULL, 10);
    if (threads > 1 && hooks_see_order() && !has_no_tsan_thread)
        threads--;
    return threads;
}

static unsigned count_threads(void)
{
    unsigned threads = threads_of_process();
    return threads ? threads - preempt_threads() : 0;
}

static bool forks_several;

static void before_fork(void)
{
    forks_several = threads_of_process() != 1 || hooks_have_fibers();
}

static void after_fork_in_child(void)
{
    has_no_tsan_thread = forks_several;
}

/* Before any fork, also one before the first run, and before other parts register (fork.c). */
__attribute__((constructor(101))) static void watch_forks(void)
{
    if (hooks_see_order())
        pthread_atfork(before_fork, NULL, after_fork_in_child);
    fork_prepare();
}

/* A thread that ends while it runs tasks takes them with it, and faden_run would never return. */
static void thread_ends(void *world)
{
    (void)world;
    faden_panic("a thread ended within faden_run: was pthread_exit called in a task?");
}

static pthread_key_t ends_key;
static int ends_error;

static void make_ends_key(void)
{
    ends_error = pthread_key_create(&ends_key, thread_ends);
}

static void watch_end(const struct world *w)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_ends_key);
    if (!ends_error)
        pthread_setspecific(ends_key, w);
}

static int cpu_init(struct platform_cpu *cpu)
{
    static _Thread_local struct eh_globals none;
    struct world *w = malloc(sizeof *w);
    int err, saved = errno;
    if (!w)
        return -ENOMEM;
    err = fault_thread_init();
    if (err < 0) {
        free(w);
        return err;
    }
    err = poller_open(w);
    if (err < 0) {
        fault_thread_exit();
        free(w);
        return err;
    }
    *cpu = (struct platform_cpu){.world = w, .error = &errno, .threads = count_threads};
    cpu->eh = __cxa_get_globals ? __cxa_get_globals() : &none;
    stack_bounds(cpu); /* musl tries pages until one fails, and leaves that in errno */
    preempt_cpu_init(&w->slot);
    watch_end(w);
    errno = saved;
    return 0;
}

static void cpu_exit(struct platform_cpu *cpu)
{
    watch_end(NULL);
    preempt_cpu_exit();
    poller_close(cpu->world);
    fault_thread_exit();
    free(cpu->world);
}

/* ---- several of them --------------------------------------------------------------------- */

/* FADEN_CPUS in the environment stands for the affinity mask. */
unsigned platform_cpus(void)
{
    const char *wish = getenv("FADEN_CPUS");
    unsigned long n = wish ? strtoul(wish, NULL, 10) : 0;
    cpu_set_t mask;
    int saved = errno;
    if (n == 0 && sched_getaffinity(0, sizeof mask, &mask) == 0)
        n = (unsigned long)CPU_COUNT(&mask);
    errno = saved;
    return n > 0 ? (unsigned)n : 1;
}

/* What the threads of one platform_run share. None of them begins before all of them can. */
struct team {
    struct platform_cpu *const *cpus;
    void (*fn)(unsigned index, void *arg);
    void *arg;
    sem_t prepared, begin;
    int error; /* of one that could not become a cpu; atomic */
};

struct member {
    struct team *team;
    unsigned index;
    pthread_t thread;
};

static void await(sem_t *s)
{
    while (sem_wait(s) != 0) /* EINTR */
        ;
}

static void *member_thread(void *arg)
{
    struct member *me = arg;
    struct team *team = me->team;
    struct platform_cpu *cpu = team->cpus[me->index];
    int err = cpu_init(cpu);
    if (err < 0)
        __atomic_store_n(&team->error, err, __ATOMIC_RELAXED);
    sem_post(&team->prepared);
    await(&team->begin);
    if (!__atomic_load_n(&team->error, __ATOMIC_RELAXED))
        team->fn(me->index, team->arg);
    if (err == 0)
        cpu_exit(cpu);
    return NULL;
}

/* Threads for members 1 … n - 1. Gives how many there are; fewer than n - 1 sets the error. */
static unsigned hire(struct team *team, struct member *members, unsigned n)
{
    unsigned i;
    for (i = 1; i < n; i++) {
        int err;
        members[i] = (struct member){.team = team, .index = i};
        err = pthread_create(&members[i].thread, NULL, member_thread, &members[i]);
        if (err != 0) {
            __atomic_store_n(&team->error, -err, __ATOMIC_RELAXED);
            break;
        }
    }
    return i - 1;
}

static int run_team(struct team *team, unsigned n)
{
    struct member *members = malloc(n * sizeof *members);
    unsigned hired, i;
    if (!members)
        return -ENOMEM;
    hired = hire(team, members, n);
    for (i = 0; i < hired; i++)
        await(&team->prepared);
    for (i = 0; i < hired; i++)
        sem_post(&team->begin);
    if (!__atomic_load_n(&team->error, __ATOMIC_RELAXED))
        team->fn(0, team->arg);
    for (i = 1; i <= hired; i++)
        pthread_join(members[i].thread, NULL);
    free(members);
    return team->error;
}

int platform_run(unsigned n, struct platform_cpu *const *cpus,
                 void (*fn)(unsigned index, void *arg), void *arg)
{
    struct team team = {.cpus = cpus, .fn = fn, .arg = arg};
    int err = cpu_init(cpus[0]);
    if (err < 0)
        return err;
    if (n == 1) {
        fn(0, arg);
    } else {
        sem_init(&team.prepared, 0, 0);
        sem_init(&team.begin, 0, 0);
        err = run_team(&team, n);
        sem_destroy(&team.prepared);
        sem_destroy(&team.begin);
    }
    cpu_exit(cpus[0]);
    return err;
}
