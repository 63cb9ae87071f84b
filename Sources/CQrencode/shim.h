// libqrencode's types: room QRCodes is the one that imports them, and loads the library when it is asked for a code. It is not linked.
#include <qrencode.h>
