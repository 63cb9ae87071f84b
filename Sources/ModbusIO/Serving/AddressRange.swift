/// A range of network addresses with a common beginning, such as 192.168.1.0/24: who may connect.
public struct AddressRange: Hashable, Sendable {
  private let bytes: [UInt8]
  private let prefix: Int

  /// This machine itself, IPv4 and IPv6.
  public static let loopback = [
    AddressRange(bytes: [127, 0, 0, 0], prefix: 8), AddressRange(bytes: Array(repeating: 0, count: 15) + [1], prefix: 128),
  ]

  /// The addresses that agree with `bytes` (4 for IPv4, 16 for IPv6) in their first `prefix` bits, 0...32 or 0...128.
  public init(bytes: [UInt8], prefix: Int) {
    self.bytes = bytes
    self.prefix = min(max(prefix, 0), bytes.count * 8)
  }

  /// Whether `address` lies within.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    let whole = prefix / 8
    guard address.prefix(whole) == bytes.prefix(whole) else { return false }
    let rest = prefix % 8
    return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
  }
}
