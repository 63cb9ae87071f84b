/// The checksum of RFC 3720 (iSCSI), appendix B.4: the Castagnoli polynomial 0x1EDC6F41, reflected, eight bytes at a time.
///
/// It finds every change of up to three bits in a part of up to 2^31 bits, and any other with all but one chance in 2^32.
package enum CRC32C {
  /// 0x1EDC6F41 with its bits in reverse.
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// `tables[256 * n + byte]`: what `byte` becomes when `n` zero bytes follow it.
  private static let tables: [UInt32] = {
    var tables = (0..<UInt32(256)).map { byte in
      (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
    }
    for place in 256..<2048 {
      let shorter = tables[place - 256]
      tables.append(shorter >> 8 ^ tables[Int(shorter & 0xFF)])
    }
    return tables
  }()

  /// The checksum of `bytes`; 0 for none.
  package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 { checksum(of: bytes, after: 0) }

  /// The checksum of `bytes` and of what comes before them, whose checksum is `start`: long contents may come in pieces.
  package static func checksum(of bytes: UnsafeRawBufferPointer, after start: UInt32) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var sum = ~start
      var place = 0
      while place + 8 <= bytes.count {
        let eight = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ UInt64(sum)
        sum =
          table[Int(1792 + (eight & 0xFF))] ^ table[Int(1536 + (eight >> 8 & 0xFF))]
          ^ table[Int(1280 + (eight >> 16 & 0xFF))] ^ table[Int(1024 + (eight >> 24 & 0xFF))]
          ^ table[Int(768 + (eight >> 32 & 0xFF))] ^ table[Int(512 + (eight >> 40 & 0xFF))]
          ^ table[Int(256 + (eight >> 48 & 0xFF))] ^ table[Int(eight >> 56)]
        place += 8
      }
      while place < bytes.count {
        sum = sum >> 8 ^ table[Int((sum ^ UInt32(bytes[place])) & 0xFF)]
        place += 1
      }
      return ~sum
    }
  }
}
