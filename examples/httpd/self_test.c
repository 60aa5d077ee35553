/* SPDX-License-Identifier: MIT */
#include "self_test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLIENTS 50    /* at the same time, each asking everything */
#define BIG (1 << 20) /* bytes of a file that takes many writes */
#define END " HTTP/1.1\r\nHost: self\r\nConnection: close\r\n"

static char folder[64];
static uint16_t port;
static atomic_int failures, answers;

static const struct {
    const char *request, *status, *wanted; /* what the answer begins with, and contains */
    size_t size;                           /* and its least size */
} cases[] = {
    {"GET /" END "\r\n", "HTTP/1.1 200 ", "hello.txt", 0},
    {"GET /hello.txt" END "\r\n", "HTTP/1.1 200 ", "\r\n\r\nhello, faden\n", 0},
    {"HEAD /hello.txt" END "\r\n", "HTTP/1.1 200 ", "Content-Length: 13\r\n", 0},
    {"GET /hello.txt" END "Range: bytes=7-\r\n\r\n", "HTTP/1.1 206 ", "\r\n\r\nfaden\n", 0},
    {"GET /hello.txt" END "Range: bytes=13-\r\n\r\n", "HTTP/1.1 416 ", "bytes */13", 0},
    {"GET /hello.txt" END "If-None-Match: *\r\n\r\n", "HTTP/1.1 304 ", "ETag: ", 0},
    {"GET /hello.txt" END "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     "HTTP/1.1 400 ", "", 0},
    {"GET /hello.txt" END "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     "HTTP/1.1 200 ", "hello, faden\n", 0},
    {"GET /big.bin" END "\r\n", "HTTP/1.1 200 ", "Content-Length: 1048576\r\n", BIG},
    {"GET /nothing" END "\r\n", "HTTP/1.1 404 ", "", 0},
    {"GET /%2e%2e/etc/passwd" END "\r\n", "HTTP/1.1 400 ", "", 0},
    {"POST /hello.txt" END "\r\n", "HTTP/1.1 405 ", "Allow: ", 0},
    {"GET / HTTP/3.0\r\n\r\n", "HTTP/1.1 505 ", "", 0},
    {"GET /hello.txt HTTP/1.1\r\nHost: self\r\n\r\nGET /nothing" END "\r\n", "HTTP/1.1 200 ",
     "hello, faden\nHTTP/1.1 404 ", 0},
    {"GET /_faden.json" END "\r\n", "HTTP/1.1 200 ", "\"longest_waits\":[{", 0},
};

static bool make_file(const char *name, const char *text, size_t n)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    bool written = fwrite(text, 1, n, f) == n;
    return fclose(f) == 0 && written;
}

const char *self_test_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char *big = calloc(1, BIG);
    int n = snprintf(folder, sizeof folder, "%s/httpd-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    bool made = big && n < (int)sizeof folder && mkdtemp(folder) &&
                make_file("hello.txt", "hello, faden\n", 13) && make_file("big.bin", big, BIG);
    free(big);
    if (!made)
        fprintf(stderr, "httpd: cannot make files to serve in %s\n", folder);
    return made ? folder : NULL;
}

/* Send `request` on a new connection and read all that comes. Gives its size or an error. */
static ssize_t ask(const char *request, char *answer, size_t room)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    size_t n = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = faden_socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return fd;
    ssize_t got = faden_connect(fd, (struct sockaddr *)&to, sizeof to);
    if (got == 0)
        got = faden_write_all(fd, request, strlen(request));
    while (got > 0 && n < room && (got = faden_read(fd, answer + n, room - n)) > 0)
        n += (size_t)got;
    faden_close(fd);
    return got < 0 ? got : (ssize_t)n;
}

static void *client(void *arg)
{
    (void)arg;
    size_t room = BIG + 4096;
    char *answer = malloc(room + 1);
    if (!answer)
        return NULL; /* noticed by the count of answers */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ssize_t n = ask(cases[i].request, answer, room);
        answer[n > 0 ? n : 0] = 0;
        atomic_fetch_add(&answers, 1);
        if (n >= (ssize_t)cases[i].size && strstr(answer, cases[i].wanted) &&
            strncmp(answer, cases[i].status, strlen(cases[i].status)) == 0)
            continue;
        atomic_fetch_add(&failures, 1);
        fprintf(stderr, "httpd: self-test: %zd bytes, not \"%s...%s\", for\n%s", n, cases[i].status,
                cases[i].wanted, cases[i].request);
    }
    free(answer);
    return NULL;
}

static void *clients(void *arg)
{
    (void)arg;
    static const faden_task_attr attr = {.name = "self-test client"};
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < CLIENTS; i++)
        if (faden_scope_spawn(&s, NULL, client, NULL, &attr) < 0)
            atomic_fetch_add(&failures, 1);
    faden_scope_close(&s);
    kill(getpid(), SIGTERM);
    return NULL;
}

int self_test_start(struct server *s)
{
    static const faden_task_attr attr = {.name = "self-test"};
    port = s->port;
    return faden_spawn(NULL, clients, NULL, &attr);
}

int self_test_end(void)
{
    static const char *const files[] = {"hello.txt", "big.bin"};
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    int wanted = CLIENTS * (int)(sizeof cases / sizeof *cases);
    if (answers != wanted)
        fprintf(stderr, "httpd: self-test: %d answers, not %d\n", answers, wanted);
    else if (failures == 0)
        printf("httpd: self-test: %d answers, all as expected\n", answers);
    return failures + (answers != wanted);
}
