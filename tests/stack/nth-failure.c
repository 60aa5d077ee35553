/* SPDX-License-Identifier: MIT */
/*
 * The n-th thing that is asked of the world fails, for every n: alone, or with all after it. Then
 * an error comes back, or it worked all the same; nothing is lost, nothing is handed out half made,
 * and when the world has recovered everything works. Linked with wrappers.
 */
#include "helpers.h"

enum { COROS = 70, N_MOST = 400 };

static int asked, fail_at, fail_after; /* fail_after: and all that follow */
static size_t allocated;               /* bytes alive */
static size_t last_alloc;

static bool fails(void)
{
    int n = ++asked;
    return fail_at && (n == fail_at || (fail_after && n > fail_at));
}

void *__real_platform_alloc(size_t size);
void *__wrap_platform_alloc(size_t size);
void __real_platform_free(void *p, size_t size);
void __wrap_platform_free(void *p, size_t size);
char *__real_platform_stack_chunk(size_t size, size_t align);
char *__wrap_platform_stack_chunk(size_t size, size_t align);
int __real_platform_stack_guard(char *low, size_t size);
int __wrap_platform_stack_guard(char *low, size_t size);

void *__wrap_platform_alloc(size_t size)
{
    void *p = fails() ? NULL : __real_platform_alloc(size);
    allocated += p ? size : 0;
    last_alloc = size;
    return p;
}

void __wrap_platform_free(void *p, size_t size)
{
    allocated -= size;
    __real_platform_free(p, size);
}

static size_t chunk_bytes, records; /* the records of a chunk are asked for right before it */
char *__wrap_platform_stack_chunk(size_t size, size_t align)
{
    char *p = fails() ? NULL : __real_platform_stack_chunk(size, align);
    chunk_bytes += p ? size : 0;
    records += p ? last_alloc : 0;
    return p;
}

static int guards_made;
int __wrap_platform_stack_guard(char *low, size_t size)
{
    int err = fails() ? -ENOMEM : __real_platform_stack_guard(low, size);
    guards_made += !err;
    return err;
}

static void *fn(void *arg)
{
    return faden_coro_yield(arg);
}

/* Give how many could not be made. */
static int make_some(size_t size)
{
    static faden_coro *coros[COROS];
    uint64_t in_use, cached;
    int made = 0, failed = 0;
    for (int i = 0; i < COROS; i++) {
        coros[i] = NULL;
        int err = faden_coro_new(&coros[i], fn, (&(faden_coro_attr){.stack_size = size}));
        EXPECT(err == 0 || err == -ENOMEM, "%d", err);
        EXPECT(!err == !!coros[i], "error %d, coroutine %p", err, (void *)coros[i]);
        if (err) {
            failed++;
            continue;
        }
        made++;
        EXPECT(is_guarded(coros[i]->stack - 1), "coroutine %d has no guard", i);
        EXPECT(faden_coro_resume(coros[i], &coros[i]) == &coros[i], "coroutine %d", i);
    }
    stack_counts(&in_use, &cached);
    EXPECT(in_use == (uint64_t)made, "%lu in use, %d made", (unsigned long)in_use, made);
    EXPECT(allocated == records, "%zu bytes allocated, %zu for records", allocated, records);
    for (int i = 0; i < COROS; i++)
        if (coros[i]) {
            EXPECT(faden_coro_resume(coros[i], coros[i]) == coros[i], "coroutine %d", i);
            faden_coro_delete(coros[i]);
        }
    return failed;
}

static void expect_reuse(size_t size)
{
    fail_at = 0;
    EXPECT(make_some(size) == 0, "works when the world has recovered");
    size_t alive = allocated, mapped = chunk_bytes;
    int guards = guards_made;
    EXPECT(make_some(size) == 0, "and again");
    EXPECT(allocated == alive && chunk_bytes == mapped && guards_made == guards,
           "without asking for more");
}

/* The n-th request fails while a class is filled for the first time. Exit code 50: there are not so
   many requests. */
static void child(void *arg)
{
    static const size_t sizes[] = {STACK_SIZE_DEFAULT, 300 << 10, 12000, 3 << 20};
    int n = (int)(intptr_t)arg;
    for (int mode = 0; mode < 2; mode++)
        for (size_t i = 0; i < 2; i++) {
            asked = 0;
            fail_at = n;
            fail_after = mode;
            int failed = make_some(sizes[2 * (size_t)mode + i]);
            EXPECT(failed || !fail_after || asked < n, "request %d of %d failed", n, asked);
            EXPECT(!failed || asked >= n, "nothing failed, but %d coroutines", failed);
            if (asked < n)
                _exit(50);
            expect_reuse(sizes[2 * (size_t)mode + i]);
        }
}

/* Few requests for many stacks: each chunk is as large as all before. */
static void growth(void *arg)
{
    chunk_bytes = 0;
    int chunks = 0;
    for (size_t bytes = 0, i = 0; i < 5000; i++) {
        EXPECT(stack_get_slow(NULL, 18), "no stack");
        chunks += chunk_bytes != bytes;
        bytes = chunk_bytes;
    }
    EXPECT(chunks <= 14, "%d chunks for 5,000 stacks", chunks);
    EXPECT(chunk_bytes < (size_t)2 * 5000 << 18, "%zu bytes for 5,000 stacks", chunk_bytes);
    (void)arg;
}

/* A slot that was refused its guard is tried again before another one is taken. */
static void refused(void *arg)
{
    (void)arg;
    EXPECT(stack_get_slow(NULL, 18), "no stack");
    fail_at = asked + 1;
    fail_after = 1;
    for (int i = 0; i < 1000; i++)
        EXPECT(!stack_get_slow(NULL, 18), "without a guard");
    EXPECT(asked == fail_at + 999, "%d requests for 1,000 guards", asked - fail_at + 1);
}

int main(void)
{
    SKIP_VALGRIND("so many processes take minutes");
    struct outcome o;
    int n = 1;
    for (; n < N_MOST; n++) {
        run_child(&o, child, (void *)(intptr_t)n);
        if (WIFEXITED(o.status) && WEXITSTATUS(o.status) == 50)
            break;
        EXPECT(WIFEXITED(o.status) && !WEXITSTATUS(o.status), "request %d: status %#x: %s", n,
               o.status, o.text);
        EXPECT(!*o.text, "request %d: it said: %s", n, o.text);
    }
    EXPECT(n > COROS && n < N_MOST, "it asked %d times", n);
    run_child(&o, growth, NULL);
    expect_exit(&o, 0);
    run_child(&o, refused, NULL);
    expect_exit(&o, 0);
}
