/* SPDX-License-Identifier: MIT */
/* With no file descriptor left, whether guard marks work cannot be tried: the stack gets its
   guard by mprotect, and the next one is tried again. */
#include "helpers.h"

static void child(void *arg)
{
    struct rlimit old, none;
    (void)arg;
    EXPECT(getrlimit(RLIMIT_NOFILE, &old) == 0, "%s", strerror(errno));
    none = old;
    none.rlim_cur = 3;
    EXPECT(setrlimit(RLIMIT_NOFILE, &none) == 0, "%s", strerror(errno));
    struct stack *s = stack_get_slow(NULL, 18), *t = stack_get_slow(NULL, 18);
    EXPECT(setrlimit(RLIMIT_NOFILE, &old) == 0, "%s", strerror(errno));
    EXPECT(s && t, "no stack");
    EXPECT(is_guarded(stack_low(s) - 1) && is_guarded(stack_low(t) - 1), "no guard");
    long before = mappings();
    struct stack *u = stack_get_slow(NULL, 18);
    EXPECT(u && is_guarded(stack_low(u) - 1), "no guard");
    if (mappings() != before)
        _exit(77); /* no marks on this kernel */
}

int main(void)
{
    struct outcome o;
    run_child(&o, child, NULL);
    if (WIFEXITED(o.status) && WEXITSTATUS(o.status) == 77)
        SKIP("this kernel lacks MADV_GUARD_INSTALL");
    expect_exit(&o, 0);
    EXPECT(!*o.text, "it said: %s", o.text);
}
