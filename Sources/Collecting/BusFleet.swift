import Synchronization

/// The loops that run, one a bus: started, stopped and exchanged without touching the others.
///
/// The loops are tasks of their own: a bus that hangs in a call must be left behind when the service stops, which no task group does.
final class BusFleet: Sendable {
  /// One that runs.
  private struct Running {
    let plan: BusPlan
    let task: Task<Void, Never>
    /// Ends with the task.
    let ended: AsyncStream<Never>
  }

  private struct State {
    var running: [String: Running] = [:]
    var isStopping = false
  }

  private let state = Mutex(State())

  /// Runs `loop` for `plan`, unless the fleet is stopping.
  func start(_ plan: BusPlan, _ loop: @escaping @Sendable () async -> Void) {
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    state.withLock { state in
      guard !state.isStopping else { return }
      let task = Task {
        await loop()
        end.finish()
      }
      state.running[plan.id] = Running(plan: plan, task: task, ended: ended)
    }
  }

  /// The buses that run, by their names.
  var plans: [String: BusPlan] { state.withLock { $0.running.mapValues(\.plan) } }

  /// Asks every loop to end, and lets none begin any more.
  func beginStopping() {
    let tasks = state.withLock { state in
      state.isStopping = true
      return state.running.values.map(\.task)
    }
    for task in tasks { task.cancel() }
  }

  /// Ends the loops of these buses, all when nil, and waits until they have ended or `clock` has gone on by `limit`.
  ///
  /// - Returns: those that have not ended; they are left behind, and never come back.
  func stop(_ buses: [String]? = nil, within limit: Duration, on clock: any Clock<Duration>) async -> [String] {
    let leaving = state.withLock { state in
      let leaving = state.running.filter { buses?.contains($0.key) ?? true }
      for bus in leaving.keys { state.running[bus] = nil }
      return leaving
    }
    for bus in leaving.values { bus.task.cancel() }
    // In a task of its own: this one may be cancelled already.
    return await Task {
      await withTaskGroup(of: String?.self) { group in
        for (id, bus) in leaving {
          group.addTask {
            for await _ in bus.ended {}
            return Task.isCancelled ? nil : id
          }
        }
        group.addTask {
          try? await clock.sleep(for: limit)
          return nil
        }
        var missing = Set(leaving.keys)
        while !missing.isEmpty, case .some(.some(let id)) = await group.next() { missing.remove(id) }
        group.cancelAll()
        return missing.sorted()
      }
    }.value
  }
}
