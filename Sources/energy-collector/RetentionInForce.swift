import Readings
import SQLiteStore
import Synchronization

/// How long the store keeps what it holds, as the file says that was read last; for a store that may be opened later.
final class RetentionInForce: Sendable {
  private let state: Mutex<(retention: Retention, database: ReadingsDatabase?)>

  /// As the first file says.
  init(_ retention: Retention) { state = Mutex((retention, nil)) }

  /// Holds from now on for `database`.
  func open(_ database: ReadingsDatabase) {
    state.withLock { state in
      state.database = database
      database.retention = state.retention
    }
  }

  /// Another file was read.
  func change(to retention: Retention) {
    state.withLock { state in
      state.retention = retention
      state.database?.retention = retention
    }
  }
}
