/// A segment of an EDIFACT interchange: a tag and elements of components.
struct EDIFACTSegment {
  /// The line in which it begins, from 1.
  let line: Int
  /// As it stands in the file.
  let text: String
  private let elements: [[String]]

  init(line: Int, text: String, elements: [[String]]) {
    self.line = line
    self.text = text
    self.elements = elements
  }

  /// `QTY`.
  var tag: String { self[0, 0] }
  /// A component of an element, the tag being element 0; empty where there is none.
  subscript(element: Int, component: Int) -> String {
    guard elements.indices.contains(element), elements[element].indices.contains(component) else { return "" }
    return elements[element][component]
  }
}

/// The segments of an EDIFACT interchange, one after the other. ISO 9735: separators as `UNA` says, else `:`, `+`, `?` and `'`.
struct EDIFACTSegments {
  private let bytes: [UInt8]
  private var position: Int
  /// The line that is being read, from 1.
  private(set) var line = 1
  private var component = UInt8(ascii: ":")
  private var element = UInt8(ascii: "+")
  private var release = UInt8(ascii: "?")
  private var end = UInt8(ascii: "'")
  /// Whether it begins as an interchange does.
  let begins: Bool

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let hasService = bytes.starts(with: "UNA".utf8) && bytes.count >= 9
    position = hasService ? 9 : 0
    begins = hasService || bytes.starts(with: "UNB".utf8)
    if hasService { (component, element, release, end) = (bytes[3], bytes[4], bytes[6], bytes[8]) }
  }

  /// The next segment; nil behind the last.
  mutating func next() -> EDIFACTSegment? {
    while position < bytes.count, [0x0A, 0x0D, 0x20, 0x09].contains(bytes[position]) {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let (start, first) = (position, line)
    var elements: [[String]] = [[]]
    var text: [UInt8] = []
    func closed(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
    while position < bytes.count, bytes[position] != end {
      switch bytes[position] {
      case release where position + 1 < bytes.count:
        position += 1
        text.append(bytes[position])
      case component:
        elements[elements.count - 1].append(closed(text))
        text = []
      case element:
        elements[elements.count - 1].append(closed(text))
        elements.append([])
        text = []
      case 0x0A: line += 1
      case 0x0D: break
      default: text.append(bytes[position])
      }
      position += 1
    }
    elements[elements.count - 1].append(closed(text))
    let whole = String(decoding: bytes[start..<position].prefix(80), as: UTF8.self)
    position += 1
    return EDIFACTSegment(line: first, text: whole, elements: elements)
  }
}
