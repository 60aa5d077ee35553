/* SPDX-License-Identifier: MIT */
/*
 * Who ends without unlocking leaves an owner behind. It is not taken for the next task or thread
 * that gets the same record, and who waits for it is told who it was.
 */
#include "test.h"

static faden_mutex m;
static faden_rwlock l;
static faden_once o;

static void *hold_mutex(void *arg)
{
    faden_mutex_lock(&m);
    return arg;
}

static void *hold_rwlock(void *arg)
{
    faden_rwlock_wrlock(&l);
    return arg;
}

static void *lock_mutex(void *arg)
{
    faden_mutex_lock(&m);
    return arg;
}

static void *unlock_mutex(void *arg)
{
    faden_mutex_unlock(&m);
    return arg;
}

static void spawn_named(faden_task **t, void *(*fn)(void *), const char *name)
{
    EQ(faden_spawn(t, fn, NULL, &(faden_task_attr){.name = name}), 0);
}

static void join_named(void *(*fn)(void *), const char *name)
{
    faden_task *t;
    spawn_named(&t, fn, name);
    join(t);
}

static int lock_later(void *arg)
{
    (void)arg;
    join_named(hold_mutex, "the forgetful");
    faden_mutex_lock(&m);
    return 0;
}

/* Nobody joined it; the scope it was in is closed. */
static int lock_after_scope(void *arg)
{
    faden_scope scope;
    EQ(faden_scope_open(&scope), 0);
    EQ(faden_scope_spawn(&scope, (faden_task *[]){NULL}, hold_mutex, arg,
                         &(faden_task_attr){.name = "the forgetful"}),
       0);
    EQ(faden_scope_close(&scope), 0);
    faden_mutex_lock(&m);
    return 0;
}

/* The next task has the same record, and is not the owner. */
static int same_record(void *arg)
{
    faden_task *first, *next;
    (void)arg;
    spawn_named(&first, hold_mutex, "the forgetful");
    join(first);
    spawn_named(&next, unlock_mutex, "the next");
    EXPECT(first == next);
    join(next);
    return 0;
}

static int same_record_locks(void *arg)
{
    faden_task *first, *next;
    (void)arg;
    spawn_named(&first, hold_mutex, "the forgetful");
    join(first);
    spawn_named(&next, lock_mutex, "the next");
    EXPECT(first == next);
    join(next);
    return 0;
}

static int done_not_joined(void *arg)
{
    faden_task *t;
    (void)arg;
    spawn_named(&t, hold_mutex, "the forgetful");
    settle();
    faden_mutex_lock(&m);
    return 0;
}

static int waits_already(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    spawn(lock_mutex, NULL);
    settle();
    return 0; /* main is the forgetful one */
}

static int write_later(void *arg)
{
    (void)arg;
    join_named(hold_rwlock, "the forgetful");
    faden_rwlock_wrlock(&l);
    return 0;
}

static int read_later(void *arg)
{
    (void)arg;
    join_named(hold_rwlock, "the forgetful");
    faden_rwlock_rdlock(&l);
    return 0;
}

static int held_by_thread(void *arg)
{
    thread_end(thread(hold_mutex, arg));
    EQ(faden_mutex_try_lock(&m), -EBUSY);
    thread_end(thread(unlock_mutex, arg)); /* the same memory, but another thread */
    return 0;
}

static int main_again(void *arg)
{
    (void)arg;
    faden_mutex_unlock(&m);
    return 0;
}

static int only_lock(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    return 0;
}

/* The main task of the next run has the same id, and mostly the same record. */
static void next_run(void *arg)
{
    in_a_run((void *)(int (*)(void *))only_lock);
    in_a_run(arg);
}

static void expect_death(void (*fn)(void *), void *arg, const char *text)
{
    static char said[65536];
    int status = child(fn, arg, said, sizeof said);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(said, text)) {
        fprintf(stderr, "status %#x; '%s' is not in: %s\n", (unsigned)status, text, said);
        _exit(1);
    }
}

static int recursive(void *arg)
{
    return faden_once_call(&o, recursive, arg);
}

static int calls_itself(void *arg)
{
    return recursive(arg);
}

int main(void)
{
    limit_seconds(60);
    expect_panic(lock_later, "faden: faden_mutex_lock: the mutex at ");
    expect_panic(lock_later, " is held by a task that has ended ('the forgetful', spawned at ");
    expect_panic(lock_after_scope,
                 " is held by a task that has ended ('the forgetful', spawned at ");
    expect_panic(same_record, "faden_mutex_unlock: the caller does not hold the mutex at ");
    expect_panic(same_record_locks, " is held by a task that has ended\n");
    expect_panic(done_not_joined, ", held by a task that has ended ('the forgetful', spawned at ");
    expect_panic(done_not_joined, "faden: deadlock: ");
    expect_panic(waits_already, ", held by a task that has ended ('main', spawned at faden_run)");
    expect_panic(write_later, "faden: faden_rwlock_wrlock: the rwlock at ");
    expect_panic(write_later, " is held by a task that has ended ('the forgetful', spawned at ");
    expect_panic(read_later, "faden: faden_rwlock_rdlock: the rwlock at ");
    expect_panic(held_by_thread, "faden_mutex_unlock: the caller does not hold the mutex at ");
    expect_panic(calls_itself, "faden: faden_once_call: called within its own function, at ");
    expect_death(next_run, (void *)main_again, "the caller does not hold the mutex at ");
    return 0;
}
