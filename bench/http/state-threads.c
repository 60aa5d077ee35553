/* SPDX-License-Identifier: MIT */
/* State Threads: a thread for each connection, with the parser of the other C servers. On poll: the
   packaged library was built without epoll, and select ends at 1,024 descriptors. */
#include "answer.h"
#include "listen.h"
#include <st.h>

static void *serve(void *arg)
{
    st_netfd_t fd = arg;
    struct exchange x;
    x.have = x.pending = 0;
    x.closing = 0;
    while (!x.closing) {
        ssize_t n = st_read(fd, x.in + x.have, sizeof x.in - x.have, ST_UTIME_NO_TIMEOUT);
        if (n <= 0)
            break;
        x.have += (size_t)n;
        while (exchange_answer(&x) > 0) {
            if (st_write(fd, x.out, x.pending, ST_UTIME_NO_TIMEOUT) != (ssize_t)x.pending)
                x.closing = 1;
            x.pending = 0;
        }
    }
    st_netfd_close(fd);
    return NULL;
}

int main(int argc, char **argv)
{
    bench_check(st_set_eventsys(ST_EVENTSYS_POLL) == 0 && st_init() == 0, "st_init failed");
    st_netfd_t listener = st_netfd_open_socket(listen_at_port(argc, argv));
    bench_check(listener, "st_netfd_open_socket: %s", strerror(errno));
    for (;;) {
        st_netfd_t fd = st_accept(listener, NULL, NULL, ST_UTIME_NO_TIMEOUT);
        if (!fd)
            continue;
        no_delay(st_netfd_fileno(fd));
        bench_check(st_thread_create(serve, fd, 0, 0), "st_thread_create failed");
    }
}
