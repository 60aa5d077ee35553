/* SPDX-License-Identifier: MIT */
/*
 * loops: two Loop coroutines, 1 and 2, hand the processor to each other; neither calls the other.
 * They print lines or, on a terminal, fill one half of the screen each and seem to run in parallel.
 */
#include <faden/coro.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct loop {
    faden_coro coro;
    int my_id;
    struct loop *nextone;
};

static int count; /* of rounds */
static bool on_screen, keys;
static volatile sig_atomic_t stop;

static void screen_print(int id, int i)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 2 || size.ws_col < 4)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    int width = size.ws_col / 2, row = 1 + i % (size.ws_row - 1);
    char text[64];
    snprintf(text, sizeof text, "Coroutine %d: %d", id, i);
    if (id == 1 && row == 1)
        printf("\33[2J\33[%d;1H%.*s", size.ws_row, size.ws_col - 1, "q quits");
    printf("\33[%d;%dH%.*s", row, 1 + (id - 1) * width, width - 1, text);
    fflush(stdout);

    char key = 'q'; /* the end of the input counts as q */
    if (poll(&(struct pollfd){STDIN_FILENO, POLLIN, 0}, keys, 40) == 1 &&
        read(STDIN_FILENO, &key, 1) <= 1 && key == 'q')
        stop = 1;
}

/* What each of the two does. */
static void *action(void *self)
{
    struct loop *me = self;
    for (int i = 0; i < count && !stop; i++) {
        if (on_screen)
            screen_print(me->my_id, i);
        else
            printf("Coroutine %d: %d\n", me->my_id, i);
        /* resume(nextone). What a coroutine is first resumed with is its argument: itself. */
        faden_coro_transfer(&me->nextone->coro, me->nextone);
    }
    return NULL; /* to main, who let the first of them go */
}

static void end(int signal)
{
    stop = signal;
}

static void set_terminal(bool ours)
{
    fputs(ours ? "\33[?1049h\33[?25l" : "\33[?25h\33[?1049l", stdout); /* other screen, cursor */
    signal(SIGINT, ours ? end : SIG_DFL);
    struct termios mode;
    if ((keys = tcgetattr(STDIN_FILENO, &mode) == 0)) {
        mode.c_lflag ^= ICANON | ECHO; /* keys at once and unseen; and back */
        tcsetattr(STDIN_FILENO, TCSANOW, &mode);
    }
}

int main(int argc, char **argv)
{
    static unsigned char stack[2][64 << 10];
    struct loop a = {.my_id = 1}, b = {.my_id = 2, .nextone = &a};
    a.nextone = &b;
    bool forced = argc > 1 && (!strcmp(argv[1], "--lines") || !strcmp(argv[1], "--screen"));
    on_screen = forced ? argv[1][2] == 's' : isatty(STDOUT_FILENO);
    const char *number = argc > 1 + forced ? argv[argc - 1] : NULL;
    count = number ? atoi(number) : on_screen ? INT32_MAX : 10;
    if (argc > 2 + forced || count <= 0) {
        bool help = number && !strcmp(number, "--help");
        fputs("usage: loops [--lines | --screen] [COUNT]\n", help ? stdout : stderr);
        return help ? 0 : 2;
    }
    if (faden_coro_init(&a.coro, stack[0], sizeof stack[0], action, NULL) < 0 ||
        faden_coro_init(&b.coro, stack[1], sizeof stack[1], action, NULL) < 0)
        return 1;
    if (on_screen)
        set_terminal(true);
    faden_coro_resume(&a.coro, &a); /* go() */
    if (on_screen)
        set_terminal(false);
}
