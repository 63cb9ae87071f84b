import MarketTime
import ModbusIO
import Synchronization

/// Passes reads on, keeps a list of them, and lets a test step in after any of them.
final class ScriptedSource: RegisterSource {
  private let inner: any RegisterSource
  private let afterRead: @Sendable (Int) -> Void
  private let clock: TestClock?
  private let state = Mutex(State())

  private struct State {
    var reads: [(unit: UInt8, second: Int64)] = []
    var closings = 0
  }

  /// Calls `afterRead` with the number of the read, from 1, in the task that read; the list goes by `clock`.
  init(_ inner: any RegisterSource, clock: TestClock? = nil, afterRead: @escaping @Sendable (Int) -> Void) {
    self.inner = inner
    self.clock = clock
    self.afterRead = afterRead
  }

  /// The seconds after noon at which `unit` was asked.
  func seconds(of unit: UInt8) -> [Int64] { state.withLock { $0.reads.filter { $0.unit == unit }.map(\.second) } }

  /// How often it was closed.
  var closings: Int { state.withLock(\.closings) }

  func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let number = state.withLock { state in
      state.reads.append((unit, clock?.seconds ?? 0))
      return state.reads.count
    }
    defer { afterRead(number) }
    return try await inner.read(block, unit: unit, deadline: deadline)
  }

  func close() async {
    state.withLock { $0.closings += 1 }
    await inner.close()
  }
}

/// Cancels the task that calls it.
func cancelThisTask() { withUnsafeCurrentTask { $0?.cancel() } }
