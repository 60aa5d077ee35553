/* SPDX-License-Identifier: MIT */
/* A page that lists a directory. It is made on a thread of the pool: reading a large directory
   takes the disk's time, and sorting it the processor's. */
#include "file.h"
#include "reply.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ENTRIES_MAX 10000
#define PAGE_MAX (8 << 20) /* bytes */

struct entry {
    char *name;
    bool directory, link;
    int64_t size, modified;
};

struct listing {
    int fd; /* of the directory; stays open */
    const char *path;
    struct entry *entries;
    size_t n, room;
    bool cut; /* there are more */
    struct text page;
    int error;
};

/* Directories first, then by name. */
static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->directory != y->directory ? y->directory - x->directory : strcmp(x->name, y->name);
}

/* -ENOMEM, or 0 (also for what has gone meanwhile). */
static int add(struct listing *l, const char *name)
{
    struct stat st;
    if (fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 64;
        struct entry *more = realloc(l->entries, room * sizeof *more);
        if (!more)
            return -ENOMEM;
        l->entries = more;
        l->room = room;
    }
    struct entry *e = &l->entries[l->n];
    *e = (struct entry){.name = strdup(name), .directory = S_ISDIR(st.st_mode)};
    e->link = S_ISLNK(st.st_mode); /* nothing is told about where it leads */
    e->size = st.st_size;
    e->modified = st.st_mtim.tv_sec;
    l->n += e->name != NULL;
    return e->name ? 0 : -ENOMEM;
}

static int read_entries(struct listing *l)
{
    int err = 0, fd = openat(l->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        err = -errno;
        if (fd >= 0)
            close(fd);
        return err;
    }
    for (struct dirent *e; err == 0 && (e = readdir(dir));) {
        if (e->d_name[0] == '.' && strcmp(e->d_name, ".well-known") != 0)
            continue;
        l->cut = l->n == ENTRIES_MAX;
        if (l->cut)
            break;
        err = add(l, e->d_name);
    }
    closedir(dir);
    return err;
}

/* "2026-01-31 12:00" */
static void put_time(struct text *t, int64_t seconds)
{
    struct tm tm;
    time_t time = (time_t)seconds;
    if (!gmtime_r(&time, &tm))
        return;
    text_number(t, tm.tm_year + 1900);
    text_char(t, '-');
    text_padded(t, (uint64_t)tm.tm_mon + 1, 2);
    text_char(t, '-');
    text_padded(t, (uint64_t)tm.tm_mday, 2);
    text_char(t, ' ');
    text_padded(t, (uint64_t)tm.tm_hour, 2);
    text_char(t, ':');
    text_padded(t, (uint64_t)tm.tm_min, 2);
}

static void put_entry(struct text *t, const struct entry *e)
{
    text_add(t, "<tr><td><a href=\"./"); /* so that a name with a colon is no scheme */
    text_url(t, e->name, strlen(e->name));
    text_add(t, e->directory ? "/\">" : "\">");
    text_html(t, e->name);
    text_add(t, e->directory ? "/</a><td><td>" : "</a><td>");
    if (!e->directory) {
        if (e->link)
            text_add(t, "link");
        else
            text_number(t, e->size);
        text_add(t, "<td>");
    }
    put_time(t, e->modified);
    text_char(t, '\n');
}

static void put_page(struct listing *l)
{
    struct text *t = &l->page;
    text_add(t, "<!doctype html>\n<html lang=en><meta charset=utf-8>\n<title>/");
    text_html(t, l->path);
    text_add(t, "</title>\n"
                "<meta name=viewport content=\"width=device-width\">\n"
                "<meta name=color-scheme content=\"light dark\">\n"
                "<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;"
                "padding:0 1rem}td{padding:0 1.5rem 0 0}td+td{font-variant-numeric:tabular-nums;"
                "text-align:right;opacity:.75}</style>\n<h1>/");
    text_html(t, l->path);
    text_add(t, "</h1>\n<table>\n");
    if (*l->path)
        text_add(t, "<tr><td><a href=\"../\">../</a>\n");
    for (size_t i = 0; i < l->n; i++)
        put_entry(t, &l->entries[i]);
    text_add(t, "</table>\n");
    if (l->cut)
        text_add(t, "<p>… and more, which are not listed.\n");
}

/* In the pool. */
static void *make(void *arg)
{
    struct listing *l = arg;
    l->error = read_entries(l);
    if (l->error == 0) {
        if (l->n > 0)
            qsort(l->entries, l->n, sizeof *l->entries, compare);
        put_page(l);
        if (l->page.failed)
            l->error = -ENOMEM;
    }
    for (size_t i = 0; i < l->n; i++)
        free(l->entries[i].name);
    free(l->entries);
    return NULL;
}

void listing_reply(struct exchange *x, int fd)
{
    struct listing l = {.fd = fd, .path = x->path, .page = text_growing(PAGE_MAX)};
    int err = faden_blocking(make, &l, NULL);
    if (err == 0)
        err = l.error;
    if (err < 0) {
        reply_error(x, file_status(err));
    } else {
        reply_begin(x, 200);
        reply_generated(x, "text/html; charset=utf-8");
        reply_body(x, l.page.data, l.page.len);
    }
    text_free(&l.page);
}
