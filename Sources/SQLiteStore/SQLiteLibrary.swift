import GRDB

/// The SQLite that this program runs with.
public enum SQLiteLibrary {
  /// As in `3.40.1`; `unknown` where it does not say.
  public static var version: String {
    let queue = try? DatabaseQueue()
    return (try? queue?.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }) ?? "unknown"
  }
}
