/// The name by which a file, the store and a command line know one `Subject`: letters, digits, `-` and `_`.
///
/// Typed, so that a member's name never stands where a metering point's is asked.
public struct Identifier<Subject>: Hashable, Comparable, Sendable {
  /// As written in the file.
  public let text: String

  /// An identifier as written; see `isWellFormed` for what a file may contain.
  public init(_ text: String) { self.text = text }

  /// Whether `text` is one to 64 ASCII letters, digits, `-` or `_`, and starts with a letter or digit.
  public static func isWellFormed(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count), let first = text.first, first.isLetter || first.isNumber else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": return true
      default: return false
      }
    }
  }

  /// Alphabetical order.
  public static func < (left: Identifier, right: Identifier) -> Bool { left.text < right.text }
}

extension Identifier: ExpressibleByStringLiteral {
  /// An identifier written in code.
  public init(stringLiteral text: String) { self.init(text) }
}

extension Identifier: CustomStringConvertible {
  /// As written in the file.
  public var description: String { text }
}
