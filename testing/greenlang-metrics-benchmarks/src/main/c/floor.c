/* floor: the minimum cost of a WebSocket fan-out on this machine.
 *
 * One thread, epoll, no features: every client that upgrades, at any path, receives every publication. Each publication
 * is encoded once into the same frame that our server sends for a flat metric. The remaining cost is the kernel's cost
 * of passing bytes to N sockets. A server can only be judged relative to that cost, because machines differ.
 *
 *   -m each       one send per subscriber and publication: the cost of a server that sends each publication immediately
 *   -m burst      one send per subscriber and burst: the cost that a server can reach by batching its writes
 *   -i write      each send is a system call
 *   -i io_uring   one system call for the sends to all subscribers
 *
 * Deliberately omitted: it reads and discards all client messages, including pings, and has no limits.
 *
 * build: cc -O2 -o floor floor.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "metric_frame.h"
#include "ring.h"
#include "websocket_accept.h"

enum {
  MAX_BURST = 1000,
  REQUEST_ROOM = 2048,      /* a longer upgrade request is rejected */
  MAX_PENDING = 512 * 1024, /* bytes queued for one slow subscriber at most; holds a whole burst of MAX_BURST */
};

typedef struct {
  int fd;
  int slot;            /* its index in `subscribers`; -1 until it is upgraded */
  char *request;       /* the bytes received of the upgrade request; freed once it is answered */
  size_t request_length;
  char *pending;       /* bytes that a full socket did not accept; NULL if there are none */
  size_t pending_from, pending_length;
} connection;

static connection **subscribers;
static int subscriber_count, subscriber_room;
static int epoll_fd;
static uint64_t published, dropped;
static volatile sig_atomic_t stopping;

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* ---- the upgrade ---------------------------------------------------------------------------------------------------- */

/* Answers a complete request and makes the connection a subscriber; returns 0 if it is not an upgrade. */
static int upgrade(connection *c) {
  const char *key = strcasestr(c->request, "\r\nSec-WebSocket-Key:");
  if (!key) return 0;
  key += strlen("\r\nSec-WebSocket-Key:");
  key += strspn(key, " \t");
  if (strcspn(key, " \t\r") != 24) return 0;
  char value[29], answer[256];
  websocket_accept(key, value);
  int length = snprintf(answer, sizeof answer,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n", value);
  if (write(c->fd, answer, length) != length) return 0; /* it always fits into a new socket's buffer */
  free(c->request);
  c->request = NULL;
  if (subscriber_count == subscriber_room) {
    subscriber_room = subscriber_room ? 2 * subscriber_room : 1024;
    subscribers = realloc(subscribers, subscriber_room * sizeof *subscribers);
    if (!subscribers) die("memory");
  }
  c->slot = subscriber_count;
  subscribers[subscriber_count++] = c;
  return 1;
}

/* ---- connections ---------------------------------------------------------------------------------------------------- */

static void watch(connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epoll_fd, operation, c->fd, &event) < 0) die("epoll_ctl");
}

static void drop(connection *c) {
  if (c->slot >= 0) { /* the last subscriber moves to its index */
    subscribers[c->slot] = subscribers[--subscriber_count];
    subscribers[c->slot]->slot = c->slot;
  }
  close(c->fd);
  free(c->request);
  free(c->pending);
  free(c);
}

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection *c = calloc(1, sizeof *c);
    if (!c || !(c->request = malloc(REQUEST_ROOM))) die("memory");
    c->fd = fd;
    c->slot = -1;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) perror("accept");
}

static void readable(connection *c) {
  static char forgotten[65536];
  char *into = c->request ? c->request + c->request_length : forgotten;
  size_t room = c->request ? REQUEST_ROOM - 1 - c->request_length : sizeof forgotten;
  ssize_t n = read(c->fd, into, room);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) { /* also if a request fills its buffer without an end: reading into 0 bytes returns 0 */
    drop(c);
    return;
  }
  if (!c->request) return;
  c->request_length += n;
  c->request[c->request_length] = 0;
  if (strstr(c->request, "\r\n\r\n") && !upgrade(c)) drop(c);
}

/* Sends the pending bytes; once all are sent, publications are written directly to the socket again. */
static void writable(connection *c) {
  ssize_t n = write(c->fd, c->pending + c->pending_from, c->pending_length);
  if (n < 0) return; /* a broken connection is reported as EPOLLHUP */
  c->pending_from += n;
  c->pending_length -= n;
  if (c->pending_length) return;
  free(c->pending);
  c->pending = NULL;
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
}

/* Keeps bytes that a full socket did not accept, so no frame is ever truncated. If `pending` is full, the frames of this
 * call are dropped as a whole and counted. */
static void keep(connection *c, const char *bytes, size_t length) {
  if (!c->pending) {
    if (!(c->pending = malloc(MAX_PENDING))) die("memory");
    c->pending_from = c->pending_length = 0;
    watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  }
  if (c->pending_length + length > MAX_PENDING) {
    dropped++;
    return;
  }
  if (c->pending_from + c->pending_length + length > MAX_PENDING) {
    memmove(c->pending, c->pending + c->pending_from, c->pending_length);
    c->pending_from = 0;
  }
  memcpy(c->pending + c->pending_from + c->pending_length, bytes, length);
  c->pending_length += length;
}

