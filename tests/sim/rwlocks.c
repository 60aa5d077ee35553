/* SPDX-License-Identifier: MIT */
/* Readers and writers: who may be inside with whom, and who waits for whom. */
#include "scenario.h"

static struct section section;
static int total;

static faden_rwlock rw;

static void *write_once(void *arg)
{
    faden_rwlock_wrlock(&rw);
    be_alone_in(&section);
    total++;
    faden_rwlock_unlock(&rw);
    return arg;
}

static void *read_twice(void *arg)
{
    for (int i = 0; i < 2; i++) {
        faden_rwlock_rdlock(&rw);
        read_in(&section);
        faden_rwlock_unlock(&rw);
    }
    return arg;
}

static int rwlock(void *arg)
{
    faden_task *t[4] = {spawn(write_once, arg), spawn(read_twice, arg), spawn(write_once, arg),
                        spawn(read_twice, arg)};
    for (int i = 0; i < 4; i++)
        join(t[i]);
    SAME(total, 2);
    faden_rwlock_destroy(&rw);
    return 0;
}

/* Two readers that take turns, so that one of them is always inside, until the writer was. */
static uint32_t wrote;

static void *read_until_written(void *arg)
{
    (void)arg;
    while (!wrote) {
        faden_rwlock_rdlock(&rw);
        read_in(&section);
        faden_yield();
        faden_rwlock_unlock(&rw);
    }
    return NULL;
}

static void *write_and_say_so(void *arg)
{
    write_once(arg);
    wrote = 1;
    return arg;
}

/* Who comes to read while a writer waits, waits too. */
static int rwlock_order(void *arg)
{
    faden_task *t[3];
    faden_rwlock_rdlock(&rw);
    t[0] = spawn(write_and_say_so, arg);
    while (faden_rwlock_try_rdlock(&rw) == 0) { /* until the writer waits */
        faden_rwlock_unlock(&rw);
        faden_yield();
    }
    for (int i = 1; i < 3; i++)
        t[i] = spawn(read_until_written, arg);
    faden_yield();
    SAME(total, 0);
    SAME(faden_rwlock_try_rdlock(&rw), -EBUSY);
    faden_rwlock_unlock(&rw);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    SAME(total, 1);
    return 0;
}

static const struct scenario all[] = {
    {"rwlock", rwlock},
    {"rwlock-order", rwlock_order},
};

int main(int argc, char **argv)
{
    return EXPLORE(all, argc, argv);
}
