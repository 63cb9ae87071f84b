@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Wakes a waiting test when something changes in a folder: the kernel's events, no asking again and again.
package final class FolderWatch: Sendable {
  private let watch: Int32
  /// The changes that have been told to whoever waits here.
  private let seen = Mutex(0)

  /// A folder cannot be watched.
  package struct NotWatchable: Error {
    package let folder: String
    package let code: Int32
  }

  /// Watches `folder`, not the folders in it. Changes from now on are not missed, whenever they are waited for.
  ///
  /// - Throws: `NotWatchable`, with the system's error code.
  package init(_ folder: String) throws(NotWatchable) {
    watch = try FolderEvents.shared.watch(folder)
    let count = FolderEvents.shared.changes(of: watch)
    seen.withLock { $0 = count }
  }

  /// Waits for a change.
  ///
  /// - Returns: false when `deadline` came first.
  package func change(until deadline: ContinuousClock.Instant) async -> Bool {
    let known = seen.withLock { $0 }
    let now = await FolderEvents.shared.changes(of: watch, beyond: known, until: deadline)
    seen.withLock { $0 = now }
    return now > known
  }
}

/// The one connection to the kernel's folder events (inotify) of a test run; a user has only few of them.
private final class FolderEvents: Sendable {
  static let shared = FolderEvents()

  private struct Waiter {
    let watch: Int32
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    /// How many changes each watched folder has had.
    var changes: [Int32: Int] = [:]
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
  }

  private let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
  private let source: any DispatchSourceRead
  private let state = Mutex(State())

  private init() {
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
    source.setEventHandler { [unowned self] in takeEvents() }
    source.activate()
  }

  func watch(_ folder: String) throws(FolderWatch.NotWatchable) -> Int32 {
    let kinds = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE)
    let watch = inotify_add_watch(descriptor, folder, kinds)
    guard watch >= 0 else { throw FolderWatch.NotWatchable(folder: folder, code: errno) }
    return watch
  }

  func changes(of watch: Int32) -> Int { state.withLock { $0.changes[watch, default: 0] } }

  /// The number of changes, once there are more than `known` or `deadline` has come.
  func changes(of watch: Int32, beyond known: Int, until deadline: ContinuousClock.Instant) async -> Int {
    let left = ContinuousClock.now.duration(to: deadline)
    await withCheckedContinuation { continuation in
      let number: Int? = state.withLock { state in
        guard left > .zero, state.changes[watch, default: 0] <= known else { return nil }
        state.nextWaiter += 1
        state.waiters[state.nextWaiter] = Waiter(watch: watch, continuation: continuation)
        return state.nextWaiter
      }
      guard let number else { return continuation.resume() }
      DispatchQueue.global().asyncAfter(deadline: .now() + (left / .seconds(1))) { self.wake(number) }
    }
    return changes(of: watch)
  }

  private func wake(_ number: Int) {
    state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
  }

  private func takeEvents() {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let headLength = MemoryLayout<inotify_event>.size
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return }
      var changed: [Int32] = []
      buffer.withUnsafeBytes { bytes in
        var place = 0
        while place + headLength <= count {
          let event = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
          changed.append(event.wd)
          place += headLength + Int(event.len)
        }
      }
      let woken = state.withLock { state in
        for watch in changed { state.changes[watch, default: 0] += 1 }
        let numbers = state.waiters.filter { changed.contains($0.value.watch) }.keys
        return numbers.compactMap { state.waiters.removeValue(forKey: $0) }
      }
      for waiter in woken { waiter.continuation.resume() }
    }
  }
}

/// What did not come true in time.
package struct TooLate: Error, CustomStringConvertible {
  package let description: String

  /// `description` says what, and how long it was waited for.
  package init(description: String) { self.description = description }
}

/// Waits until there is an answer, looking again after each change that `watch` tells.
///
/// - Throws: `TooLate` after `limit`, and what `answer` throws.
@discardableResult
package func eventually<Answer>(
  _ what: String, within limit: Duration = .seconds(30), watching watch: FolderWatch, _ answer: () throws -> Answer?
) async throws -> Answer {
  let deadline = ContinuousClock.now + limit
  while true {
    if let answer = try answer() { return answer }
    guard await watch.change(until: deadline) else { throw TooLate(description: "not within \(limit): \(what)") }
  }
}
