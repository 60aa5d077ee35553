/* SPDX-License-Identifier: MIT */
/*
 * A small shell on the console. It is a task, and the stand-in parent of the processes it starts;
 * a reaper waits for them, so that those in the background are told of too. Boot programs want the
 * machine for themselves: for these the run ends, and begins anew afterwards.
 */
#include <faden/faden.h>

#include "base/format.h"
#include "console.h"
#include "kernel.h"
#include "machine.h"
#include "proc/process.h"
#include "processor.h"
#include "program.h"

enum { LINE = 128, TASKS = 64 };
enum { END_OF_INPUT = 4, BELL = 7, BACKSPACE = 8, ERASE_LINE = 21, DELETE = 127 }; /* keys */

static char line[LINE];
static char *words[LINE / 2 + 1]; /* as many as there may be */
static struct process family;     /* the stand-in parent */
static faden_mutex lock;
static faden_cond changed;
static int foreground; /* the pid that is waited for; 0: it has ended */
static unsigned living;

/* ---- a line ------------------------------------------------------------------------------ */

/* false: the console is at its end, or somebody has typed Ctrl-D at the beginning of a line. */
static bool read_line(void)
{
    size_t n = 0;
    print("> ");
    for (;;) {
        int c = console_get();
        if (c < 0 || (c == END_OF_INPUT && n == 0))
            return false;
        if (c == '\r' || c == '\n')
            break;
        if (c == BACKSPACE || c == DELETE || c == ERASE_LINE) {
            for (size_t left = c == ERASE_LINE ? 0 : n - (n > 0); n > left; n--)
                print("\b \b");
        } else if (c >= ' ' && c < DELETE) {
            bool fits = n + 1 < LINE;
            if (fits)
                line[n++] = (char)c;
            print("%c", fits ? c : BELL);
        }
    }
    print("\n");
    line[n] = '\0';
    return true;
}

/* ---- processes --------------------------------------------------------------------------- */

static void *reap(void *arg)
{
    int status, pid;
    faden_mutex_lock(&lock);
    while (living) {
        faden_mutex_unlock(&lock);
        pid = process_wait(&family, &status);
        faden_mutex_lock(&lock);
        living--;
        if (pid != foreground)
            print("[%d ended with %d]\n", pid, status);
        else if (status)
            print("status %d\n", status);
        if (pid == foreground)
            foreground = 0;
        faden_cond_broadcast(&changed);
    }
    faden_mutex_unlock(&lock);
    return NULL;
}

static void start(unsigned n)
{
    bool background = n > 1 && !strcmp(words[n - 1], "&");
    if (background)
        words[n - 1] = NULL;
    faden_mutex_lock(&lock);
    int pid = process_start(&family, words[0], words);
    if (pid < 0)
        process_start_failed(words[0], pid);
    else if (living++ == 0 && faden_go(reap, NULL) < 0)
        print("no memory to wait for it\n");
    if (pid > 0 && background)
        print("[%d]\n", pid);
    foreground = pid > 0 && !background ? pid : 0;
    while (foreground)
        if (faden_cond_wait(&changed, &lock) < 0)
            break;
    faden_mutex_unlock(&lock);
}

static void wait_for_all(void)
{
    faden_mutex_lock(&lock);
    while (living)
        if (faden_cond_wait(&changed, &lock) < 0)
            break;
    faden_mutex_unlock(&lock);
}

/* ---- looking ----------------------------------------------------------------------------- */

static void show_process(void *arg, const struct process *p)
{
    bool running = processors[p->processor].process == p;
    print("  %5d  %-12s %6u ticks  processor %u%s%s\n", p->pid, p->name, p->ticks, p->processor,
          running ? ", running" : "", p->killed ? ", being killed" : "");
}

static void ps(void)
{
    static const char *const states[] = {"new", "ready", "running", "parked", "done"};
    static faden_task_info info[TASKS];
    int64_t n = faden_tasks(info, TASKS, false);
    print("    pid  program\n");
    process_each(show_process, NULL);
    print("   task  name         state\n");
    for (int64_t i = 0; i < n && i < TASKS; i++)
        print("  %5lu  %-12s %-8s %s\n", (unsigned long)info[i].id,
              info[i].name ? info[i].name : "-", states[info[i].state],
              info[i].reason ? info[i].reason : "");
}

static int64_t asleep_by(const struct processor *p, int64_t now)
{
    int64_t since = p->asleep_since;
    return p->asleep + (since ? now - since : 0);
}

