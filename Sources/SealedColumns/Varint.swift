/// Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the eighth bit set on all but the last byte.
/// Signed numbers are written as 0, -1, 1, -2, 2, ... are counted (zigzag).
extension [UInt8] {
  mutating func append(varint number: UInt128) {
    var rest = number
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(varint number: UInt64) { append(varint: UInt128(number)) }
  mutating func append(varint number: Int) { append(varint: UInt128(UInt64(bitPattern: Int64(number)))) }
  mutating func append(signed number: Int64) { append(varint: number.zigzag) }
  mutating func append(signed number: Int128) { append(varint: UInt128(bitPattern: number << 1 ^ number >> 127)) }

  mutating func append(checksum: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(truncatingIfNeeded: checksum >> shift)) }
  }
}

extension Int64 {
  /// 0, -1, 1, -2, 2, ... as 0, 1, 2, 3, 4, ...
  @inline(__always)
  var zigzag: UInt64 { UInt64(bitPattern: self &<< 1 ^ self &>> 63) }

  /// The reverse of `zigzag`.
  @inline(__always)
  init(zigzag: UInt64) { self = Int64(bitPattern: zigzag &>> 1) ^ -Int64(bitPattern: zigzag & 1) }
}

/// Reads the numbers of a chunk's directory. Beyond the end it reads nothing.
struct DirectoryReader {
  let bytes: [UInt8]
  /// Where the next number begins.
  private(set) var place = 0

  /// The parts behind the directory have no more bytes together.
  let partsLimit: Int

  /// - Parameter limit: those of `bytes` unless told.
  init(_ bytes: [UInt8], partsWithin limit: Int? = nil) { (self.bytes, partsLimit) = (bytes, limit ?? bytes.count) }

  private mutating func byte() throws(SealedColumnError) -> UInt8 {
    guard place < bytes.count else { throw .wrongLength(.directory) }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func version() throws(SealedColumnError) -> UInt8 { try byte() }

  /// A number of at most 128 bits, in no more bytes than it needs.
  private mutating func wide() throws(SealedColumnError) -> UInt128 {
    var number: UInt128 = 0
    var shift = 0
    while true {
      let next = try byte()
      let part = UInt128(next & 0x7F)
      guard shift < 128, part >> UInt128(min(7, 128 - shift)) == 0 else { throw .malformed(.directory) }
      number |= part << UInt128(shift)
      if next < 0x80 {
        guard next > 0 || shift == 0 else { throw .malformed(.directory) }
        return number
      }
      shift += 7
    }
  }

  /// A number of at most 64 bits, in no more bytes than it needs.
  mutating func number() throws(SealedColumnError) -> UInt64 {
    let first = try byte()
    guard first >= 0x80 else { return UInt64(first) }
    var number = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let next = try byte()
      // Of ten bytes, 70 bits, only the lowest of the last may be set.
      guard shift < 63 || shift == 63 && next < 2 else { throw .malformed(.directory) }
      number |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 {
        guard next > 0 else { throw .malformed(.directory) }
        return number
      }
      shift += 7
    }
  }

  mutating func signed() throws(SealedColumnError) -> Int64 { Int64(zigzag: try number()) }

  mutating func wideSigned() throws(SealedColumnError) -> Int128 {
    let number = try wide()
    return Int128(bitPattern: number >> 1) ^ -Int128(bitPattern: number & 1)
  }

  /// A number from 0 to `limit`.
  mutating func count(upTo limit: Int) throws(SealedColumnError) -> Int {
    let number = try number()
    guard number <= UInt64(limit) else { throw .malformed(.directory) }
    return Int(number)
  }

  /// The places of the next `length` bytes.
  mutating func skip(_ length: Int) throws(SealedColumnError) -> Range<Int> {
    guard length <= bytes.count - place else { throw .wrongLength(.directory) }
    defer { place += length }
    return place..<place + length
  }

  mutating func checksum() throws(SealedColumnError) -> UInt32 {
    var sum: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { sum |= UInt32(try byte()) << shift }
    return sum
  }
}
