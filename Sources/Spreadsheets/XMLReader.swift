/// Walks through the tags and texts of an XML document, as far as workbooks use it: elements, attributes, entities, CDATA. Names come
/// without their namespace prefix; comments, instructions and declarations are passed over. Nothing is fetched, no entity is defined.
struct XMLReader {
  /// What comes next.
  enum Event: Equatable {
    case start(String, attributes: [String: String])
    case end(String)
    case text(String)
  }

  private let bytes: [UInt8]
  private var position = 0
  /// The end of an element that is empty: `<c/>`.
  private var pending: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next event; nil at the end, or where no tag is closed any more.
  mutating func next() -> Event? {
    if let name = pending {
      pending = nil
      return .end(name)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        defer { position = end }
        return .text(Self.decoded(bytes[position..<end]))
      }
      if starts("<!--") {
        guard skip(past: "-->") else { return nil }
      } else if starts("<![CDATA[") {
        let start = position + 9
        guard skip(past: "]]>") else { return nil }
        return .text(String(decoding: bytes[start..<(position - 3)], as: UTF8.self))
      } else if starts("<?") || starts("<!") {
        guard skip(past: ">") else { return nil }
      } else {
        return tag()
      }
    }
    return nil
  }

  private mutating func tag() -> Event? {
    let start = position + 1
    guard skip(past: ">") else { return nil }
    var end = position - 1
    if start < end, bytes[start] == UInt8(ascii: "/") { return .end(Self.localName(bytes[(start + 1)..<end])) }
    let isEmpty = end > start && bytes[end - 1] == UInt8(ascii: "/")
    if isEmpty { end -= 1 }
    let nameEnd = bytes[start..<end].firstIndex(where: Self.isBlank) ?? end
    let name = Self.localName(bytes[start..<nameEnd])
    if isEmpty { pending = name }
    return .start(name, attributes: Self.attributes(bytes[nameEnd..<end]))
  }

  /// `r="A1" t='s'`; a `>` in a value is written as an entity by every program that writes workbooks.
  private static func attributes(_ bytes: ArraySlice<UInt8>) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = bytes
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = localName(rest[..<equals].drop(while: isBlank).prefix { !isBlank($0) })
      let value = rest[(equals + 1)...].drop(while: isBlank)
      guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
        let close = value.dropFirst().firstIndex(of: quote)
      else { break }
      attributes[name] = decoded(value[(value.startIndex + 1)..<close])
      rest = value[(close + 1)...]
    }
    return attributes
  }

  private static func localName(_ bytes: ArraySlice<UInt8>) -> String {
    let name = bytes.prefix { !isBlank($0) }
    let start = name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? name.startIndex
    return String(decoding: name[start...], as: UTF8.self)
  }

  /// Text with its entities put in.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: "&")) else { return text }
    var result = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "&") {
      result += rest[..<mark]
      guard let end = rest[mark...].firstIndex(of: ";"), let scalar = entity(rest[rest.index(after: mark)..<end]) else {
        result.append("&")
        rest = rest[rest.index(after: mark)...]
        continue
      }
      result.unicodeScalars.append(scalar)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func entity(_ name: Substring) -> Unicode.Scalar? {
    switch name {
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "apos": "'"
    case _ where name.hasPrefix("#x"): UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    case _ where name.hasPrefix("#"): UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
    default: nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }

  /// Goes behind the next `text`; false where there is none.
  private mutating func skip(past text: StaticString) -> Bool {
    text.withUTF8Buffer { mark in
      var place = position
      while place + mark.count <= bytes.count {
        if bytes[place] == mark[0], bytes[place...].starts(with: mark) {
          position = place + mark.count
          return true
        }
        place += 1
      }
      return false
    }
  }
}
