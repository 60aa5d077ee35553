/* SPDX-License-Identifier: MIT */
/*
 * Whose code lies where. What may be preempted is the *allow list*: the text of the program itself
 * and of objects that it allowed, without the text of this library, which may be linked into it.
 *
 * A few functions of others count as the program's (preempt_known.c).
 *
 * The map is made by a thread and read in signal handlers: a new one is published as a whole, and
 * old ones stay, since some handler may be reading them. Objects come and go seldom.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "platform/linux/preempt.h"

#include <faden/task.h>

#include "interrupted.h"

#include "base/atomic.h"

struct range {
    uintptr_t from, to;
    enum text_kind kind;
};

struct map {
    struct map *older;
    size_t n;
    struct range range[]; /* by address */
};

enum { ALLOWED_MAX = 64, KNOWN_MAX = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct map *map; /* published */
static uint64_t adds, subs;
static bool is_static;     /* the program has no interpreter: libc is in its text */
static uintptr_t restorer; /* of signal handlers */

/* What the program allowed. Entries are written before the count. */
static const void *allowed_object[ALLOWED_MAX];
static struct range allowed_range[ALLOWED_MAX], known[KNOWN_MAX];
static uint32_t objects, ranges, knowns;

/* The build puts the text of this library into sections of these names. */
extern const char __start_faden_text[] __attribute__((weak, visibility("hidden")));
extern const char __stop_faden_text[] __attribute__((weak, visibility("hidden")));
extern const char __start_faden_floor[] __attribute__((weak, visibility("hidden")));
extern const char __stop_faden_floor[] __attribute__((weak, visibility("hidden")));

/* ---- looking up --------------------------------------------------------------------------- */

static bool within(const struct range *r, uint32_t n, uintptr_t address)
{
    for (uint32_t i = 0; i < n; i++)
        if (address - r[i].from < r[i].to - r[i].from)
            return true;
    return false;
}

static const struct range *find(const struct map *m, uintptr_t address)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (address < m->range[mid].from)
            high = mid;
        else if (address >= m->range[mid].to)
            low = mid + 1;
        else
            return &m->range[mid];
    }
    return NULL;
}

static bool is_own(uintptr_t address)
{
    uintptr_t from = (uintptr_t)__start_faden_text;
    return address - from < (uintptr_t)__stop_faden_text - from;
}

static bool is_floor(uintptr_t address)
{
    uintptr_t from = (uintptr_t)__start_faden_floor;
    return address - from < (uintptr_t)__stop_faden_floor - from;
}

static enum text_kind kind_in(const struct range *r, uintptr_t address)
{
    if (is_floor(address))
        return TEXT_FLOOR;
    if (is_own(address))
        return TEXT_FOREIGN;
    if (within(allowed_range, load_acquire(&ranges), address))
        return TEXT_ALLOWED;
    if (!r)
        return TEXT_NONE;
    if (r->kind == TEXT_FOREIGN && within(known, load_acquire(&knowns), address))
        return TEXT_ALLOWED;
    return r->kind;
}

enum text_kind text_kind_of(uintptr_t address)
{
    return kind_in(find(load_acquire(&map), address), address);
}

/*
 * Can a call return to `pc`? Its object may have been unloaded since the map was made: the kernel
 * reads what stands in front of it, and says so if there is nothing. A gone object has no function
 * that is active, but something else may lie there now; who tries again looks into a new map.
 */
static bool may_return_to(uintptr_t pc)
{
    enum { BEFORE = 8 };
    static uint32_t refused; /* in a sandbox, or an emulator */
    _Alignas(16) char copy[2 * BEFORE + 8];
    char *end = copy + 2 * BEFORE + pc % 4; /* aligned as pc is, for arch_after_call */
    struct iovec to = {end - BEFORE, BEFORE}, from = {(char *)pc - BEFORE, BEFORE};
    long n;
    if (load_relaxed(&refused))
        return arch_after_call(pc);
    n = syscall(SYS_process_vm_readv, getpid(), &to, 1UL, &from, 1UL, 0UL);
    if (n == BEFORE)
        return arch_after_call((uintptr_t)end);
    if (n >= 0 || errno == EFAULT)
        return true;
    store_relaxed(&refused, 1);
    return arch_after_call(pc);
}

enum text_kind text_kind_of_word(uintptr_t word)
{
    const struct range *r;
    enum text_kind kind;
    word = arch_plain(word);
    if (word == load_relaxed(&restorer))
        return TEXT_TRAP;
    r = find(load_acquire(&map), word);
    kind = kind_in(r, word);
    if ((kind == TEXT_FOREIGN || kind == TEXT_FLOOR) && word - r->from >= 8 && !may_return_to(word))
        return TEXT_NONE;
    return kind;
}

/* ---- making the map ----------------------------------------------------------------------- */

struct making {
    struct map *m;
    size_t room;
    bool first; /* the first object is the program */
    bool same;  /* nothing has changed */
    bool force;
};

static bool contains(const struct dl_phdr_info *o, uintptr_t address)
{
    for (int i = 0; i < o->dlpi_phnum; i++)
        if (o->dlpi_phdr[i].p_type == PT_LOAD &&
            address - (o->dlpi_addr + o->dlpi_phdr[i].p_vaddr) < o->dlpi_phdr[i].p_memsz)
            return true;
    return false;
}

