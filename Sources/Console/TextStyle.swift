/// How a piece of text stands out on a terminal. Never the only carrier of a message: output without colours says the same.
public enum TextStyle: CaseIterable, Sendable {
  case bold
  case dim
  case red
  case green
  case yellow

  /// `text` between the escape sequences (ECMA-48 SGR) that switch this style on and everything off.
  public func applied(to text: String) -> String { "\u{1B}[\(code)m\(text)\u{1B}[0m" }

  private var code: Int {
    switch self {
    case .bold: return 1
    case .dim: return 2
    case .red: return 31
    case .green: return 32
    case .yellow: return 33
    }
  }
}
