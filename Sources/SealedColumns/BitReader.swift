/// Reads what `BitWriter` wrote, without a check at each number: beyond the end it reads what stands there, at most the zeros
/// behind the part, and `isBeyondEnd` tells afterwards.
struct BitReader {
  /// The zero bytes that must follow the part in memory.
  static let padding = 8

  private let start: UnsafeRawPointer
  /// Where the last load of eight bytes may begin.
  private let lastLoad: Int
  private let end: Int
  /// In bits.
  var place = 0

  /// `padded` leads to the `count` bytes of the part and `padding` zero bytes; they must stay there while this reads.
  init(_ padded: UnsafeRawPointer, count: Int) {
    start = padded
    lastLoad = count
    end = lastLoad * 8
  }

  /// Whether more was read than there is.
  var isBeyondEnd: Bool { place > end }

  /// Whether nothing is left but the zero bits that fill the last byte.
  var isAtEnd: Bool { place <= end && end - place < 8 && peek() == 0 }

  /// At least the next 57 bits; the highest of the 64 may be missing.
  @inline(__always)
  func peek() -> UInt64 {
    let load = min(place &>> 3, lastLoad)
    return UInt64(littleEndian: start.loadUnaligned(fromByteOffset: load, as: UInt64.self))
      &>> UInt64(truncatingIfNeeded: place & 7)
  }

  /// A number of `width` bits, at most `BitWriter.widest`.
  @inline(__always)
  mutating func read(width: Int) -> UInt64 {
    let number = peek() & (1 &<< UInt64(truncatingIfNeeded: width) &- 1)
    place &+= width
    return number
  }

  /// All 64 bits of a number.
  @inline(__always)
  mutating func readWhole() -> UInt64 {
    let low = read(width: 32)
    return low | read(width: 32) &<< 32
  }
}
