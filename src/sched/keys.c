/* SPDX-License-Identifier: MIT */
/*
 * Task-local values. A key is an index into a table of generations: deleting a key makes the values
 * under it stale without visiting the tasks. A task has an array of values, made when it first sets
 * one and as long as its largest key needs.
 */
#include "sched/sched.h"

#include "sched/lock.h"

struct task_value {
    void *value;
    uint32_t generation; /* of the key it was set under; in [0]: see length */
    uint32_t length;     /* in entry 0: how many entries there are */
};

static struct key {
    void (*destroy)(void *);
    uint32_t generation; /* odd: in use */
} keys[FADEN_KEYS_MAX];
static uint32_t lock;

/* With atomics always: a thread may make a key before anything runs, and that alone is no reason to
   expect more of it (lock.h). */
void keys_lock(void)
{
    if (unlikely(exchange_acquire(&lock, 1)))
        faden__lock_contended(&lock);
}

void keys_unlock(void)
{
    store_release(&lock, 0);
}

int faden_key_create(faden_key *key, void (*destroy)(void *value))
{
    int err = -EAGAIN;
    uint32_t i;
    keys_lock();
    for (i = 0; i < FADEN_KEYS_MAX; i++)
        if (keys[i].generation % 2 == 0) {
            keys[i].generation++;
            keys[i].destroy = destroy;
            *key = i;
            err = 0;
            break;
        }
    keys_unlock();
    return err;
}

static bool exists(faden_key key)
{
    return key < FADEN_KEYS_MAX && keys[key].generation % 2;
}

int faden_key_delete(faden_key key)
{
    int err = -EINVAL;
    keys_lock();
    if (exists(key)) {
        keys[key].generation++;
        err = 0;
    }
    keys_unlock();
    return err;
}

static faden_task *caller(const char *call)
{
    faden_task *t = mytask();
    CHECK(t, "%s: called outside of a task", call);
    return t;
}

void *faden_key_get(faden_key key)
{
    const struct task_value *values = caller("faden_key_get")->keys;
    if (!values || !exists(key) || key >= values[0].length ||
        values[key].generation != keys[key].generation)
        return NULL;
    return values[key].value;
}

static int grow(faden_task *t, uint32_t length)
{
    struct task_value *old = t->keys;
    uint32_t old_length = old ? old[0].length : 0;
    struct task_value *values = platform_alloc(length * sizeof *values);
    if (!values)
        return -ENOMEM;
    __builtin_memset(values, 0, length * sizeof *values);
    if (old) {
        __builtin_memcpy(values, old, old_length * sizeof *values);
        platform_free(old, old_length * sizeof *values);
    }
    values[0].length = length;
    t->keys = values;
    return 0;
}

int faden_key_set(faden_key key, void *value)
{
    faden_task *t = caller("faden_key_set");
    if (!exists(key))
        return -EINVAL;
    if (!t->keys || key >= t->keys[0].length) {
        int err = grow(t, key + 1);
        if (err < 0)
            return err;
    }
    t->keys[key].value = value;
    t->keys[key].generation = keys[key].generation;
    return 0;
}

/* The task's function has returned; destructors run in it and may set values again, so there are as
   many rounds as POSIX has at least. */
void keys_destroy(faden_task *t)
{
    enum { ROUNDS = 4 };
    int round;
    for (round = 0; round < ROUNDS; round++) {
        bool called = false;
        uint32_t i;
        for (i = 0; i < t->keys[0].length; i++) {
            struct task_value *v = &t->keys[i];
            void *value = v->value;
            if (!value || v->generation != keys[i].generation || !keys[i].destroy)
                continue;
            v->value = NULL;
            called = true;
            keys[i].destroy(value); /* may grow t->keys */
        }
        if (!called)
            break;
    }
    platform_free(t->keys, t->keys[0].length * sizeof *t->keys);
    t->keys = NULL;
}
