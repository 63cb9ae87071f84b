import CZlib

/// Bytes compressed by DEFLATE (RFC 1951) made whole, and the checksum of ZIP: both are zlib's.
enum Inflate {
  /// What is wrong with the bytes.
  enum Fault: Error {
    case endsEarly, damaged, tooLarge
  }

  /// The bytes that `input` stands for, at most `limit`; memory grows with what there is, not with what is allowed.
  static func bytes(of input: ArraySlice<UInt8>, atMost limit: Int) throws(Fault) -> [UInt8] {
    var stream = z_stream()
    // A negative window: bare DEFLATE without zlib's header.
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { throw .damaged }
    defer { inflateEnd(&stream) }
    var input = Array(input)
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var code = Z_OK
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      while code == Z_OK, output.count <= limit {
        let count = piece.withUnsafeMutableBufferPointer { piece in
          stream.next_out = piece.baseAddress
          stream.avail_out = uInt(piece.count)
          code = inflate(&stream, Z_NO_FLUSH)
          return piece.count - Int(stream.avail_out)
        }
        output += piece[..<count]
      }
    }
    if output.count > limit { throw .tooLarge }
    switch code {
    case Z_STREAM_END: return output
    case Z_BUF_ERROR: throw .endsEarly
    default: throw .damaged
    }
  }

  /// CRC-32 of ISO 3309, as ZIP has it beside each part.
  static func checksum(of bytes: [UInt8]) -> UInt32 { UInt32(crc32(0, bytes, uInt(bytes.count))) }
}
