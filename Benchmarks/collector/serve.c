// serve [COUNT]: simulated meters on loopback, so light that the reader is measured and not the meters. It prints its port, or so many,
// a line each, then answers reads of input and holding registers of any unit on any number of connections, until it is killed. Every two registers hold one float,
// high word first: 230 at the start, 230 more after an hour, so that as power and as a counter in Wh they belong together.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { header = 7, longest = 260, connections = 2048 };

struct pending {
  uint8_t bytes[longest];
  size_t count;
};
static struct pending pending[connections];
static int is_listener[connections];

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double begin;

static size_t answer(const uint8_t *request, uint8_t *reply) {
  unsigned first = request[8] << 8 | request[9], count = request[10] << 8 | request[11];
  memcpy(reply, request, 8);
  if ((request[7] != 3 && request[7] != 4) || count == 0 || count > 125) {
    reply[5] = 3, reply[7] |= 0x80, reply[8] = request[7] == 3 || request[7] == 4 ? 3 : 1;
    return 9;
  }
  float value = (float)(230 + (seconds() - begin) * 230 / 3600);
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  reply[4] = 0, reply[5] = (uint8_t)(3 + 2 * count), reply[8] = (uint8_t)(2 * count);
  for (unsigned index = 0; index < count; index++) {
    uint16_t word = (uint16_t)((first + index) % 2 == 0 ? bits >> 16 : bits);
    reply[9 + 2 * index] = (uint8_t)(word >> 8), reply[10 + 2 * index] = (uint8_t)word;
  }
  return 9 + 2 * count;
}

// What has come on `socket`: whole requests are answered. 0 when it is over.
static int serve(int socket) {
  struct pending *open = &pending[socket];
  ssize_t got = recv(socket, open->bytes + open->count, sizeof open->bytes - open->count, MSG_DONTWAIT);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  open->count += (size_t)got;
  while (open->count >= 12) {
    uint8_t reply[longest];
    size_t length = answer(open->bytes, reply);
    if (send(socket, reply, length, MSG_NOSIGNAL) != (ssize_t)length) return 0;
    open->count -= 12;
    memmove(open->bytes, open->bytes + 12, open->count);
  }
  return 1;
}

// A listener on a port that is free.
static int open_port(int poll) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) return perror("serve"), 0;
  getsockname(listener, (struct sockaddr *)&address, &size);
  struct epoll_event interest = {.events = EPOLLIN, .data.fd = listener};
  if (listener >= connections || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &interest)) return perror("serve"), 0;
  is_listener[listener] = 1;
  printf("%d\n", ntohs(address.sin_port));
  return 1;
}

static void take(int poll, int listener) {
  int fresh = accept(listener, NULL, NULL), on = 1;
  if (fresh < 0) return;
  if (fresh >= connections) {
    close(fresh);
    return;
  }
  is_listener[fresh] = 0;
  pending[fresh].count = 0;
  setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event interest = {.events = EPOLLIN, .data.fd = fresh};
  epoll_ctl(poll, EPOLL_CTL_ADD, fresh, &interest);
}

int main(int count, char **arguments) {
  int poll = epoll_create1(0);
  for (int ports = count > 1 ? atoi(arguments[1]) : 1; ports > 0; ports--) {
    if (!open_port(poll)) return 1;
  }
  fflush(stdout);
  begin = seconds();
  struct epoll_event ready[64];
  for (;;) {
    int found = epoll_wait(poll, ready, 64, -1);
    for (int index = 0; index < found; index++) {
      int socket = ready[index].data.fd;
      if (is_listener[socket]) {
        take(poll, socket);
      } else if (!serve(socket)) {
        close(socket);
      }
    }
  }
}
