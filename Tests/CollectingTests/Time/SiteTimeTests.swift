import CommunityModel
import MarketTime
import ModbusIO
import Readings
import Testing

@testable import Collecting

@Suite("A service that does not know the time", .timeLimit(.minutes(1)))
struct SiteTimeTests {
  private let clock = TestClock()
  private let book = LogBook()
  private let store = InMemoryReadingStore()
  private let synchronised = Flag()

  /// A machine that was started at noon; its clock is off by what the test sets.
  private func clocks(hasBattery: Bool = false) -> SiteTime.Clocks {
    SiteTime.Clocks(
      boot: "boot-1", hasBattery: hasBattery, uptime: { clock.uptime - .milliseconds(noon.milliseconds) },
      system: { clock.now }, isSynchronised: { synchronised.isSet })
  }

  /// Runs a meter's loop until `reads` requests were made, committing after each.
  private func run(_ time: SiteTime, reads: Int, afterRead: @escaping @Sendable (Int) -> Void = { _ in }) async -> ReadingRecorder
  {
    let recorder = ReadingRecorder(store: store, journal: store, time: time, logger: book.logger)
    let source = ScriptedSource(
      InMemoryRegisterSource(SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)])), clock: clock
    ) {
      number in
      afterRead(number)
      if number >= reads { cancelThisTask() }
    }
    let pacing = DevicePoller.Pacing(
      now: time.now,
      pause: { duration in
        recorder.commit()
        clock.advance(by: duration)
      }, uptime: time.uptime)
    let loop = BusLoop(
      bus: BusPlan(id: "bus", link: .tcp(host: "in-memory", port: 502), devices: [.device(Profiles.row)]), source: source,
      recorder: recorder, pacing: pacing, logger: book.logger, jitter: { 0 })
    await Task { await loop.run() }.value
    recorder.commit()
    return recorder
  }

  private func times() -> [Int64] {
    let all = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max)
    return store.samples(of: SeriesKey("M1", .voltageL1), in: all).map { ($0.time.milliseconds - noon.milliseconds) / 1000 }
  }

  @Test("keeps what it reads aside, and stamps it once the clock is synchronised")
  func lateSynchronisation() async throws {
    clock.set(by: .seconds(-1_772_366_400))
    store.append([Reading(SeriesKey("M1", .voltageL1), at: noon - .seconds(3600), value: 5)])
    let time = try SiteTime(clocks(), resuming: store, logger: book.logger)
    #expect(!time.clock.isTrusted && time.clock.source == .none)
    #expect(book.lines.first?.hasPrefix("warning: time: unknown; the clock is neither synchronised") == true)
    #expect(book.lines.first?.contains("from 2026-03-01T11:00:00.001Z on") == true)
    let recorder = await run(time, reads: 5)
    #expect(times() == [-3600])
    #expect(recorder.totals.aside == 30 && recorder.totals.kept == 0 && recorder.totals.waiting == 0)
    #expect(store.unplaced.count == 30)
    clock.set(by: .seconds(1_772_366_400))
    synchronised.set()
    recorder.commit()
    // Polled at provisional full minutes, which begin 1 ms after 11:00.
    #expect(times() == [-3600, 0, 59, 119, 179, 239])
    #expect(store.unplaced.isEmpty && recorder.totals.aside == 0)
    #expect(time.clock.source == .synchronised)
    #expect(
      book.lines.contains { $0.hasPrefix("notice: time: synchronised, 2026-03-01T12:03") && $0.contains("later than it was") })
    #expect(book.lines.last == "notice: 30 readings that waited for the time were stamped and stored")
  }

  @Test("stamps what still waits in memory, too, and goes on at full minutes")
  func synchronisationBetweenPolls() async throws {
    clock.set(by: .seconds(-1_772_366_400))
    let time = try SiteTime(clocks(), resuming: store, logger: book.logger)
    let (clock, synchronised) = (clock, synchronised)
    _ = await run(time, reads: 4) { number in
      guard number == 2 else { return }
      clock.set(by: .seconds(1_772_366_400))
      synchronised.set()
    }
    #expect(times().first == 0 && times().suffix(2) == [120, 180])
  }

  @Test("stores estimates with an event for each device when it never came to know")
  func neverKnown() async throws {
    clock.set(by: .seconds(-1_772_366_400))
    store.append([Reading(SeriesKey("M1", .voltageL1), at: noon - .seconds(3600), value: 5)])
    _ = await run(try SiteTime(clocks(), resuming: store, logger: book.logger), reads: 3)
    let next = SiteTime.Clocks(
      boot: "boot-2", hasBattery: false, uptime: { .seconds(5) }, system: { noon }, isSynchronised: { true })
    let time = try SiteTime(next, resuming: store, logger: book.logger)
    #expect(time.clock.isTrusted)
    #expect(times() == [-3600, -3599, -3540, -3480])
    let event = try #require(store.events.first)
    #expect(store.events.count == 1 && event.kind == .timeEstimated && event.device == "device-1" && event.before == nil)
    #expect(event.time == noon - .seconds(3600) + .milliseconds(1))
    #expect(event.after == (noon - .seconds(3480)).milliseconds)
    #expect(book.lines.contains { $0.hasPrefix("warning: device-1: the stamps of its readings from 2026-03-01T11:00:00.001Z") })
  }

  @Test("tells once of a jump that it does not follow, and stores on")
  func ignoredJump() async throws {
    let time = try SiteTime(clocks(hasBattery: true), resuming: store, logger: book.logger)
    let clock = clock
    _ = await run(time, reads: 6) { number in
      if number == 2 { clock.set(by: .seconds(72 * 365 * 86_400)) }
    }
    #expect(times() == [0, 60, 120, 180, 240, 300])
    #expect(book.lines.filter { $0.contains("was set 26280 d later while nothing says that it is synchronised") }.count == 1)
    #expect(time.clock.lastJump?.isFollowed == false)
  }

  @Test("marks for each device what a battery clock stamped wrongly")
  func wrongBattery() async throws {
    clock.set(by: .seconds(600))
    let time = try SiteTime(clocks(hasBattery: true), resuming: store, logger: book.logger)
    let (clock, synchronised) = (clock, synchronised)
    _ = await run(time, reads: 4) { number in
      guard number == 2 else { return }
      clock.set(by: .seconds(-600))
      synchronised.set()
    }
    #expect(times() == [120, 180, 600, 660])
    let event = try #require(store.events.first)
    #expect(event.kind == .timeEstimated && event.before == 600_000 && event.time == noon + .seconds(600))
    #expect(
      book.lines.contains {
        $0.contains("the stamps of its readings from") && $0.hasSuffix("are 10 min too late; see the clock's lines before")
      })
  }

  @Test("remembers over a restart of the program that the clock had jumped")
  func restart() async throws {
    synchronised.set()
    _ = await run(try SiteTime(clocks(), resuming: store, logger: book.logger), reads: 2)
    synchronised.clear()
    clock.set(by: .seconds(86_400))
    let time = try SiteTime(clocks(hasBattery: true), resuming: store, logger: book.logger)
    #expect(time.clock.source == .held)
    _ = await run(time, reads: 2)
    #expect(times() == [0, 60, 120])
    #expect(book.lines.contains { $0.contains("was set 24 h later while nothing says that it is synchronised") })
  }

  @Test("tells at the start of readings from the future, which hold up nothing")
  func future() async throws {
    synchronised.set()
    store.append([
      Reading(SeriesKey("M1", .voltageL1), at: noon + .seconds(3600), value: 1),
      Reading(SeriesKey("M1", .voltageL1), at: Timestamp(milliseconds: 4_039_372_800_000), value: 2),
    ])
    let time = try SiteTime(clocks(), resuming: store, logger: book.logger)
    #expect(
      book.lines.last
        == "warning: 1 stored readings are stamped later than now, up to 2098-01-01T00:00:00Z; they stay, and hold up nothing")
    _ = await run(time, reads: 2)
    #expect(times().prefix(2) == [0, 60])
  }
}
