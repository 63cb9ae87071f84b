/// Bytes as letters, digits, `+` and `/` (RFC 4648, 4).
package enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// `bytes` on one line.
  package static func text(_ bytes: some Collection<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let group = rest.prefix(3)
      let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for place in 0..<4 {
        result.append(place <= group.count ? letters[Int(word >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
      }
      rest = rest.dropFirst(3)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `bytes` in lines of 76 letters (RFC 2045, 6.8), each with its end.
  static func lines(_ bytes: [UInt8]) -> String {
    var result = ""
    // 57 bytes are 76 letters.
    for start in stride(from: 0, to: bytes.count, by: 57) {
      result += text(bytes[start..<min(start + 57, bytes.count)]) + "\r\n"
    }
    return result
  }
}

/// Text as ASCII that is readable where the text is (RFC 2045, 6.7).
enum QuotedPrintable {
  private static let lineLength = 76
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// `text` in lines of at most 76 characters, each with its end; ends of lines become CRLF.
  static func lines(_ text: String) -> String {
    var result: [UInt8] = []
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for var line in lines {
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      append(Array(line), to: &result)
      result += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func append(_ line: [UInt8], to result: inout [UInt8]) {
    var column = 0
    // Servers treat these at the beginning of a line as their own.
    let isPeculiar = line.first == UInt8(ascii: ".") || line.starts(with: Array("From ".utf8))
    for (place, byte) in line.enumerated() {
      let isLast = place == line.count - 1
      let unit = isPlain(byte, isLast: isLast) && !(place == 0 && isPeculiar) ? [byte] : encoded(byte)
      if column + unit.count > lineLength - (isLast ? 0 : 1) {
        result += Array("=\r\n".utf8)
        column = 0
      }
      // What begins a line anew after a break of ours must not be peculiar either.
      let begun = column == 0 && place > 0 && unit == [UInt8(ascii: ".")] ? encoded(byte) : unit
      result += begun
      column += begun.count
    }
  }

  private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "="): false
    case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
    case 0x21...0x7E: true
    default: false
    }
  }

  private static func encoded(_ byte: UInt8) -> [UInt8] { [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
}
