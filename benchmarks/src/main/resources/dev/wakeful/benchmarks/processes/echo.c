// SPDX-License-Identifier: Apache-2.0
// The floor that any server stands on: one thread, edge-triggered epoll, no buffers of its own but one.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[64 * 1024];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// Answers each line with "bytes 0", since nothing is counted here, and ends the process at the end of the input.
static void *control(void *unused) {
    (void)unused;
    int c;
    while ((c = getchar()) != EOF) {
        if (c == '\n') {
            puts("bytes 0");
            fflush(stdout);
        }
    }
    exit(0);
}

static void echo(int epoll, int fd) {
    for (;;) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0) {
            if (n < 0 && errno == EAGAIN) {
                return;
            }
            epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
            close(fd);
            return;
        }
        for (ssize_t sent = 0; sent < n;) {
            ssize_t m = send(fd, buffer + sent, n - sent, MSG_NOSIGNAL);
            if (m > 0) {
                sent += m;
            } else if (m < 0 && errno != EAGAIN) {
                close(fd);
                return;
            }
        }
    }
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        fail("listen");
    }
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    pthread_create(&thread, NULL, control, NULL);
    static struct epoll_event events[1024];
    for (;;) {
        int ready = epoll_wait(epoll, events, 1024, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                echo(epoll, fd);
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                int one = 1;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.events = EPOLLIN | EPOLLET;
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
