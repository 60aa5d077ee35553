/* SPDX-License-Identifier: MIT */
/* What a process does wrong ends it alone; what it passes wrongly to the kernel is an error. */
#include "test.h"

static volatile uintptr_t address;

static void write_there(void)
{
    *(volatile char *)address = 1;
}

static void read_there(void)
{
    (void)*(volatile char *)address;
}

static void jump_there(void)
{
    ((void (*)(void))address)();
}

static const uintptr_t bad[] = {0,
                                0x1000,
                                (uintptr_t)0x3fffffff0000,
                                0xff008000, /* a device on m68k */
                                (uintptr_t)1 << (sizeof(uintptr_t) * 8 - 1),
                                (uintptr_t)-4096,
                                (uintptr_t)-2097152};
enum { BAD = sizeof bad / sizeof *bad };

static void bad_accesses(void)
{
    for (int i = 0; i < BAD; i++) {
        address = bad[i];
        EQ(status_of(write_there), STATUS_FAULT);
        EQ(status_of(read_there), STATUS_FAULT);
        EQ(status_of(jump_there), STATUS_FAULT);
    }
}

/* The kernel has just run there, so translations may be left over. */
static enum info_kind part;

static void read_kernel(void)
{
    address = (uintptr_t)info(part);
    read_there();
}

static void write_kernel(void)
{
    address = (uintptr_t)info(part);
    write_there();
}

static void jump_to_kernel(void)
{
    address = (uintptr_t)info(INFO_CODE);
    jump_there();
}

static void kernel_pages(void)
{
    for (part = INFO_CODE; part <= INFO_STACK; part++) {
        EQ(status_of(read_kernel), STATUS_FAULT);
        EQ(status_of(write_kernel), STATUS_FAULT);
    }
    EQ(status_of(jump_to_kernel), STATUS_FAULT);
}

/* It comes back, from wherever it is called, unless it must not be executed there. */
__attribute__((noinline)) static int same(int n)
{
    return n;
}

enum { CODE = 64 };
static char data[CODE] __attribute__((aligned(16)));

static void jump_to_copy(void)
{
    char copy[CODE] __attribute__((aligned(16)));
    for (int i = 0; i < CODE; i++)
        copy[i] = data[i] = ((const volatile char *)(uintptr_t)same)[i];
    address = (uintptr_t)(address ? copy : data);
    ((int (*)(int))address)(1);
}

static void protected_pages(void)
{
    address = (uintptr_t)protected_pages; /* code cannot be written */
    EQ(status_of(write_there), STATUS_FAULT);
    address = (uintptr_t)bad; /* nor constants */
    EQ(status_of(write_there), STATUS_FAULT);
    if (info(INFO_ALL_EXECUTABLE))
        return;
    address = 0; /* data is no code */
    EQ(status_of(jump_to_copy), STATUS_FAULT);
    address = 1; /* nor is the stack */
    EQ(status_of(jump_to_copy), STATUS_FAULT);
}

static enum attack kind;

static void attack(void)
{
    user_attack(kind);
}

static void instructions(void)
{
    kind = ATTACK_ILLEGAL;
    EQ(status_of(attack), STATUS_FAULT);
    kind = ATTACK_PRIVILEGED;
    EQ(status_of(attack), STATUS_FAULT);
    for (kind = ATTACK_SERVICE; kind < ATTACK_END; kind++)
        EQ(status_of(attack), STATUS_FAULT);
    kind = ATTACK_DIVIDE;
    int status = status_of(attack);
    EXPECT(status == STATUS_FAULT || status == 0);
}

/* The kernel finds its processor again, whatever the process did to that register. */
static void thread_pointer(void)
{
    for (int i = 0; i < 10; i++) {
        user_attack(ATTACK_THREAD);
        EXPECT(getpid() > 0);
        for (unsigned end = now_ms() + 3; now_ms() < end;)
            ;
    }
}

__attribute__((noinline)) static int dig(int depth)
{
    volatile char room[1000];
    room[0] = (char)depth;
    return depth ? dig(depth + 1) + room[0] : 0;
}

static void dig_deep(void)
{
    dig(1);
}

static int dig_some(int depth)
{
    volatile char room[1000];
    room[0] = 1;
    return depth ? dig_some(depth - 1) + room[0] : 0;
}

static void stack(void)
{
    EQ(dig_some(200), 200); /* it grows as far as it may */
    EQ(status_of(dig_deep), STATUS_FAULT);
}

/* ---- bad arguments ------------------------------------------------------------------------- */

static void bad_arguments(void)
{
    char *argv[] = {"echo", NULL};
    int fd[2], status;
    EQ(pipe(fd), 0);
    for (int i = 0; i < BAD; i++) {
        char *where = (char *)bad[i];
        EQ(write(fd[1], where, 1), -EFAULT);
        EQ(pipe((int *)where), -EFAULT);
        EQ(exec(where, argv), -EFAULT);
        EQ(exec("echo", (char *const *)where), -EFAULT);
        EQ(write(fd[1], "x", 1), 1);
        EQ(read(fd[0], where, 1), -EFAULT);
        if (bad[i]) {
            int pid = fork();
            if (pid == 0)
                exit(0);
            EQ(wait((int *)where), -EFAULT);
        }
    }
    EQ(write(fd[1], "x", 1), 1);
    EQ(read(fd[0], (char *)bad_arguments, 1), -EFAULT);
    EQ(write(fd[1], (char *)(USER_STACK_TOP - 1), 2), -EFAULT); /* it begins well */
    EQ(wait(&status), -ECHILD);
}

/* It is the kernel that would follow the pointer: these it may not on behalf of a process. */
static void kernel_pointers(void)
{
    int fd[2];
    char c = 'x';
    EQ(pipe(fd), 0);
    for (part = INFO_CODE; part <= INFO_STACK; part++) {
        char *where = (char *)info(part);
        EQ(write(fd[1], where, 1), -EFAULT);
        EQ(exec(where, (char *const[]){"echo", NULL}), -EFAULT);
        EQ(pipe((int *)where), -EFAULT);
        EQ(write(fd[1], &c, 1), 1);
        EQ(read(fd[0], where, 1), -EFAULT);
    }
}

static void bad_descriptors(void)
{
    char c;
    int fd[16], n = 0;
    EQ(read(-1, &c, 1), -EBADF);
    EQ(write(99, &c, 1), -EBADF);
    EQ(close(15), -EBADF);
    EQ(dup(1000000), -EBADF);
    while ((fd[n] = dup(1)) >= 0)
        n++;
    EQ(n, 13);
    EQ(fd[n], -EMFILE);
    EQ(pipe(fd), -EMFILE);
}

static void bad_calls(void)
{
    EQ(user_call(0, 0, 0, 0), -ENOSYS);
    EQ(user_call(CALL_COUNT, 0, 0, 0), -ENOSYS);
    EQ(user_call((uintptr_t)-1, 0, 0, 0), -ENOSYS);
    EQ(kill(0), -ESRCH);
    EQ(kill(-1), -ESRCH);
    EQ(kill(123456789), -ESRCH);
}

const struct test fault_tests[] = {
    {"bad-accesses", bad_accesses},
    {"kernel-pages", kernel_pages},
    {"protected-pages", protected_pages},
    {"instructions", instructions},
    {"thread-pointer", thread_pointer},
    {"stack", stack},
    {"bad-arguments", bad_arguments},
    {"kernel-pointers", kernel_pointers},
    {"bad-descriptors", bad_descriptors},
    {"bad-calls", bad_calls},
    {NULL, NULL},
};
