/* SPDX-License-Identifier: MIT */
/* Uses the processor for so many milliseconds. */
#include "lib.h"

int main(int argc, char **argv)
{
    unsigned end = now_ms() + (argc > 1 ? number_of(argv[1]) : 1000);
    volatile uint64_t n = 0;
    while (now_ms() < end)
        for (int i = 0; i < 10000; i++)
            n++;
    print("process %d counted to %lu\n", getpid(), (unsigned long)n);
    return 0;
}
