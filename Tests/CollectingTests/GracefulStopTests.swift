import Collecting
import CommunityModel
import MarketTime
import ModbusIO
import Readings
import ServiceLifecycle
import Synchronization
import Testing

@Suite("The collecting service in a service group", .timeLimit(.minutes(1)))
struct GracefulStopTests {
  @Test("stores what waits and lets go of its buses when the group shuts down gracefully")
  func gracefulShutdown() async throws {
    let book = LogBook()
    let store = MoodyStore()
    let clock = StandingClock()
    let link = ModbusLink.tcp(host: "one", port: 502)
    let units = SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)])
    let source = ScriptedSource(InMemoryRegisterSource(units, link: link)) { _ in }
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let collector = Collector(
      plan: CollectionPlan(buses: [BusPlan(id: "one", link: link, devices: [.device(Profiles.row)])]), recorder: recorder,
      commitInterval: .seconds(10), logger: book.logger,
      in: Collector.Surroundings(now: { clock.time }, clock: clock, connect: { _ in source }, jitter: { 0 }))
    let group = ServiceGroup(services: [collector], logger: book.logger)
    let running = Task { try await group.run() }
    await clock.sleepers(2)
    #expect(recorder.totals.waiting == 6)
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(recorder.totals.kept == 6)
    #expect(recorder.totals.waiting == 0)
    #expect(store.appends.count == 1)
    #expect(source.closings == 1)
    #expect(book.lines.contains("notice: stopped; 6 readings stored, 0 not stored"))
  }

  @Test("makes one append a cycle, of everything that all buses brought")
  func oneAppendACycle() async {
    let store = MoodyStore()
    let clock = StandingClock()
    let book = LogBook()
    let units = SimulatedUnits([
      1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0), 2: RegisterBank([1, 2, 3, 4, 5, 6], at: 0),
    ])
    let buses = [1, 2].map { (unit: UInt8) in
      BusPlan(
        id: "\(unit)", link: .tcp(host: "\(unit)", port: 502),
        devices: [.device(Profiles.row, unit: unit, at: .init("M\(unit)"), every: .seconds(5))])
    }
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let collector = Collector(
      plan: CollectionPlan(buses: buses), recorder: recorder, commitInterval: .seconds(10), logger: book.logger,
      in: Collector.Surroundings(
        now: { clock.time }, clock: clock, connect: { InMemoryRegisterSource(units, link: $0) }, jitter: { 0 }))
    let service = Task { await collector.run() }
    for _ in 0..<9 {
      await clock.sleepers(3)
      clock.advance(by: .seconds(5))
    }
    await clock.sleepers(3)
    service.cancel()
    await service.value
    // 45 s: ten polls of two devices with six values; commits at 10, 20, 30, 40 s and at the end.
    #expect(recorder.totals.kept == 120)
    #expect(store.appends.count == 5)
  }
}

@Suite("The recorder under pressure")
struct RecorderPressureTests {
  /// A store whose appends fail after new readings have come in.
  private final class SlowFailingStore: ReadingStore {
    let during: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome {
      during.withLock { $0 }?()
      throw .failed(path: "readings.db", reason: "disk full")
    }

    func samples(of series: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample] { [] }
    func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample] { [:] }
    func inventory() throws(ReadingStoreError) -> [SeriesSummary] { [] }
  }

  @Test("never holds more than its limit, also when readings come in during an append that fails")
  func limitDuringAppend() {
    let store = SlowFailingStore()
    let book = LogBook()
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 3)
    @Sendable func reading(_ second: Int64) -> Reading {
      Reading(SeriesKey("M1", .activePower), at: noon + .seconds(second), value: second)
    }
    recorder.take([reading(1), reading(2), reading(3)])
    store.during.withLock { $0 = { recorder.take([reading(4), reading(5)]) } }
    recorder.commit()
    #expect(recorder.totals.waiting == 3)
    #expect(recorder.totals.dropped == 2)
    #expect(book.lines.last == "error: the store has not written for too long: 2 oldest readings were given up")
  }
}
