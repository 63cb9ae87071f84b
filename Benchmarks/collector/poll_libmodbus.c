// poll_libmodbus PORT DEVICES REGISTERS SECONDS: the plain loop. One connection, one device after the other, words thrown away.
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count != 5) return 64;
  int devices = atoi(arguments[2]), registers = atoi(arguments[3]);
  double length = atof(arguments[4]);
  modbus_t *bus = modbus_new_tcp("127.0.0.1", atoi(arguments[1]));
  uint16_t words[125];
  if (!bus || modbus_connect(bus)) return perror("poll_libmodbus"), 1;
  long polls = 0;
  double begin = seconds();
  while (seconds() - begin < length) {
    for (int device = 1; device <= devices; device++, polls++) {
      modbus_set_slave(bus, device);
      if (modbus_read_input_registers(bus, 0, registers, words) != registers) return perror("poll_libmodbus"), 1;
    }
  }
  double wall = seconds() - begin;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("{\"polls\": %ld, \"wall\": %.6f, \"cpu\": %.6f}\n", polls, wall, cpu);
  return 0;
}
