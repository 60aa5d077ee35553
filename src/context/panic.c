/* SPDX-License-Identifier: MIT */
/* The end of every misuse and broken invariant. */
#include "base/format.h"

#include "base/report.h"
#include "context/context.h"

void faden_panic(const char *format, ...)
{
    char buf[768];
    struct text t = {.buf = buf, .size = sizeof buf};
    va_list args;
    va_start(args, format);
    text_format(&t, "faden: ");
    text_vformat(&t, format, args);
    va_end(args);
    text_format(&t, "\n");
    platform_report(t.buf, t.len, true);
    __builtin_trap();
}
