/// The checksum of Modbus RTU frames: polynomial 0x8005 reflected (0xA001), start value 0xFFFF
/// (Modbus over serial line 1.02, section 6.2.2). The check value for the text "123456789" is 0x4B37.
public enum CRC16Modbus {
  /// The checksum over `bytes`. On the wire its low byte goes first.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var remainder: UInt16 = 0xFFFF
    for byte in bytes {
      remainder = (remainder >> 8) ^ table[Int((remainder ^ UInt16(byte)) & 0xFF)]
    }
    return remainder
  }

  /// The two bytes that end a frame with this `body`, in wire order.
  public static func trailer(for body: some Sequence<UInt8>) -> [UInt8] {
    let sum = checksum(body)
    return [UInt8(sum & 0xFF), UInt8(sum >> 8)]
  }

  /// The remainder of each single byte.
  private static let table: [UInt16] = (0..<256).map { byte in
    (0..<8).reduce(UInt16(byte)) { remainder, _ in
      remainder & 1 == 0 ? remainder >> 1 : (remainder >> 1) ^ 0xA001
    }
  }
}
