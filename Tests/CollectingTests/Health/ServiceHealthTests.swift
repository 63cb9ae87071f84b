import CommunityModel
import MarketTime
import ModbusIO
import Readings
import Testing

@testable import Collecting

@Suite("The health of the service", .timeLimit(.minutes(10)))
struct ServiceHealthTests {
  private let yard = Yard()

  @Test("counts requests and failures by cause, and says since when a device is off")
  func causes() async throws {
    yard.units.inject(.silent, times: nil, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    for _ in 0..<60 { await yard.step(.seconds(5)) }
    let health = yard.collector.health
    service.cancel()
    await service.value

    // 300 s: the dead device is asked at 0, 5, 15, 35, 75, 155, the living one at 0, 60, ... 300.
    let dead = try #require(health.buses.first)
    #expect(dead.id == "one")
    #expect(dead.total.requests == 6)
    #expect(dead.total.errors == 6)
    #expect(dead.causes == [.noAnswer: 6])
    #expect(dead.lastHour.errorRate == 1)
    #expect(dead.complaint?.hasPrefix("one:502 unit 1, ") == true)
    let device = try #require(dead.devices.first)
    #expect(device.condition == .offline)
    #expect(device.offlineSince == noon)
    #expect(device.readings.lastGood == nil)
    #expect(device.polls == 6)
    #expect(device.failedPolls == 6)
    #expect(device.backoff == .seconds(160))
    let living = try #require(health.buses.last)
    #expect(living.total.requests == 6)
    #expect(living.causes == [:])
    #expect(living.complaint == nil)
    #expect(living.devices.first?.condition == .ok)
    #expect(living.devices.first?.readings.lastGood == noon + .seconds(300))
    #expect(health.uptime == .seconds(300))
    // The last commit that had something was the one after the poll at 240 s; the one at 300 s has not been.
    #expect(health.store.totals.kept + health.store.totals.waiting == 36)
    #expect(!health.isAllWell)
    #expect(health.advances)
  }

  @Test("is all well once the device answers, and knows when the store took something last")
  func allWell() async {
    yard.units.inject(.silent, times: 1, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    #expect(!yard.collector.health.isAllWell)
    #expect(yard.collector.health.store.lastCommit == nil)
    await yard.step(.seconds(5))
    await yard.step(.seconds(5))
    let health = yard.collector.health
    service.cancel()
    await service.value
    #expect(health.isAllWell)
    #expect(health.buses.first?.complaint == nil)
    #expect(health.buses.first?.devices.first?.offlineSince == nil)
    #expect(health.store.lastCommit == noon + .seconds(10))
  }

  @Test(
    "names each cause as the files do",
    arguments: [
      (SimulatedFault.silent, "no_answer"), (.exception(.deviceFailure), "exception_4"), (.exception(.deviceBusy), "exception_6"),
    ])
  func names(fault: SimulatedFault, name: String) async {
    yard.units.inject(fault, times: nil, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    // A busy device is asked three times in a poll, 100 and 200 ms apart.
    for _ in 0..<3 { await yard.step(.milliseconds(200)) }
    let causes = yard.collector.health.buses[0].causes
    service.cancel()
    await service.value
    #expect(causes.keys.map(\.name) == [name])
  }

  @Test("a device that is busy once is well, its refusal counted")
  func busyOnce() async {
    yard.units.inject(.exception(.deviceBusy), times: 1, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    await yard.step(.milliseconds(100))
    let bus = yard.collector.health.buses[0]
    service.cancel()
    await service.value
    #expect(bus.total.requests == 2)
    #expect(bus.causes == [.exception(.deviceBusy): 1])
    #expect(bus.devices[0].condition == .ok)
  }

  @Test("says that the store does not write, and that the service advances all the same: a full disk is no reason to restart")
  func fullDisk() async {
    yard.store.isFailing = true
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    for _ in 0..<1000 { await yard.step(.seconds(10)) }
    let health = yard.collector.health
    service.cancel()
    await service.value
    #expect(health.advances)
    #expect(!health.isAllWell)
    #expect(health.store.failure?.contains("disk full") == true)
    // Told when it began, and after an hour and a day: 10,000 s hold one hour.
    #expect(yard.book.lines.filter { $0.hasPrefix("error: ") }.count == 2)
  }
}

@Suite("A watchdog", .timeLimit(.minutes(10)))
struct AdvancingTests {
  @Test("sees a bus whose call never comes back, and no other")
  func hungBus() async {
    let yard = Yard(hanging: "one")
    let service = Task { await yard.collector.run() }
    // The commits and the living bus wait.
    await yard.clock.sleepers(2)
    // Its deadline of 1 s and 15 s beyond it.
    yard.clock.advance(by: .seconds(9))
    await yard.clock.sleepers(2)
    #expect(yard.collector.health.advances)
    yard.clock.advance(by: .seconds(8))
    await yard.clock.sleepers(2)
    let health = yard.collector.health
    #expect(!health.advances)
    #expect(health.buses.filter { !$0.advances }.map(\.id) == ["one"])
    #expect(health.commitsAdvance)
    service.cancel()
    // It is left behind after 5 s.
    await yard.clock.sleepers(1)
    yard.clock.advance(by: .seconds(5))
    await service.value
    #expect(yard.book.lines.contains("warning: left behind after 5 s, waiting for an answer: one"))
    #expect(yard.recorder.totals.waiting == 0)
  }

  @Test("is content with devices that are off for a day, on every bus")
  func everythingOff() async {
    let yard = Yard()
    yard.units.inject(.silent, times: nil)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    var isContent = true
    for _ in 0..<8640 {
      await yard.step(.seconds(10))
      isContent = isContent && yard.collector.health.advances
    }
    service.cancel()
    await service.value
    #expect(isContent)
    // Each device: when it began, after an hour, after a day's last poll or not yet.
    #expect((4...6).contains(yard.book.lines.filter { $0.hasPrefix("warning: device-") }.count))
  }
}

/// Two buses with a device each, whose time stands until it is moved.
struct Yard {
  let book = LogBook()
  let store = MoodyStore()
  let clock = StandingClock()
  let units = SimulatedUnits([
    1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0), 2: RegisterBank([1, 2, 3, 4, 5, 6], at: 0),
  ])
  let recorder: ReadingRecorder
  let collector: Collector

  static func bus(_ id: String, unit: UInt8, every interval: Duration = .seconds(60)) -> BusPlan {
    BusPlan(
      id: id, link: .tcp(host: id, port: 502),
      devices: [.device(Profiles.row, unit: unit, at: .init("M\(unit)"), every: interval)])
  }

  /// With a bus whose every read hangs for ever, if told.
  init(hanging: String? = nil, names: [String] = ["one", "two"]) {
    let (clock, units) = (clock, units)
    recorder = ReadingRecorder(store: store, logger: book.logger, uptime: { clock.now.offset })
    collector = Collector(
      plan: CollectionPlan(buses: zip(names, 1...).map { Self.bus($0, unit: $1) }), recorder: recorder,
      commitInterval: .seconds(10), logger: book.logger,
      in: Collector.Surroundings(
        now: { clock.time }, clock: clock,
        connect: { link in
          if let hanging, link == .tcp(host: hanging, port: 502) { return HangingSource() }
          return InMemoryRegisterSource(units, link: link)
        }, jitter: { 0 }))
  }

  /// Moves the time on and waits until buses and commits wait again.
  func step(_ duration: Duration) async {
    clock.advance(by: duration)
    await clock.sleepers(3)
  }
}

/// A bus whose reads never come back, as if its thread hung in the system.
final class HangingSource: RegisterSource {
  func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    return []
  }

  func close() async {}
}