/* Keeps the part of whole frames that a send left over; `sent` is its result. */
static void keep_rest(connection *c, const char *bytes, size_t length, ssize_t sent, int error) {
  if (sent == (ssize_t)length) return;
  if (sent < 0 && error != EAGAIN) return; /* a broken connection is reported as EPOLLHUP and dropped there */
  if (sent > 0) bytes += sent, length -= sent;
  keep(c, bytes, length);
}

/* ---- sending -------------------------------------------------------------------------------------------------------- */

static int with_ring;
static ring sender;
static connection *sent_to[RING_ENTRIES];
static const char *sent_bytes;
static size_t sent_length;

static void completed(uint64_t id, int result) {
  keep_rest(sent_to[id], sent_bytes, sent_length, result, -result);
}

static void submit(void) {
  if (!ring_submit(&sender, completed)) die("io_uring_enter");
}

/* Sends the same whole frames to all subscribers. All sends have ended when it returns, and therefore the next ones
 * follow them on each connection. */
static void deliver(const char *bytes, size_t length) {
  sent_bytes = bytes, sent_length = length;
  for (int s = 0; s < subscriber_count; s++) {
    connection *c = subscribers[s];
    if (c->pending) keep(c, bytes, length);
    else if (with_ring) {
      if (sender.queued == RING_ENTRIES) submit();
      sent_to[sender.queued] = c;
      ring_send(&sender, c->fd, bytes, length, sender.queued);
    } else {
      ssize_t n = write(c->fd, bytes, length);
      keep_rest(c, bytes, length, n, errno);
    }
  }
  if (with_ring) submit();
}

/* ---- publications --------------------------------------------------------------------------------------------------- */

static void publish(int burst, int together) {
  static char frames[MAX_BURST * FRAME_ROOM];
  size_t ends[MAX_BURST], length = 0;
  for (int i = 0; i < burst; i++) ends[i] = length += metric_frame(frames + length);
  published += burst;
  if (together) {
    deliver(frames, length);
    return;
  }
  for (int i = 0; i < burst; i++) {
    size_t from = i ? ends[i - 1] : 0;
    deliver(frames + from, ends[i] - from);
  }
}

/* ---- main ----------------------------------------------------------------------------------------------------------- */

static void stop(int signal) {
  (void)signal;
  stopping = 1;
}

static int listen_at(int port) {
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) die("listen");
  return fd;
}

static int timer_every(double seconds) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct timespec step = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (time_t)seconds) * 1e9)};
  struct itimerspec timer = {.it_interval = step, .it_value = step};
  if (fd < 0 || timerfd_settime(fd, 0, &timer, NULL) < 0) die("timer");
  return fd;
}

int main(int argc, char **argv) {
  int port = 8001, burst = 1, together = 0;
  double rate = 20;
  for (int option; (option = getopt(argc, argv, "p:m:i:r:b:")) >= 0;) {
    if (option == 'p') port = atoi(optarg);
    else if (option == 'm' && !strcmp(optarg, "each")) together = 0;
    else if (option == 'm' && !strcmp(optarg, "burst")) together = 1;
    else if (option == 'i' && !strcmp(optarg, "write")) with_ring = 0;
    else if (option == 'i' && !strcmp(optarg, "io_uring")) with_ring = 1;
    else if (option == 'r') rate = atof(optarg);
    else if (option == 'b') burst = atoi(optarg);
    else option = '?';
    if (option == '?' || burst < 1 || burst > MAX_BURST || rate <= 0) {
      fprintf(stderr, "usage: floor [-p port] [-m each|burst] [-i write|io_uring] [-r publications per second] "
                      "[-b publications per burst]\n");
      return 2;
    }
  }
  signal(SIGPIPE, SIG_IGN);
  struct sigaction on_stop = {.sa_handler = stop}; /* no SA_RESTART, so that epoll_wait returns */
  sigaction(SIGTERM, &on_stop, NULL);
  sigaction(SIGINT, &on_stop, NULL);
  if (with_ring && !ring_open(&sender)) die("io_uring, which needs Linux 6.1 and kernel.io_uring_disabled = 0");
  if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll");
  connection listener = {.fd = listen_at(port)}, timer = {.fd = timer_every(burst / rate)};
  watch(&listener, EPOLL_CTL_ADD, EPOLLIN);
  watch(&timer, EPOLL_CTL_ADD, EPOLLIN);
  printf("listening %d\n", port);
  fflush(stdout);

  uint64_t owed = 0; /* bursts that are due: a floor that cannot keep up continues without pausing and skips none */
  while (!stopping) {
    struct epoll_event events[512];
    int count = epoll_wait(epoll_fd, events, 512, owed ? 0 : -1);
    for (int i = 0; i < count; i++) {
      connection *c = events[i].data.ptr;
      uint64_t ticks;
      if (c == &listener) accept_all(c->fd);
      else if (c == &timer) owed += read(c->fd, &ticks, sizeof ticks) == sizeof ticks ? ticks : 0;
      else if (events[i].events & (EPOLLHUP | EPOLLERR)) drop(c);
      else {
        if ((events[i].events & EPOLLOUT) && c->pending) writable(c);
        if (events[i].events & EPOLLIN) readable(c);
      }
    }
    if (owed) {
      owed--;
      publish(burst, together);
    }
  }
  printf("published=%llu dropped=%llu\n", (unsigned long long)published, (unsigned long long)dropped);
  return 0;
}
