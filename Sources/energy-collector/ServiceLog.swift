import Foundation
import Logging

/// The service's log on standard error: a sentence for people, and `key=value` behind it for programs (logfmt).
///
/// Where standard error is systemd's journal, a line begins with its priority as the journal wants it and leaves the time to it.
struct ServiceLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .notice
  private let isJournal: Bool

  /// A handler; `isJournal` is found out unless told.
  init(isJournal: Bool = Self.standardErrorIsJournal) { self.isJournal = isJournal }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { _, own in own }
    FileHandle.standardError.write(Data((line(event.level, "\(event.message)", fields, at: Date()) + "\n").utf8))
  }

  /// One line.
  func line(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata, at time: Date) -> String {
    let head = isJournal ? "<\(Self.priority(of: level))>" : "\(time.formatted(.iso8601)) \(level): "
    let text = head + message.map { $0.isNewline ? " " : String($0) }.joined()
    let pairs = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted("\($0.value)"))" }
    return ([text] + pairs).joined(separator: " ")
  }

  /// As syslog(3) numbers it.
  private static func priority(of level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"=\"\\".unicodeScalars.contains($0) }
    guard !isPlain else { return value }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"" + escaped.map { $0.isNewline ? "\\n" : String($0) }.joined() + "\""
  }

  /// Whether standard error goes to the journal: systemd names the stream, and it is still this one.
  private static var standardErrorIsJournal: Bool {
    var status = stat()
    guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0 else {
      return false
    }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }
}
