// libmodbus, client side only: room ModbusIO is the one that imports it.
#include <modbus.h>
