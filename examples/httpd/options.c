/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <faden/base.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: httpd [option]... [DIR]\n"
    "\n"
    "Serve the files below DIR (default: the current directory) over HTTP/1.1,\n"
    "a faden task per connection.\n"
    "\n"
    "  -p, --port=N             port to listen on; 0 takes any free one (default 8080)\n"
    "  -a, --address=ADDR       address to listen on, IPv4 or IPv6 (default 127.0.0.1)\n"
    "  -c, --connections=N      at most N connections at a time; further ones wait until\n"
    "                           another ends (default: 4096, less if descriptors are scarce)\n"
    "  -q, --quiet              do not print a line per request\n"
    "      --head-timeout=SEC   for a request's head to arrive (default 10)\n"
    "      --idle-timeout=SEC   between two requests on a connection (default 15)\n"
    "      --write-timeout=SEC  without any progress of a transfer (default 30)\n"
    "      --min-rate=BYTES     per second, that a transfer must reach on average (default 256)\n"
    "      --stop-timeout=SEC   for requests under way when SIGINT or SIGTERM comes (default 10)\n"
    "      --max-body=BYTES     of a request, which is read and thrown away (default 1048576)\n"
    "      --no-symlinks        follow no symbolic link (else those that stay below DIR)\n"
    "      --no-live            do not serve /_faden and /_faden.json, the scheduler seen live\n"
    "      --self-test          serve a few files to itself, check the answers, exit 0 or 1\n"
    "  -h, --help\n"
    "\n"
    "Files and directories whose names begin with a dot are neither listed nor served,\n"
    "except .well-known. A directory is answered with its index.html, or a listing.\n";

enum {
    OPT_HEAD = 256,
    OPT_IDLE,
    OPT_WRITE,
    OPT_RATE,
    OPT_STOP,
    OPT_BODY,
    OPT_NO_SYMLINKS,
    OPT_NO_LIVE,
    OPT_SELF_TEST,
};

static const struct option long_options[] = {
    {"port", required_argument, NULL, 'p'},
    {"address", required_argument, NULL, 'a'},
    {"connections", required_argument, NULL, 'c'},
    {"quiet", no_argument, NULL, 'q'},
    {"head-timeout", required_argument, NULL, OPT_HEAD},
    {"idle-timeout", required_argument, NULL, OPT_IDLE},
    {"write-timeout", required_argument, NULL, OPT_WRITE},
    {"min-rate", required_argument, NULL, OPT_RATE},
    {"stop-timeout", required_argument, NULL, OPT_STOP},
    {"max-body", required_argument, NULL, OPT_BODY},
    {"no-symlinks", no_argument, NULL, OPT_NO_SYMLINKS},
    {"no-live", no_argument, NULL, OPT_NO_LIVE},
    {"self-test", no_argument, NULL, OPT_SELF_TEST},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool refuse(const char *what, const char *text, const char *wanted)
{
    fprintf(stderr, "httpd: %s \"%s\": expected %s\n", what, text, wanted);
    return false;
}

/* A whole number from least to most. */
static bool take_number(const char *what, const char *text, int64_t least, int64_t most,
                        int64_t *value)
{
    char *end, wanted[80];
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == 0 && n >= least && n <= most) {
        *value = n;
        return true;
    }
    snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld", (long long)least,
             (long long)most);
    return refuse(what, text, wanted);
}

static bool take_seconds(const char *what, const char *text, int64_t *ns)
{
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end != 0 || !(seconds > 0 && seconds <= 1e6))
        return refuse(what, text, "seconds, more than 0, as in 10 or 0.5");
    *ns = (int64_t)(seconds * (double)FADEN_SEC);
    return true;
}

static bool take_option(struct options *o, int option, const char *text)
{
    int64_t n;
    switch (option) {
    case 'p':
        if (!take_number("--port", text, 0, UINT16_MAX, &n))
            return false;
        o->port = (uint16_t)n;
        return true;
    case 'c':
        if (!take_number("--connections", text, 1, 1000000, &n))
            return false;
        o->connections = (unsigned)n;
        return true;
    case OPT_HEAD: return take_seconds("--head-timeout", text, &o->head_timeout);
    case OPT_IDLE: return take_seconds("--idle-timeout", text, &o->idle_timeout);
    case OPT_WRITE: return take_seconds("--write-timeout", text, &o->write_timeout);
    case OPT_STOP: return take_seconds("--stop-timeout", text, &o->stop_timeout);
    case OPT_RATE: return take_number("--min-rate", text, 1, INT64_MAX, &o->min_rate);
    case OPT_BODY: return take_number("--max-body", text, 0, INT64_MAX, &o->body_max);
    default: return false;
    }
}

/* Options without an argument; false if it is none of them. */
static bool take_flag(struct options *o, int option)
{
    switch (option) {
    case 'q': o->quiet = true; return true;
    case OPT_NO_SYMLINKS: o->symlinks = false; return true;
    case OPT_NO_LIVE: o->live = false; return true;
    case OPT_SELF_TEST: o->self_test = true; return true;
    default: return false;
    }
}

int options_parse(struct options *o, int argc, char **argv)
{
    int option;
    *o = (struct options){
        .dir = ".",
        .address = "127.0.0.1",
        .port = 8080,
        .live = true,
        .symlinks = true,
        .head_timeout = 10 * FADEN_SEC,
        .idle_timeout = 15 * FADEN_SEC,
        .write_timeout = 30 * FADEN_SEC,
        .stop_timeout = 10 * FADEN_SEC,
        .min_rate = 256,
        .body_max = 1 << 20,
    };
    while ((option = getopt_long(argc, argv, "p:a:c:qh", long_options, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (option == 'a')
            o->address = optarg;
        else if (option == '?' || (!take_flag(o, option) && !take_option(o, option, optarg)))
            goto usage;
    }
    if (optind < argc)
        o->dir = argv[optind++];
    if (optind == argc)
        return -1;
    fprintf(stderr, "httpd: one directory at most, not also \"%s\"\n", argv[optind]);
usage:
    fputs("httpd: --help tells about all options\n", stderr);
    return 2;
}
