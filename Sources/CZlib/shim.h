// zlib: room Spreadsheets is the one that imports it.
#include <zlib.h>
