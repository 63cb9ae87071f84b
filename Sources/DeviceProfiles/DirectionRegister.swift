public import Readings

/// The register that tells which way a value counts, for devices that show the value itself without a sign.
public struct DirectionRegister: Hashable, Sendable {
  /// Where the code lies: a `u16`, some of its bits, or an entry of a table of bits.
  public let place: RegisterSummand
  /// What each code says. With a code that is neither here nor in `idle` there is no value.
  public let codes: [UInt64: Direction]
  /// The codes by which the device says that nothing flows: then zero is a value, and any other number contradicts it.
  public let idle: Set<UInt64>

  /// A direction register; see the properties.
  public init(
    table: RegisterTable, address: UInt16, bits: ClosedRange<Int>? = nil, codes: [UInt64: Direction], idle: Set<UInt64> = []
  ) {
    place = RegisterSummand(table: table, address: address, type: table.holdsBits ? .bit : .u16, bits: bits)
    self.codes = codes
    self.idle = idle
  }

  /// Whether it tells both ways in which a value of `channel` can count.
  public func tellsBothWays(of channel: Channel) -> Bool { Set(codes.values.map { $0.turns(channel) }).count == 2 }

  /// `amount`, whatever its own sign, counted the way that `code` says.
  func count(_ amount: Int64, code: UInt64, of channel: Channel) throws(MissingReason) -> Int64 {
    if amount == 0, idle.contains(code) { return 0 }
    guard let way = codes[code] else { throw .directionUnknown }
    guard let amount = Int64(exactly: amount.magnitude) else { throw .outOfRange }
    return way.turns(channel) ? -amount : amount
  }

  /// The smallest code that says which way `value` counts; nil where there is none.
  func code(for value: Int64, of channel: Channel) -> UInt64? {
    if value == 0, let idle = idle.min() { return idle }
    return codes.filter { $0.value.turns(channel) == (value < 0) }.keys.min()
  }
}
