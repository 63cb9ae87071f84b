import Dispatch
import Synchronization

/// Runs one bus's blocking calls on a thread of its own, never on the shared pool of Swift's tasks.
///
/// The thread begins with the first call and ends with the executor.
final class BusExecutor: SerialExecutor {
  private let line = Line()
  private let label: String

  /// What waits for the thread. It outlives the executor until the thread has ended.
  private final class Line: Sendable {
    let state = Mutex(State())
    let arrived = DispatchSemaphore(value: 0)
  }

  private struct State {
    /// Each call with its executor, which must live until the call has run.
    var waiting: [(job: UnownedJob, executor: BusExecutor)] = []
    var hasThread = false
    var hasEnded = false
  }

  /// An executor whose thread is named after `label`.
  init(label: String) {
    self.label = label
  }

  deinit {
    line.state.withLock { $0.hasEnded = true }
    line.arrived.signal()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = line.state.withLock { state in
      state.waiting.append((job, self))
      defer { state.hasThread = true }
      return !state.hasThread
    }
    line.arrived.signal()
    if isFirst { BlockingThread.start(label) { [line] in Self.run(line) } }
  }

  /// Runs what arrives on `line`, in order, until its executor is gone.
  private static func run(_ line: Line) {
    while true {
      line.arrived.wait()
      let (jobs, hasEnded) = line.state.withLock { state in
        defer { state.waiting = [] }
        return (state.waiting, state.hasEnded)
      }
      for (job, executor) in jobs { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
      if hasEnded { return }
    }
  }
}
