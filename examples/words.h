/* SPDX-License-Identifier: MIT */
/* words.h: counts words as wc -w does, in the characters of the locale, block by block. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>
#include <wctype.h>

/* All zero is the beginning of a text. */
struct words {
    uintmax_t count;
    bool within;     /* the last block ended within a word */
    mbstate_t shift; /* ... or within a character */
};

static inline bool words_is_space(wchar_t c)
{
    bool no_break = c == 0xa0 || c == 0x2007 || c == 0x202f || c == 0x2060;
    return (c >= L'\t' && c <= L'\r') || (iswprint((wint_t)c) && (iswspace((wint_t)c) || no_break));
}

/* Characters that cannot be printed, and bytes that are no character, are as if not there. */
static inline void words_add(struct words *w, const char *text, size_t n)
{
    for (const char *end = text + n; text < end;) {
        bool rest = !mbsinit(&w->shift); /* of a character that began in the last block */
        wchar_t c = (unsigned char)*text;
        size_t length = 1;
        if (rest || c == 0 || c >= 0x80)
            length = mbrtowc(&c, text, (size_t)(end - text), &w->shift);
        if (length == (size_t)-2)
            return;
        if (length == (size_t)-1) {
            w->shift = (mbstate_t){0};
            text += !rest;
            continue;
        }
        text += length ? length : 1; /* 0: the null character */
        if (words_is_space(c)) {
            w->within = false;
        } else if (iswprint((wint_t)c) && !w->within) {
            w->within = true;
            w->count++;
        }
    }
}

#endif
