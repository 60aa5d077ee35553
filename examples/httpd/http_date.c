/* SPDX-License-Identifier: MIT */
#include "http_date.h"
#include "http_lex.h"

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char days[7][10] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                 "Monday",   "Tuesday", "Wednesday"}; /* 1970 began on the first */

/* Days from 1970-01-01 to year-month-day, in the Gregorian calendar, year 1 or later, month 1
   to 12. Years are counted from March, so that the leap day is the last one. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The inverse. */
static void civil_from_days(int64_t z, int *year, int *month, int *day)
{
    z += 719468;
    int64_t era = z / 146097, of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static char *put(char *p, int value, int digits)
{
    for (int i = digits; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

void http_date_format(int64_t time, char out[HTTP_DATE_LEN + 1])
{
    const int64_t first = -62135596800, last = 253402300799; /* years 1 and 9999 */
    time = time < first ? first : time > last ? last : time;
    int64_t day = (time >= 0 ? time : time - 86399) / 86400;
    int second = (int)(time - day * 86400), year, month, mday;
    civil_from_days(day, &year, &month, &mday);
    char *p = out;
    p = (char *)memcpy(p, days[((day % 7) + 7) % 7], 3) + 3;
    p = (char *)memcpy(p, ", ", 2) + 2;
    p = put(p, mday, 2);
    *p++ = ' ';
    p = (char *)memcpy(p, months[month - 1], 3) + 3;
    *p++ = ' ';
    p = put(p, year, 4);
    *p++ = ' ';
    p = put(p, second / 3600, 2);
    *p++ = ':';
    p = put(p, second / 60 % 60, 2);
    *p++ = ':';
    p = put(p, second % 60, 2);
    memcpy(p, " GMT", 5);
}

/* What is left to read; `ok` goes false at the first thing that does not fit. */
struct reader {
    const char *p, *end;
    bool ok;
};

static void literal(struct reader *r, const char *text)
{
    size_t n = strlen(text);
    r->ok = r->ok && (size_t)(r->end - r->p) >= n && memcmp(r->p, text, n) == 0;
    r->p += r->ok ? n : 0;
}

static int number(struct reader *r, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        r->ok = r->ok && r->p < r->end && http_is_digit(*r->p);
        if (!r->ok)
            return 0;
        value = value * 10 + (*r->p++ - '0');
    }
    return value;
}

/* Gives 1 to 12. */
static int month(struct reader *r)
{
    for (int i = 0; i < 12; i++)
        if (r->end - r->p >= 3 && memcmp(r->p, months[i], 3) == 0) {
            r->p += 3;
            return i + 1;
        }
    r->ok = false;
    return 1;
}

/* A day's name of up to `max` letters; which one it is does not matter. Gives its length. */
static size_t weekday(struct reader *r)
{
    const char *begin = r->p;
    while (r->p < r->end && http_is_alpha(*r->p))
        r->p++;
    size_t n = (size_t)(r->p - begin);
    for (int i = 0; i < 7; i++)
        if (n >= 3 && (n == 3 || n == strlen(days[i])) && memcmp(begin, days[i], n) == 0)
            return n;
    r->ok = false;
    return n;
}

static int time_of_day(struct reader *r)
{
    int h = number(r, 2);
    literal(r, ":");
    int m = number(r, 2);
    literal(r, ":");
    int s = number(r, 2);
    r->ok = r->ok && h < 24 && m < 60 && s <= 60; /* 60: a leap second */
    return h * 3600 + m * 60 + s;
}

static int year_of_now(int64_t now)
{
    int year, mon, day;
    civil_from_days(now / 86400, &year, &mon, &day);
    return year;
}

/* "06-Nov-94 08:49:37 GMT": the two digits mean the last such year at most 50 years ahead. */
static int two_digit_year(struct reader *r, int64_t now)
{
    int latest = year_of_now(now) + 50, year = latest - latest % 100 + number(r, 2);
    return year > latest ? year - 100 : year;
}

static bool day_exists(int year, int mon, int day)
{
    int y, m, d;
    civil_from_days(days_from_civil(year, mon, day), &y, &m, &d);
    return d == day; /* else it was carried into another month */
}

int64_t http_date_parse(const char *p, size_t n, int64_t now)
{
    struct reader r = {p, p + n, true};
    int year, mon, day, second;
    size_t name = weekday(&r);
    if (r.ok && r.p < r.end && *r.p == ' ') { /* Sun Nov  6 08:49:37 1994 */
        literal(&r, " ");
        mon = month(&r);
        literal(&r, " ");
        bool one = r.p < r.end && *r.p == ' ';
        r.p += one;
        day = number(&r, one ? 1 : 2);
        literal(&r, " ");
        second = time_of_day(&r);
        literal(&r, " ");
        year = number(&r, 4);
    } else { /* Sun, 06 Nov 1994 08:49:37 GMT or Sunday, 06-Nov-94 08:49:37 GMT */
        const char *between = name == 3 ? " " : "-";
        literal(&r, ", ");
        day = number(&r, 2);
        literal(&r, between);
        mon = month(&r);
        literal(&r, between);
        year = name == 3 ? number(&r, 4) : two_digit_year(&r, now);
        literal(&r, " ");
        second = time_of_day(&r);
        literal(&r, " GMT");
    }
    if (!r.ok || r.p != r.end || year < 1970 || !day_exists(year, mon, day))
        return -1;
    return days_from_civil(year, mon, day) * 86400 + second;
}
