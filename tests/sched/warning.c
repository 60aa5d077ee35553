/* SPDX-License-Identifier: MIT */
/*
 * Where plain threads have used faden objects, a run in which nothing goes on for ten seconds says
 * so once and waits on: one of them may still come.
 */
#include "test.h"

static faden_sem sem;

static void *thread(void *arg)
{
    faden_sem_post(&sem);
    sleep(6);
    faden_sem_post(&sem);
    sleep(6);
    fputs("still quiet\n", stderr); /* it has gone on meanwhile */
    faden_sem_post(&sem);
    sleep(12);
    faden_sem_post(&sem);
    return NULL;
}

static int waits(void *arg)
{
    while (!faden_sem_value(&sem))
        faden_yield();
    for (int i = 0; i < 4; i++)
        EQUAL(faden_sem_wait(&sem), 0);
    return 0;
}

static void idles(void *arg)
{
    pthread_t t;
    struct rusage u;
    limit_seconds(45);
    EQUAL(pthread_create(&t, NULL, thread, NULL), 0);
    run(waits, NULL);
    pthread_join(t, NULL);
    getrusage(RUSAGE_SELF, &u);
    EXPECT(u.ru_utime.tv_sec + u.ru_stime.tv_sec < 2 * patience(), "it did not sleep");
}

int main(void)
{
    static struct outcome o;
    limit_seconds(50);
    run_child(&o, idles, NULL);
    expect_exit(&o, 0);
    expect_text(&o, "idle for 10 s");
    EXPECT(!strncmp(o.text, "still quiet", 11), "it says so too early: %s", o.text);
    EXPECT(!strstr(strstr(o.text, "idle for") + 1, "idle for"), "it says so twice: %s", o.text);
    return 0;
}