static enum text_kind kind_of_object(const struct dl_phdr_info *o, bool program)
{
    unsigned long vdso = getauxval(AT_SYSINFO_EHDR);
    if (vdso && contains(o, vdso))
        return TEXT_TRAP;
    if (program && !is_static)
        return TEXT_ALLOWED;
    for (uint32_t i = 0; i < objects; i++)
        if (contains(o, (uintptr_t)allowed_object[i]))
            return TEXT_ALLOWED;
    return TEXT_FOREIGN;
}

static bool has_interpreter(const struct dl_phdr_info *o)
{
    for (int i = 0; i < o->dlpi_phnum; i++)
        if (o->dlpi_phdr[i].p_type == PT_INTERP)
            return true;
    return false;
}

/* Put it where it belongs by address. */
static void insert(struct map *m, struct range r)
{
    size_t i = m->n++;
    for (; i > 0 && m->range[i - 1].from > r.from; i--)
        m->range[i] = m->range[i - 1];
    m->range[i] = r;
}

static int count_object(struct dl_phdr_info *o, size_t size, void *arg)
{
    struct making *k = arg;
    (void)size;
    if (k->first) {
        k->first = false;
        is_static = !has_interpreter(o);
        k->same = !k->force && o->dlpi_adds == adds && o->dlpi_subs == subs;
        adds = o->dlpi_adds;
        subs = o->dlpi_subs;
    }
    k->room += o->dlpi_phnum;
    return k->same;
}

static int add_object(struct dl_phdr_info *o, size_t size, void *arg)
{
    struct making *k = arg;
    enum text_kind kind = kind_of_object(o, k->first);
    (void)size;
    k->first = false;
    for (int i = 0; i < o->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &o->dlpi_phdr[i];
        uintptr_t from = o->dlpi_addr + p->p_vaddr;
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
            continue;
        if (k->m->n == k->room)
            return 1;
        insert(k->m, (struct range){from, from + p->p_memsz, kind});
    }
    return 0;
}

/* The lock is held. */
static int make_map(bool force)
{
    struct making k = {.first = true, .force = force || !map};
    dl_iterate_phdr(count_object, &k);
    if (k.same)
        return 0;
    k.room += 16; /* others load objects meanwhile: those are met the next time */
    k.m = malloc(sizeof *k.m + k.room * sizeof k.m->range[0]);
    if (!k.m)
        return -ENOMEM;
    k.m->n = 0;
    k.m->older = map;
    k.first = true;
    dl_iterate_phdr(add_object, &k);
    store_release(&map, k.m);
    return 0;
}

/* ---- from outside ------------------------------------------------------------------------- */

void text_lock(void)
{
    pthread_mutex_lock(&lock);
}

void text_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

int text_refresh(void)
{
    int err;
    pthread_mutex_lock(&lock);
    err = make_map(false);
    pthread_mutex_unlock(&lock);
    return err;
}

int faden_preempt_allow(const void *address)
{
    int err = 0;
    pthread_mutex_lock(&lock);
    if (objects == ALLOWED_MAX)
        err = -ENOMEM;
    else
        allowed_object[objects++] = address;
    if (!err)
        err = make_map(true);
    pthread_mutex_unlock(&lock);
    return err;
}

int faden_preempt_allow_range(const void *from, const void *to)
{
    int err = 0;
    if ((uintptr_t)from >= (uintptr_t)to)
        return -EINVAL;
    pthread_mutex_lock(&lock);
    if (ranges == ALLOWED_MAX) {
        err = -ENOMEM;
    } else {
        allowed_range[ranges] = (struct range){(uintptr_t)from, (uintptr_t)to, TEXT_ALLOWED};
        store_release(&ranges, ranges + 1);
    }
    pthread_mutex_unlock(&lock);
    return err;
}

/* Sanitizers hold locks of their own in code that they may have linked into the program. */
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

static bool is_allowed(void (*f)(void))
{
    return f && text_kind_of((uintptr_t)f) == TEXT_ALLOWED;
}

static void take_known(uintptr_t from, uintptr_t to)
{
    if (knowns == KNOWN_MAX)
        return;
    known[knowns] = (struct range){from, to, TEXT_ALLOWED};
    store_release(&knowns, knowns + 1);
}

int text_check(const char **why)
{
    static bool looked;
    int err = text_refresh();
    if (err < 0)
        return err;
    pthread_mutex_lock(&lock);
    if (!is_static && !looked)
        text_known(take_known);
    looked = true;
    pthread_mutex_unlock(&lock);
    if (is_static && !load_acquire(&ranges))
        *why = "libc is linked into the program, and faden_preempt_allow_range was not called";
    else if (is_allowed(faden__preempted_yield))
        *why = "this libfaden.a does not tell its code from the program's";
    else if (is_allowed(__asan_init) || is_allowed(__tsan_init))
        *why = "the sanitizer is linked into the program; -shared-libsan helps";
    else
        return 0;
    return -ENOTSUP;
}

void text_set_restorer(uintptr_t address)
{
    store_relaxed(&restorer, address);
}
