/* SPDX-License-Identifier: MIT */
/*
 * wordcount: counts the words of files as wc -w does, one task per file. A semaphore bounds how
 * many files are open, however many there are; a channel leads to the task that shows progress.
 */
#include <faden/faden.h>

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

enum { OPEN_FILES = 16 };

struct file {
    const char *name;
    struct words words;
    int error;
};

static struct file *files;
static size_t count;
static faden_sem may_open = {.count = OPEN_FILES};
static faden_chan *finished; /* of struct file *; as long as the program */

static int count_words(struct file *f)
{
    char block[64 << 10];
    int fd = faden_open(f->name, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    ssize_t n;
    while ((n = faden_read(fd, block, sizeof block)) > 0)
        words_add(&f->words, block, (size_t)n);
    faden_close(fd);
    return (int)n;
}

static void *count_file(void *file)
{
    struct file *f = file;
    if (faden_sem_wait(&may_open) < 0)
        return NULL;
    f->error = count_words(f);
    faden_sem_post(&may_open);
    return faden_chan_send(finished, &f) < 0 ? NULL : f;
}

static void *show_progress(void *file)
{
    for (size_t n = 1; faden_chan_recv(finished, &file) == 0; n++)
        if (isatty(STDERR_FILENO))
            fprintf(stderr, n < count ? "\r%zu of %zu files" : "\r\33[K", n, count);
    return NULL;
}

static int start(void *file)
{
    faden_scope scope;
    int err = faden_chan_new(&finished, sizeof(struct file *), OPEN_FILES);
    if (err < 0 || (err = faden_go(show_progress, NULL)) < 0)
        return err;
    faden_scope_open(&scope);
    for (struct file *f = file; f < files + count && err == 0; f++)
        err = faden_scope_spawn(&scope, NULL, count_file, f, NULL);
    faden_scope_close(&scope);         /* waits until all files are counted */
    return faden_chan_close(finished); /* ends show_progress */
}

int main(int argc, char **argv)
{
    bool help = argc == 2 && !strcmp(argv[1], "--help");
    if (argc == 1 || help) {
        fputs("usage: wordcount FILE...\n", help ? stdout : stderr);
        return help ? 0 : 2;
    }
    setlocale(LC_CTYPE, "");
    files = calloc((size_t)argc, sizeof *files);
    for (; files && argv[1 + count]; count++)
        files[count] = (struct file){.name = argv[1 + count], .error = -ENOMEM};
    bool failed = !files || faden_run(start, files, NULL, NULL) < 0;
    uintmax_t total = 0;
    for (struct file *f = files; f < files + count; f++) {
        total += f->error < 0 ? 0 : f->words.count;
        failed |= f->error < 0;
        if (f->error == 0)
            printf("%7ju %s\n", f->words.count, f->name);
        else
            fprintf(stderr, "wordcount: %s: %s\n", f->name, strerror(-f->error));
    }
    if (count > 1)
        printf("%7ju total\n", total);
    free(files);
    return failed || fflush(stdout) != 0;
}
