import Dispatch

/// Runs one bus's blocking calls on a thread of its own, never on the shared pool of Swift's tasks.
///
/// libdispatch runs at most 255 such threads at once: with more buses blocked at the same moment, the others wait.
final class BusExecutor: SerialExecutor {
  private let queue: DispatchQueue

  /// An executor whose thread carries `label` while it works.
  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
