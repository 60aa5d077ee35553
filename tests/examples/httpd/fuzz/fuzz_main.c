/* SPDX-License-Identifier: MIT */
/*
 * Drives a fuzz target where there is no libFuzzer: each file of a folder as it is, then many small
 * changes to them, the same ones in each run.
 *
 *      fuzz_head CORPUS-FOLDER [CHANGES-PER-FILE]
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 1;

/* xorshift64 */
static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static size_t change(uint8_t *data, size_t n)
{
    static const char *const words[] = {"\r\n", "\n",
                                        "\r",   " ",
                                        "\t",   ":",
                                        "\0",   "0",
                                        "%2e",  "/",
                                        "..",   "chunked",
                                        ",",    "Content-Length: 1\r\n",
                                        "\"",   "Transfer-Encoding: chunked\r\n",
                                        "-",    "9999999999",
                                        ";"};
    const char *word = words[below(sizeof words / sizeof *words)];
    size_t len = *word ? strlen(word) : 1, at = below((uint32_t)n + 1), span;
    switch (below(4)) {
    case 0: /* another byte */
        if (at < n)
            data[at] = (uint8_t)below(256);
        return n;
    case 1: /* something in between */
        if (n + len > INPUT_MAX)
            return n;
        memmove(data + at + len, data + at, n - at);
        memcpy(data + at, word, len);
        return n + len;
    case 2: /* a piece less */
        span = below((uint32_t)(n - at) + 1);
        span = span > 16 ? span % 16 : span;
        memmove(data + at, data + at + span, n - at - span);
        return n - span;
    default: /* a piece twice */
        span = below((uint32_t)(n - at) + 1);
        if (n + span > INPUT_MAX)
            return n;
        memmove(data + at + span, data + at, n - at);
        return n + span;
    }
}

static size_t load(const char *folder, const char *name, uint8_t *data)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(data, 1, INPUT_MAX, f) : 0;
    if (f)
        fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    static uint8_t seed[INPUT_MAX], data[INPUT_MAX];
    int changes = argc > 2 ? atoi(argv[2]) : 3000, files = 0;
    DIR *dir = argc > 1 ? opendir(argv[1]) : NULL;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        size_t size = load(argv[1], e->d_name, seed);
        LLVMFuzzerTestOneInput(seed, size);
        files++;
        for (int i = 0; i < changes; i++) {
            size_t n = size;
            memcpy(data, seed, size);
            for (uint32_t times = 1 + below(6); times-- > 0;)
                n = change(data, n);
            LLVMFuzzerTestOneInput(data, n);
        }
    }
    if (dir)
        closedir(dir);
    if (files == 0)
        fprintf(stderr, "no corpus in %s\n", argc > 1 ? argv[1] : "(no folder given)");
    return files == 0;
}
