/* SPDX-License-Identifier: MIT */
/* Skynet with tasks and channels; see report.h. */
#include "report.h"
#include <faden/chan.h>
#include <faden/runtime.h>
#include <faden/task.h>

struct node {
    faden_chan *parent;
    long first, leaves;
};

static void ok(int err, const char *what)
{
    bench_check(err == 0, "%s: %s", what, strerror(-err));
}

/* The children's nodes lie in their parent's frame: it outlives them but for their last step. */
static void *skynet(void *arg)
{
    struct node node = *(struct node *)arg;
    if (node.leaves == 1) {
        ok(faden_chan_send(node.parent, &node.first), "faden_chan_send");
        return NULL;
    }
    faden_chan *children;
    struct node child[FAN_OUT];
    long share = node.leaves / FAN_OUT;
    ok(faden_chan_new(&children, sizeof(long), 0), "faden_chan_new");
    for (int i = 0; i < FAN_OUT; i++) {
        child[i] = (struct node){children, node.first + i * share, share};
        ok(faden_go(skynet, &child[i]), "faden_go");
    }
    long sum = 0;
    for (int i = 0; i < FAN_OUT; i++) {
        long part;
        ok(faden_chan_recv(children, &part), "faden_chan_recv");
        sum += part;
    }
    faden_chan_delete(children);
    ok(faden_chan_send(node.parent, &sum), "faden_chan_send");
    return NULL;
}

static int run(void *arg)
{
    (void)arg;
    struct node top = {NULL, 0, skynet_leaves};
    long sum;
    ok(faden_chan_new(&top.parent, sizeof(long), 0), "faden_chan_new");
    ok(faden_go(skynet, &top), "faden_go");
    ok(faden_chan_recv(top.parent, &sum), "faden_chan_recv");
    faden_chan_delete(top.parent);
    return skynet_report(sum);
}

int main(int argc, char **argv)
{
    skynet_begin(argc, argv);
    faden_config config = {.cpus = (unsigned)bench_arg(argc, argv, "cpus", 1)};
    int result = 1;
    ok(faden_run(run, NULL, &config, &result), "faden_run");
    return result;
}
