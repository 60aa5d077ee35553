/* SPDX-License-Identifier: MIT */
#include "lib.h"

int main(int argc, char **argv)
{
    print("hello from process %d, %d arguments\n", getpid(), argc);
    return 0;
}
