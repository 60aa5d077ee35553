/* SPDX-License-Identifier: MIT */
/* From the path of a request to a path below the root. */
#include "check.h"
#include "http_path.h"

#include <stdlib.h>

static void is(const char *path, const char *wanted)
{
    char out[HTTP_PATH_MAX + 1];
    int n = http_path_decode(path, strlen(path), out);
    CHECK_SAY(n == (int)strlen(wanted) && strcmp(out, wanted) == 0, "%s gives %d %s", path, n,
              n >= 0 ? out : "");
}

static void refused(const char *path, int status)
{
    char out[HTTP_PATH_MAX + 1];
    int n = http_path_decode(path, strlen(path), out);
    CHECK_SAY(n == -status, "%s gives %d", path, n);
}

static void test_good(void)
{
    is("", "");
    is("/", "");
    is("/a", "a");
    is("/a/", "a/");
    is("/a/b.txt", "a/b.txt");
    is("/a%20b", "a b");
    is("/%41%62%63", "Abc");
    is("/%c3%a4", "\xc3\xa4");
    is("/%25", "%");
    is("/%252e%252e/x", "%2e%2e/x"); /* decoded once only */
    is("//a///b//", "a/b/");
    is("/./a/./b/.", "a/b/");
    is("/.", "");
    is("/%2e/a", "a");
    is("/a..b/c.", "a..b/c.");
}

static void test_traversal(void)
{
    refused("/..", 400);
    refused("/../etc/passwd", 400);
    refused("/a/../b", 400);
    refused("/a/..", 400);
    refused("/%2e%2e/etc/passwd", 400);
    refused("/%2E./etc/passwd", 400);
    refused("/.%2e/x", 400);
    refused("/a%2f..%2fb", 400);
    refused("/..%2fetc", 400);
    refused("/%2e%2e%2fetc", 400);
    refused("/.hidden/../x", 400);
    refused("/a%00b", 400);
    refused("/%", 400);
    refused("/%4", 400);
    refused("/%zz", 400);
    refused("/%4g", 400);
    refused("/%-1", 400);
    refused("a", 400);
}

static void test_hidden(void)
{
    refused("/.git/config", 404);
    refused("/a/.htpasswd", 404);
    refused("/%2egit/", 404);
    refused("/...", 404);
    refused("/.well-known2/x", 404);
    is("/.well-known/acme", ".well-known/acme");
    is("/.well-known", ".well-known");
}

static void test_length(void)
{
    char path[HTTP_PATH_MAX + 4], out[HTTP_PATH_MAX + 1];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    CHECK(http_path_decode(path, HTTP_PATH_MAX + 1, out) == HTTP_PATH_MAX);
    CHECK(out[HTTP_PATH_MAX] == 0);
    CHECK(http_path_decode(path, HTTP_PATH_MAX + 2, out) == -414);
    path[HTTP_PATH_MAX + 1] = '/';
    CHECK(http_path_decode(path, HTTP_PATH_MAX + 2, out) == -414);
    path[HTTP_PATH_MAX] = '/';
    CHECK(http_path_decode(path, HTTP_PATH_MAX + 2, out) == HTTP_PATH_MAX);
}

int main(void)
{
    test_good();
    test_traversal();
    test_hidden();
    test_length();
    return check_end();
}
