import Glibc
import MarketTime
import Readings
import Synchronization

/// What a writer knew outside the database when it was there last: which write-ahead log was in use, and when the last acknowledged reading
/// was taken. By it a log that was deleted or taken from elsewhere, and readings that are missing at the end, are found at the next start.
///
/// A file of 64 bytes, written over in its place, so that it costs one page of the card: at a start, with the first commit, once an hour and
/// at the end.
final class LogMark: Sendable {
  /// What it is called after its database.
  static let suffix = ".mark"
  private static let length = 64
  private static let period: Duration = .seconds(3600)
  /// So many times at most is a log begun anew between two marks: each takes 4 MiB of it.
  private static let restarts: UInt32 = 100_000

  private let path: String
  private let log: String
  private let state: Mutex<State>

  private struct State {
    var last: Int64?
    var salts: (UInt32, UInt32)?
    var noted: Timestamp?
  }

  /// The mark of the database at `databasePath`, as it was left.
  init(besideDatabase databasePath: String) {
    path = databasePath + Self.suffix
    log = databasePath + "-wal"
    state = Mutex(Self.read(path))
  }

  /// What stands there; nothing where it is absent or was torn.
  private static func read(_ path: String) -> State {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return State() }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: length)
    guard pread(descriptor, &bytes, length, 0) == length else { return State() }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 5, words[0] == "mark", words[4] == "end", let last = Int64(words[1]) else { return State() }
    var state = State(last: last == .min ? nil : last)
    if let first = UInt32(words[2]), let second = UInt32(words[3]) { state.salts = (first, second) }
    return state
  }

  /// What is wrong with the log that lies there, before the database is opened; nil where nothing is. A foreign one is moved aside, since
  /// SQLite would take it for the database's own.
  func findLog(now: Timestamp) -> String? {
    let (salts, last) = state.withLock { ($0.salts, $0.last) }
    guard let salts else { return nil }
    let known = last.map { "; the last reading that was stored for sure was taken at \(Timestamp(milliseconds: $0))" } ?? ""
    guard let present = WriteAheadLog.salts(of: log) else {
      return
        "\(log): is gone or damaged although the program was not ended properly: what it held is missing, if no other program has "
        + "brought it into the database\(known)"
    }
    if present == salts || (1..<Self.restarts).contains(present.0 &- salts.0) { return nil }
    let aside = "\(log)-foreign-\(now.milliseconds / 1000)"
    let isMoved = rename(log, aside) == 0
    return "\(log): is not the one that this database had, but another one's or an older one; "
      + (isMoved ? "it was moved aside, to \(aside)" : "it could not be moved aside")
      + ". What the right one held is missing\(known)"
  }

  /// What is missing at the end of the database, whose last reading was taken at `stored`, ms; nil where nothing is.
  func findHole(until stored: Int64?) -> String? {
    guard let last = state.withLock(\.last), stored ?? .min < last else { return nil }
    let from = stored.map { "\(Timestamp(milliseconds: $0))" } ?? "the beginning"
    return
      "readings taken after \(from), until \(Timestamp(milliseconds: last)) at least, were stored and are not there any more, as after an "
      + "older copy of the database or a lost write-ahead log; restore a backup beside it to look"
  }

  /// From now on no log is expected: it is about to be cut to nothing.
  func expectNoLog() { state.withLock { state in write(salts: nil, &state) } }

  /// No reading is expected any more until others are acknowledged.
  func forgetReadings() {
    state.withLock { state in
      state.last = nil
      write(salts: state.salts, &state)
    }
  }

  /// Readings up to `time` were acknowledged.
  func acknowledged(_ time: Timestamp?, now: Timestamp) {
    state.withLock { state in
      if let time { state.last = max(state.last ?? .min, time.milliseconds) }
      if state.salts != nil, let noted = state.noted, (Duration.zero..<Self.period).contains(now - noted) { return }
      state.noted = now
      write(salts: WriteAheadLog.salts(of: log), &state)
    }
  }

  /// Writes over what stands there. On a disk that does not take it the old mark stays: it says less, and nothing wrong.
  private func write(salts: (UInt32, UInt32)?, _ state: inout State) {
    state.salts = salts
    let words = salts.map { "\($0.0) \($0.1)" } ?? "- -"
    let text = "mark \(state.last ?? .min) \(words) end"
    let bytes = Array((text + String(repeating: " ", count: max(0, Self.length - 1 - text.utf8.count)) + "\n").utf8)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if pwrite(descriptor, bytes, bytes.count, 0) == bytes.count { _ = fdatasync(descriptor) }
  }
}
