// adjtimex: whether the kernel's clock is synchronised. Swift's Glibc leaves this header out.
#include <sys/timex.h>
