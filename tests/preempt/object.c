/* SPDX-License-Identifier: MIT */
/* An object of its own, to be loaded and unloaded (unloaded.c). */
int function_of_object(int (*fn)(int), int n);

__attribute__((visibility("default"))) int function_of_object(int (*fn)(int), int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += fn(i) * fn(n - i);
    return sum;
}
