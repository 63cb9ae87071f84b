import Collecting
import MarketTime
import ModbusIO
import Readings
import Synchronization
import Testing

@Suite("A change of the configuration", .timeLimit(.minutes(1)))
struct ChangeTests {
  private let book = LogBook()
  private let clock = StandingClock()
  private let units = SimulatedUnits([
    1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0), 2: RegisterBank([1, 2, 3, 4, 5, 6], at: 0),
    3: RegisterBank([1, 2, 3, 4, 5, 6], at: 0),
  ])
  /// How often each line was opened.
  private let opened = Opened()

  private final class Opened: Sendable {
    let hosts = Mutex<[String]>([])
  }

  /// Buses "one" and "two", read every minute.
  private func collector(_ recorder: ReadingRecorder) -> Collector {
    let (clock, units, opened) = (clock, units, opened)
    return Collector(
      plan: CollectionPlan(buses: [Yard.bus("one", unit: 1), Yard.bus("two", unit: 2)]), recorder: recorder,
      commitInterval: .seconds(3600), logger: book.logger,
      in: Collector.Surroundings(
        now: { clock.time }, clock: clock,
        connect: { link in
          opened.hosts.withLock { $0.append("\(link)") }
          return InMemoryRegisterSource(units, link: link)
        }, jitter: { 0 }))
  }

  private func requests(of unit: UInt8) -> Int { units.requests.count { $0.unit == unit } }

  @Test("leaves a bus alone of which nothing differs: its connection, its turns, its figures")
  func kept() async {
    let recorder = ReadingRecorder(store: MoodyStore(), logger: book.logger)
    let collector = collector(recorder)
    let service = Task { await collector.run() }
    await clock.sleepers(3)
    clock.advance(by: .seconds(30))
    let change = await collector.change(
      to: CollectionPlan(buses: [
        Yard.bus("three", unit: 3), Yard.bus("one", unit: 1), Yard.bus("two", unit: 2, every: .seconds(10)),
      ]))
    await clock.sleepers(4)
    #expect(change.kept == ["one"])
    #expect(change.begun == ["three", "two"])
    #expect(change.ended == [])
    #expect(opened.hosts.withLock { $0.sorted() } == ["one:502", "three:502", "two:502", "two:502"])
    // At 30 s the new ones are asked at once, the kept one in its turn at 60 s.
    #expect([requests(of: 1), requests(of: 2), requests(of: 3)] == [1, 2, 1])
    for _ in 0..<3 {
      clock.advance(by: .seconds(10))
      await clock.sleepers(4)
    }
    #expect([requests(of: 1), requests(of: 2), requests(of: 3)] == [2, 5, 2])
    #expect(collector.health.buses.map(\.id) == ["three", "one", "two"])
    #expect(collector.health.buses.map(\.total.requests) == [2, 2, 5])
    service.cancel()
    await service.value
    #expect(recorder.totals.waiting == 0)
  }

  @Test("ends the buses that are not there any more, and stores what they brought")
  func ended() async {
    let store = MoodyStore()
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let collector = collector(recorder)
    let service = Task { await collector.run() }
    await clock.sleepers(3)
    let change = await collector.change(to: CollectionPlan(buses: [Yard.bus("two", unit: 2)]))
    #expect(change.kept == ["two"])
    #expect(change.begun == [])
    #expect(change.ended == ["one"])
    #expect(store.appends.count == 1)
    clock.advance(by: .seconds(60))
    await clock.sleepers(2)
    #expect(requests(of: 1) == 1)
    #expect(collector.health.devices.map(\.id) == ["device-2"])
    #expect(collector.health.advances)
    service.cancel()
    await service.value
  }

  @Test("to the same changes nothing")
  func same() async {
    let recorder = ReadingRecorder(store: MoodyStore(), logger: book.logger)
    let collector = collector(recorder)
    let service = Task { await collector.run() }
    await clock.sleepers(3)
    let change = await collector.change(to: CollectionPlan(buses: [Yard.bus("one", unit: 1), Yard.bus("two", unit: 2)]))
    #expect(change.kept == ["one", "two"])
    #expect(change.begun == [])
    #expect(opened.hosts.withLock(\.count) == 2)
    service.cancel()
    await service.value
  }

  @Test("that comes while the service stops begins nothing")
  func whileStopping() async {
    let recorder = ReadingRecorder(store: MoodyStore(), logger: book.logger)
    let collector = collector(recorder)
    let service = Task { await collector.run() }
    await clock.sleepers(3)
    service.cancel()
    await service.value
    _ = await collector.change(to: CollectionPlan(buses: [Yard.bus("three", unit: 3)]))
    #expect(requests(of: 3) == 0)
    #expect(opened.hosts.withLock(\.count) == 2)
  }

  @Test("leaves a bus behind that hangs, and begins the new one")
  func hanging() async {
    let yard = Yard(hanging: "one")
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(2)
    let change = Task { await yard.collector.change(to: CollectionPlan(buses: [Yard.bus("two", unit: 2)])) }
    await yard.clock.sleepers(3)
    yard.clock.advance(by: .seconds(5))
    #expect(await change.value.ended == ["one"])
    #expect(yard.book.lines.contains("warning: bus one hangs in a call and was left behind"))
    #expect(yard.collector.health.advances)
    service.cancel()
    await service.value
  }
}
