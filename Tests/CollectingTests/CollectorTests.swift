import Collecting
import CommunityModel
import MarketTime
import ModbusIO
import Readings
import Synchronization
import Testing

@Suite("The collecting service", .timeLimit(.minutes(1)))
struct CollectorTests {
  private let book = LogBook()
  private let store = MoodyStore()
  private let clock = StandingClock()

  private static let links: [ModbusLink] = [.tcp(host: "one", port: 502), .tcp(host: "two", port: 502)]
  /// Two buses with a device each.
  private static let plan = CollectionPlan(buses: [
    BusPlan(id: "one", link: links[0], devices: [.device(Profiles.row, unit: 1, at: "M1")]),
    BusPlan(id: "two", link: links[1], devices: [.device(Profiles.row, unit: 2, at: "M2")]),
  ])

  private func bank() -> RegisterBank { RegisterBank([1, 2, 3, 4, 5, 6], at: 0) }

  /// The service over these units, its time standing until the test moves it.
  private func collector(_ units: SimulatedUnits, _ recorder: ReadingRecorder) -> Collector {
    let clock = clock
    return Collector(
      plan: Self.plan, recorder: recorder, commitInterval: .seconds(10), logger: book.logger,
      in: Collector.Surroundings(
        now: { clock.time }, clock: clock, connect: { InMemoryRegisterSource(units, link: $0) }, jitter: { 0 }))
  }

  @Test("starts with every device off, and reads each when it is there")
  func everythingOff() async {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.silent, times: nil)
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let service = Task { await collector(units, recorder).run() }
    // Two buses wait for their devices, one task for its next commit.
    await clock.sleepers(3)
    #expect(recorder.totals.waiting == 0)
    #expect(book.lines.filter { $0.hasPrefix("warning: device-") }.count == 2)
    units.clearFaults()
    clock.advance(by: .seconds(5))
    await clock.sleepers(3)
    #expect(units.requests.count == 4)
    #expect(recorder.totals.waiting == 12)
    #expect(
      book.lines.filter { $0.hasSuffix("answers again after 5 s") }.sorted() == [
        "notice: device-1 answers again after 5 s", "notice: device-2 answers again after 5 s",
      ])
    // Ten seconds after the start it commits.
    clock.advance(by: .seconds(5))
    await clock.sleepers(3)
    #expect(recorder.totals.kept == 12)
    service.cancel()
    await service.value
  }

  @Test("stops when it is cancelled and stores what waits")
  func cancellation() async {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let service = Task { await collector(units, recorder).run() }
    await clock.sleepers(3)
    #expect(recorder.totals.waiting == 12)
    #expect(store.appends == [])
    service.cancel()
    await service.value
    #expect(recorder.totals.kept == 12)
    #expect(recorder.totals.waiting == 0)
    #expect(book.lines.first == "notice: collecting from 2 devices on 2 buses")
    #expect(book.lines.last == "notice: stopped; 12 readings stored, 0 not stored")
  }

  @Test("says how many readings it could not store when it stops")
  func cancellationWithFailingStore() async {
    store.isFailing = true
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let service = Task { await collector(SimulatedUnits([1: bank(), 2: bank()]), recorder).run() }
    await clock.sleepers(3)
    service.cancel()
    await service.value
    #expect(book.lines.last == "notice: stopped; 0 readings stored, 12 not stored")
  }

  @Test("goes on reading one bus while the other is dead")
  func oneDeadBus() async {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.silent, times: nil, unit: 1)
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let service = Task { await collector(units, recorder).run() }
    await clock.sleepers(3)
    for _ in 0..<60 {
      clock.advance(by: .seconds(5))
      await clock.sleepers(3)
    }
    service.cancel()
    await service.value
    // 300 s: the living device at 0, 60, ... 300, the dead one at 0, 5, 15, 35, 75, 155.
    #expect(units.requests.count { $0.unit == 2 } == 6)
    #expect(units.requests.count { $0.unit == 1 } == 6)
    #expect(recorder.totals.kept == 36)
  }
}

/// A clock that stands until it is moved on, for services whose tasks wait beside each other.
final class StandingClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct State {
    var offset = Duration.zero
    var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var cancelled: Set<Int> = []
    var nextSleeper = 0
    var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  var now: Instant { Instant(offset: state.withLock(\.offset)) }
  var minimumResolution: Duration { .zero }
  /// The time of day: noon when the clock was made.
  var time: Timestamp { noon + state.withLock(\.offset) }

  /// Moves the time on and wakes who waited for it.
  func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.offset += duration
      let due = state.sleepers.filter { $0.value.until <= state.offset }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until so many tasks sleep at once.
  func sleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.sleepers.count >= count { return true }
        state.waiting = (count, continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let number = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        lieDown(number, until: deadline.offset, continuation)
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        if state.sleepers[number] == nil { state.cancelled.insert(number) }
        return state.sleepers.removeValue(forKey: number)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  private func lieDown(_ number: Int, until: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
    let (result, waiting): (Result<Void, any Error>?, CheckedContinuation<Void, Never>?) = state.withLock { state in
      if state.cancelled.remove(number) != nil { return (.failure(CancellationError()), nil) }
      if until <= state.offset { return (.success(()), nil) }
      state.sleepers[number] = (until, continuation)
      guard let waiting = state.waiting, state.sleepers.count >= waiting.count else { return (nil, nil) }
      state.waiting = nil
      return (nil, waiting.continuation)
    }
    if let result { continuation.resume(with: result) }
    waiting?.resume()
  }
}
