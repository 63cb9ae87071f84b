/// Texts in registers: two characters a register, high byte first, padded with zeros or blanks.
enum RegisterText {
  /// The text before the first zero, without blanks around it and control characters in it; nil when nothing is left.
  static func text(of words: [UInt16]) -> String? {
    guard !words.allSatisfy({ $0 == 0xFFFF }) else { return nil }
    let bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }.prefix { $0 != 0 }
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    var text = Substring(String(String.UnicodeScalarView(scalars)))
    text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text.isEmpty ? nil : String(text)
  }

  /// The words of `text`, padded with zeros to `count` registers; nil when it is longer.
  static func words(of text: String, count: Int) -> [UInt16]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 2 * count else { return nil }
    let padded = bytes + [UInt8](repeating: 0, count: 2 * count - bytes.count)
    return (0..<count).map { UInt16(padded[2 * $0]) << 8 | UInt16(padded[2 * $0 + 1]) }
  }
}
