// What Swift's Glibc leaves out. adjtimex: whether the kernel's clock is synchronised; mallopt: how much memory threads keep for themselves.
#include <malloc.h>
#include <sys/timex.h>
