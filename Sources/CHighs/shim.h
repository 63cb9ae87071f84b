// HiGHS's C API: room HighsSolver is the one that imports it. (The wheel's library has the old C++ ABI: never its C++ headers.)
#include <interfaces/highs_c_api.h>
