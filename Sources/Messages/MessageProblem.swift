/// Why something cannot stand in a message.
public enum MessageProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// A line break or another control character where there may be none: it could begin another header.
  case control(in: String)
  /// No address.
  case address(String, reason: String)

  /// What is wrong, and what is expected.
  public var description: String {
    switch self {
    case .control(let place):
      "the \(place) holds a line break or another control character, which could begin another header; write it on one line"
    case .address(let text, let reason): "'\(Self.shown(text))' is no mail address: \(reason)"
    }
  }

  /// `text` without what a terminal or a log would take for its own.
  static func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { HeaderText.isControl($0) ? "\u{FFFD}" : $0 }))
  }
}
