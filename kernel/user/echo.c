/* SPDX-License-Identifier: MIT */
/* Its arguments. */
#include "lib.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        print("%s%s", argv[i], i + 1 < argc ? " " : "\n");
    return argc - 1;
}
