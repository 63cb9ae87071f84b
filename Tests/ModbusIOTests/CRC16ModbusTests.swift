import ModbusIO
import Testing

@Suite("The CRC-16 of Modbus")
struct CRC16ModbusTests {
  @Test("has the published check value")
  func checkValue() {
    #expect(CRC16Modbus.checksum("123456789".utf8) == 0x4B37)
  }

  /// Frame of the serial line guide 1.02, section 6.2.2: 02 07 41 12, checksum 0x1241 sent low byte first.
  @Test("goes out low byte first, as in the serial line guide")
  func wireOrder() {
    #expect(CRC16Modbus.trailer(for: [0x02, 0x07]) == [0x41, 0x12])
  }

  @Test("of nothing is its start value")
  func empty() {
    #expect(CRC16Modbus.checksum([]) == 0xFFFF)
  }
}
