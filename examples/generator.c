/* SPDX-License-Identifier: MIT */
/*
 * generator: a recursive walk that gives its values one at a time. Two trees of any shape are
 * walked in step, each by its own coroutine, to see whether they hold the same numbers. Without
 * coroutines one of the walks must be turned inside out, or the trees copied to lists first.
 */
#include <faden/coro.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    long key;
    struct node *left, *right;
};

static void insert(struct node **tree, struct node *node)
{
    while (*tree)
        tree = node->key < (*tree)->key ? &(*tree)->left : &(*tree)->right;
    *tree = node;
}

static void walk(struct node *tree)
{
    if (!tree)
        return;
    walk(tree->left);
    faden_coro_yield(tree); /* from however deep in the recursion */
    walk(tree->right);
}

/* The generator. What it is first resumed with is its argument. */
static void *in_order(void *tree)
{
    walk(tree);
    return NULL; /* no more nodes */
}

/* Prints the numbers that the trees have in common before the first difference. */
static bool same(struct node *a, struct node *b, size_t depth)
{
    faden_coro *walk_a, *walk_b;
    const faden_coro_attr attr = {.name = "in_order", .stack_size = (32 << 10) + 512 * depth};
    if (faden_coro_new(&walk_a, in_order, &attr) < 0 ||
        faden_coro_new(&walk_b, in_order, &attr) < 0) {
        fputs("generator: no memory for the stacks\n", stderr);
        exit(2);
    }
    do {
        a = faden_coro_resume(walk_a, a);
        b = faden_coro_resume(walk_b, b);
        if (a && b && a->key == b->key)
            printf("%ld\n", a->key);
    } while (a && b && a->key == b->key);
    faden_coro_delete(walk_a); /* also one that is in the middle of its walk */
    faden_coro_delete(walk_b);
    return !a && !b;
}

int main(int argc, char **argv)
{
    bool help = argc == 2 && !strcmp(argv[1], "--help"), ok = true;
    struct node *nodes = calloc((size_t)argc, sizeof *nodes), *trees[2] = {NULL, NULL};
    int side = 0;
    for (int i = 1; nodes && i < argc; i++) {
        char *rest;
        nodes[i].key = strtol(argv[i], &rest, 10);
        if (!strcmp(argv[i], "-"))
            ok = ok && ++side == 1;
        else if (*argv[i] && !*rest && side < 2)
            insert(&trees[side], &nodes[i]);
        else
            ok = false;
    }
    if (!ok || side != 1) {
        fputs("usage: generator NUMBER... - NUMBER...\n", help ? stdout : stderr);
        free(nodes);
        return help ? 0 : 2;
    }
    /* Numbers in order make a tree that is as deep as there are numbers. */
    bool equal = same(trees[0], trees[1], (size_t)argc);
    puts(equal ? "the same numbers" : "here the trees differ");
    free(nodes);
    return !equal;
}
