/// Which word of a value of several registers stands in its first register. Within a word the high byte always comes first.
public enum WordOrder: String, CaseIterable, Hashable, Sendable {
  /// The most significant word first, as Modbus itself and SunSpec do it.
  case highFirst = "high_first"
  /// The least significant word first.
  case lowFirst = "low_first"

  /// The bits that `words` hold, at most four of them.
  func bits(of words: some BidirectionalCollection<UInt16>) -> UInt64 {
    switch self {
    case .highFirst: words.reduce(0) { $0 << 16 | UInt64($1) }
    case .lowFirst: words.reversed().reduce(0) { $0 << 16 | UInt64($1) }
    }
  }

  /// The bits that `count` of the `words` hold, at most four of them, the first at `first`.
  @inline(__always)
  func bits(of words: [UInt16], from first: Int, count: Int) -> UInt64 {
    var bits: UInt64 = 0
    for place in 0..<count { bits = bits << 16 | UInt64(words[first + (self == .highFirst ? place : count - 1 - place)]) }
    return bits
  }

  /// The lowest `count` words of `bits`, as they stand on the wire.
  func words(of bits: UInt64, count: Int) -> [UInt16] {
    let lowFirst = (0..<count).map { UInt16(truncatingIfNeeded: bits >> (16 * UInt64($0))) }
    switch self {
    case .highFirst: return lowFirst.reversed()
    case .lowFirst: return lowFirst
    }
  }
}
