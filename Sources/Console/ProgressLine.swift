import Glibc

/// One line that tells how far a long step is, written over in place and gone when the value goes.
///
/// Writes only where lines can be written over: in a file, a pipe or a log there is nothing of it. Meant for standard error, so
/// that standard output stays clean.
/// ```
/// var progress = ProgressLine(now: { start.duration(to: clock.now) })
/// for (number, site) in sites.enumerated() { progress.show("site \(number + 1) of \(sites.count)") ... }
/// ```
public struct ProgressLine: ~Copyable {
  private let terminal: Terminal
  private let interval: Duration
  private let now: () -> Duration
  private let write: (String) -> Void
  private var lastShown: Duration?
  private var isShown = false

  /// A line that is not yet there.
  ///
  /// - Parameters:
  ///   - terminal: Where the line goes; standard error unless told.
  ///   - interval: The shortest time between two updates; those in between are left out.
  ///   - now: A clock that only goes forward, from any zero.
  ///   - write: Puts text out; standard error unless told.
  public init(
    terminal: Terminal = Terminal(.standardError), interval: Duration = .milliseconds(100), now: @escaping () -> Duration,
    write: @escaping (String) -> Void = ProgressLine.toStandardError
  ) {
    self.terminal = terminal
    self.interval = interval
    self.now = now
    self.write = write
  }

  /// Shows `text` in place of what stood there, cut to the terminal's width; left out when the last one is too recent.
  ///
  /// `text` is not even made up when it is left out.
  public mutating func show(_ text: @autoclosure () -> String) {
    guard terminal.rewritesLines else { return }
    let time = now()
    if let lastShown, time - lastShown < interval { return }
    lastShown = time
    isShown = true
    write("\r" + text().shortened(toWidth: terminal.width - 1) + Self.eraseToEnd)
  }

  /// Takes the line away, so that other output can begin at its place. A later `show` brings it back.
  public mutating func clear() {
    guard isShown else { return }
    isShown = false
    write("\r" + Self.eraseToEnd)
  }

  deinit {
    if isShown { write("\r" + Self.eraseToEnd) }
  }

  private static let eraseToEnd = "\u{1B}[K"

  /// Writes to standard error at once. What cannot be written is lost: progress is not worth an error.
  public static func toStandardError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if written == 0 || errno != EINTR {
        return
      }
    }
  }
}
