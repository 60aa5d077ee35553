/* SPDX-License-Identifier: MIT */
/* Task-local values: one per task, destroyed in it when it returns, by functions that may wait. */
#include "test.h"

static faden_key key, other, high;
static int destroyed;

static void count(void *value)
{
    destroyed += (int)(intptr_t)value;
}

static void waits_and_sets_again(void *value)
{
    intptr_t n = (intptr_t)value;
    EXPECT(!faden_key_get(key), "the value is there while it is destroyed");
    EQUAL(faden_sleep(FADEN_USEC), 0);
    destroyed++;
    if (n > 1)
        EQUAL(faden_key_set(key, (void *)(n - 1)), 0);
    if (n == 2)
        EQUAL(faden_key_set(high, (void *)100), 0); /* the table grows meanwhile */
}

static void *own_values(void *arg)
{
    EXPECT(!faden_key_get(key) && !faden_key_get(other), "values are inherited");
    EQUAL(faden_key_set(other, arg), 0);
    yield_times(3);
    EXPECT(faden_key_get(other) == arg, "the value is another task's");
    EQUAL(faden_key_set(other, NULL), 0);
    EXPECT(!faden_key_get(other), "NULL was not set");
    EQUAL(faden_key_set(other, arg), 0);
    return NULL;
}

static void *sets_two(void *arg)
{
    EQUAL(faden_key_set(key, (void *)3), 0);
    return NULL;
}

/* Stops after a few rounds, as POSIX does. */
static void for_ever(void *value)
{
    destroyed++;
    EQUAL(faden_key_set(key, value), 0);
}

static void *sets_one(void *arg)
{
    EQUAL(faden_key_set(key, (void *)1), 0);
    return NULL;
}

static void deleted_and_made_again(void)
{
    EQUAL(faden_key_create(&key, count), 0);
    EQUAL(faden_key_set(key, (void *)1000), 0);
    EQUAL(faden_key_delete(key), 0);
    EQUAL(faden_key_delete(key), -EINVAL);
    EQUAL(faden_key_set(key, NULL), -EINVAL);
    EXPECT(!faden_key_get(key), "a deleted key has a value");
    faden_key again;
    EQUAL(faden_key_create(&again, count), 0);
    EQUAL(again, key); /* the same place */
    EXPECT(!faden_key_get(again), "a new key has the old one's value");
    EQUAL(faden_key_delete(again), 0);
    EQUAL(faden_key_set(FADEN_KEYS_MAX, NULL), -EINVAL);
    EXPECT(!faden_key_get(FADEN_KEYS_MAX), "a key that cannot be has a value");
}

static void all_keys(void)
{
    faden_key keys[FADEN_KEYS_MAX], one_more;
    int n = 0;
    while (n < FADEN_KEYS_MAX && faden_key_create(&keys[n], NULL) == 0) {
        EQUAL(faden_key_set(keys[n], &keys[n]), 0);
        n++;
    }
    EQUAL(faden_key_create(&one_more, NULL), -EAGAIN);
    EQUAL(n, FADEN_KEYS_MAX - 2); /* two are in use */
    for (int i = 0; i < n; i++)
        EXPECT(faden_key_get(keys[i]) == &keys[i], "value %d is wrong", i);
    while (n--)
        EQUAL(faden_key_delete(keys[n]), 0);
}

static int all(void *arg)
{
    destroyed = 0;
    EQUAL(faden_key_create(&other, count), 0);
    EQUAL(faden_key_create(&key, waits_and_sets_again), 0);
    EQUAL(faden_key_create(&high, count), 0);
    for (intptr_t i = 1; i <= 10; i++)
        go(own_values, (void *)i);
    yield_times(30);
    EQUAL(destroyed, 55);
    destroyed = 0;
    join(spawn(sets_two, NULL));
    EQUAL(destroyed, 103);
    EQUAL(faden_key_delete(key), 0);
    destroyed = 0;
    EQUAL(faden_key_create(&key, for_ever), 0);
    join(spawn(sets_one, NULL));
    EXPECT(destroyed >= 4 && destroyed < 100, "destroyed %d times", destroyed);
    EQUAL(faden_key_delete(key), 0);
    deleted_and_made_again();
    all_keys();
    EQUAL(faden_key_delete(other), 0);
    EQUAL(faden_key_delete(high), 0);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
