import Glibc
public import Readings

extension ReadingsDatabase {
  /// Bytes of a write-ahead log that somebody should look at: eight times its usual length, half of what is kept of it afterwards.
  static let longLog: Int64 = 32 << 20

  /// See `ReadingStore`: what was found missing at the start, a full disk, a reader that keeps the write-ahead log from being begun anew. None of a store opened for
  /// reading.
  public var warnings: [StoreWarning] {
    guard let reserve else { return [] }
    var warnings = findings
    if !reserve.restore() {
      warnings.append(
        StoreWarning(
          .reserveUsed,
          "\(file.path): the disk is full; the room kept for that is in use for events. Make room (`df`, `du`)"))
    }
    if let length = Self.length(of: file.resolvedPath + "-wal"), length > Self.longLog {
      warnings.append(
        StoreWarning(
          .longLog,
          """
          \(file.path)-wal: has grown beyond \(Self.longLog >> 20) MB, because some program has been reading for hours; end it \
          (`fuser \(file.path)` names it). Nothing is lost, but the disk fills
          """))
    }
    return warnings
  }

  private static func length(of path: String) -> Int64? {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int64(facts.st_size) : nil
  }
}
