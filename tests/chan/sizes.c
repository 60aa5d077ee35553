/* SPDX-License-Identifier: MIT */
/* Elements of every size arrive whole, 0 too; sizes that cannot be are refused. */
#include "../sync/test.h"

static size_t size;

static void fill(unsigned char *p, int seed)
{
    for (size_t i = 0; i < size; i++)
        p[i] = (unsigned char)(seed * 31 + (int)i * 7);
}

static void check(const unsigned char *p, int seed)
{
    for (size_t i = 0; i < size; i++)
        EQ(p[i], (unsigned char)(seed * 31 + (int)i * 7));
}

static void *sender(void *arg)
{
    unsigned char *p = malloc(size + 1);
    for (int i = 0; i < 40; i++) {
        fill(p, i);
        EQ(faden_chan_send(arg, p), 0);
    }
    memset(p, 0, size);
    free(p);
    faden_chan_close(arg);
    return NULL;
}

static void carry(size_t capacity)
{
    unsigned char *p = malloc(size + 2);
    faden_chan *c;
    int n = 0;
    EQ(faden_chan_new(&c, size, capacity), 0);
    faden_task *t = spawn(sender, c);
    p[size] = 0xee;
    while (faden_chan_recv(c, p) == 0) {
        check(p, n++);
        EQ(p[size], 0xee); /* no byte too many */
        if (n % 8 == 0)
            settle();
    }
    EQ(n, 40);
    join(t);
    faden_chan_delete(c);
    free(p);
}

static void *recv_nothing(void *arg)
{
    return gives(faden_chan_recv(arg, NULL));
}

/* Only the event counts: no memory is looked at. */
static void events(void)
{
    faden_chan *c;
    EQ(faden_chan_new(&c, 0, SIZE_MAX), 0);
    EQ(faden_chan_capacity(c), SIZE_MAX);
    for (int i = 0; i < 1000; i++)
        EQ(faden_chan_send(c, NULL), 0);
    EQ(faden_chan_len(c), 1000);
    for (int i = 0; i < 1000; i++)
        EQ(faden_chan_recv(c, NULL), 0);
    EQ(faden_chan_try_recv(c, NULL), -EAGAIN);
    faden_task *t = spawn(recv_nothing, c);
    settle();
    faden_select_case s = {c, FADEN_SELECT_SEND, NULL, 1};
    EQ(faden_select(&s, 1), 0);
    EQ(s.result, 0);
    EQ(join(t), 0);
    faden_chan_delete(c);
}

static void refused(void)
{
    faden_chan *c = (faden_chan *)&size;
    EQ(faden_chan_new(&c, SIZE_MAX, 2), -EINVAL);
    EQ(faden_chan_new(&c, 2, SIZE_MAX), -EINVAL);
    EQ(faden_chan_new(&c, SIZE_MAX, 1), -EINVAL);
    EQ(faden_chan_new(&c, 1, SIZE_MAX), -EINVAL);
    EQ(faden_chan_new(&c, SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1), -EINVAL);
    EQ(faden_chan_new(&c, 1, PTRDIFF_MAX), -EINVAL);
    if (!slow() && SIZE_MAX > UINT32_MAX) /* checkers abort for so much */
        EQ(faden_chan_new(&c, (size_t)1 << 31, (size_t)1 << 31), -ENOMEM);
    EXPECT(c == (faden_chan *)&size);
}

static int start(void *arg)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 9, 16, 24, 100, 4096, 100000};
    (void)arg;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t capacity = 0; capacity < 8; capacity += 3) {
            size = sizes[i];
            carry(capacity);
        }
    events();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    refused();
    run_both(start, NULL);
    return 0;
}
