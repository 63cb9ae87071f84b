import Glibc

/// Where a program's output goes: a terminal with a width and perhaps colours, or a file or pipe without.
public struct Terminal: Hashable, Sendable {
  /// One of the two outputs of a program.
  public enum Stream: Sendable {
    case standardOutput
    case standardError

    var descriptor: Int32 {
      switch self {
      case .standardOutput: return STDOUT_FILENO
      case .standardError: return STDERR_FILENO
      }
    }
  }

  /// Whether a person looks at it: not a file, not a pipe.
  public let isTerminal: Bool
  /// Columns of a line, at least 20.
  public let width: Int
  /// Whether escape sequences for styles are welcome.
  public let usesColours: Bool
  /// Whether a line may be written over, as a progress line does.
  public let rewritesLines: Bool

  /// The width where nothing tells another.
  public static let defaultWidth = 80
  private static let smallestWidth = 20

  /// An output as described, for tests and for options that overrule (`--width`).
  public init(isTerminal: Bool, width: Int = Terminal.defaultWidth, usesColours: Bool = false, rewritesLines: Bool? = nil) {
    self.isTerminal = isTerminal
    self.width = max(Self.smallestWidth, width)
    self.usesColours = usesColours
    self.rewritesLines = rewritesLines ?? isTerminal
  }

  /// What `stream` is now.
  ///
  /// The width is the terminal's own, else the variable `COLUMNS`, else 80. Colours need a terminal; a variable `NO_COLOR` that
  /// is not empty (no-color.org) or `TERM=dumb` switches them off.
  public init(_ stream: Stream, environment: (String) -> String? = Terminal.variable) {
    let isTerminal = isatty(stream.descriptor) == 1
    self.init(
      isTerminal: isTerminal, reportedWidth: isTerminal ? Self.reportedWidth(of: stream) : nil, environment: environment)
  }

  /// The rules of `init(_:environment:)`, given what the system said.
  init(isTerminal: Bool, reportedWidth: Int?, environment: (String) -> String?) {
    let columns = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let isDumb = environment("TERM") == "dumb"
    let refusesColours = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    self.init(
      isTerminal: isTerminal, width: reportedWidth ?? columns ?? Self.defaultWidth,
      usesColours: isTerminal && !isDumb && !refusesColours, rewritesLines: isTerminal && !isDumb)
  }

  /// The same output with lines of `width` columns, as an option says.
  public func withWidth(_ width: Int) -> Terminal {
    Terminal(isTerminal: isTerminal, width: width, usesColours: usesColours, rewritesLines: rewritesLines)
  }

  /// `text` in `style`, or as it is where colours are not welcome.
  public func styled(_ text: String, _ style: TextStyle) -> String { usesColours ? style.applied(to: text) : text }

  /// A variable of this process's environment; nil where it is not set.
  public static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func reportedWidth(of stream: Stream) -> Int? {
    var size = winsize()
    guard ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