/* What each processor did since the last time, `period` ago. */
static void show_processors(uint64_t *interrupts, int64_t *asleep, int64_t period)
{
    int64_t now = machine_now();
    for (unsigned i = 0; i < processors_count; i++) {
        struct processor *p = &processors[i];
        int64_t slept = asleep_by(p, now) - asleep[i];
        int busy = (int)(100 - slept * 100 / period);
        print("  processor %u: %3d %% busy, %lu interrupts\n", i, busy < 0 ? 0 : busy,
              (unsigned long)(p->interrupts - interrupts[i]));
        interrupts[i] = p->interrupts;
        asleep[i] += slept;
    }
}

/* What each processor did in the last second, until a key is pressed; first, since the boot. */
static void top(void)
{
    static uint64_t interrupts[PROCESSORS_MAX];
    static int64_t asleep[PROCESSORS_MAX];
    int64_t last = 0;
    faden_stats stats, before = {.switches = 0};
    memset(interrupts, 0, sizeof interrupts);
    memset(asleep, 0, sizeof asleep);
    do {
        if (faden_stats_get(&stats) < 0)
            return;
        print(
            "\33[2J\33[H%lu s up, %zu processes, %lu tasks, %zu of %zu KiB free; any key ends\n\n",
            (unsigned long)(machine_now() / FADEN_SEC), process_count(),
            (unsigned long)(stats.spawned - stats.finished), pages_available() * (PAGE_SIZE / 1024),
            pages_total() * (PAGE_SIZE / 1024));
        int64_t period = machine_now() - last;
        last += period;
        print("  in %lu ms: %lu switches, %lu sleeps\n\n", (unsigned long)(period / FADEN_MSEC),
              (unsigned long)(stats.switches - before.switches),
              (unsigned long)(stats.idles - before.idles));
        show_processors(interrupts, asleep, period);
        print("\n");
        process_each(show_process, NULL);
        before = stats;
    } while (console_get_until(machine_now() + FADEN_SEC) < 0);
}

static void help(void)
{
    print("ps, top, kill PID..., wait, exit (or Ctrl-D); NAME [ARG...] [&] runs a user program:");
    for (const struct image *i = images; i->name; i++)
        print(" %s", i->name);
    print("\nboot programs, when no process is left:\n");
    for (const struct program *p = programs; p->name; p++)
        print("  %-12s %s\n", p->name, p->what);
}

static void kill_it(void *arg, const struct process *p)
{
    int *pid = arg;
    if (!p->killed)
        *pid = p->pid;
}

static void kill_all(void)
{
    int pid;
    do {
        pid = 0;
        process_each(kill_it, &pid);
    } while (pid && process_kill(pid) == 0);
}

static void kill_named(char **word)
{
    if (!*word)
        print("kill PID...; ps tells them\n");
    for (; *word; word++) {
        unsigned pid;
        if (!number_is(*word, &pid))
            print("kill: '%s' is not the number of a process\n", *word);
        else if (pid > INT32_MAX || process_kill((int)pid) < 0)
            print("kill: there is no process %s\n", *word);
    }
}

/* ---- the shell --------------------------------------------------------------------------- */

enum what_next { GO_ON, BOOT_PROGRAM, END };

static enum what_next command(unsigned n)
{
    if (!strcmp(words[0], "exit"))
        return END;
    if (!strcmp(words[0], "ps"))
        ps();
    else if (!strcmp(words[0], "wait"))
        wait_for_all();
    else if (!strcmp(words[0], "top"))
        top();
    else if (!strcmp(words[0], "help"))
        help();
    else if (!strcmp(words[0], "kill"))
        kill_named(words + 1);
    else if (!strcmp(words[0], "shell"))
        print("this is it\n");
    else if (program_find(words[0]) && !living)
        return BOOT_PROGRAM;
    else if (program_find(words[0]))
        print("%s wants the machine for itself, and there are processes: wait, or kill them\n",
              words[0]);
    else
        start(n);
    return GO_ON;
}

static int shell(void *arg)
{
    enum what_next next = GO_ON;
    while (next == GO_ON) {
        if (!read_line())
            return END;
        unsigned n = words_of(line, words);
        if (n)
            next = command(n);
    }
    if (next == END)
        kill_all();
    return next;
}

int shell_run(int argc, char **argv)
{
    static const faden_config config = {.route = FADEN_ROUTE_SCHEDULER};
    int next = GO_ON;
    process_stand_in(&family);
    do {
        process_trace_begin();
        int err = faden_run(shell, NULL, &config, &next);
        faden_trace_set(NULL, NULL);
        if (err)
            return 1;
        if (next == BOOT_PROGRAM) {
            int n = 0;
            while (words[n])
                n++;
            print("exit code %d\n", program_find(words[0])->run(n, words));
        }
    } while (next != END);
    return 0;
}
