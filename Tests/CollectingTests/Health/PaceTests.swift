import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@testable import Collecting

@Suite("How often a device is read", .timeLimit(.minutes(1)))
struct PaceTests {
  /// A device to be read every 10 s that is polled at these seconds.
  private func pace(_ seconds: [Int], every interval: Int = 10) -> (pace: Pace, changes: [Int]) {
    var pace = Pace(every: .seconds(interval))
    let changes = seconds.filter { pace.polled(at: .seconds($0), isAnswered: true) }
    return (pace, changes)
  }

  @Test("is known after a minute, or ten intervals where those are longer")
  func spell() {
    #expect(pace(Array(0...59), every: 1).pace.achieved == nil)
    #expect(pace(Array(0...60), every: 1).pace.achieved == .seconds(1))
    #expect(pace((0...9).map { $0 * 60 }, every: 60).pace.achieved == nil)
    #expect(pace((0...10).map { $0 * 60 }, every: 60).pace.achieved == .seconds(60))
  }

  @Test("is stretched from more than 1.15 times the interval on until it is 1.05 times, judged spell by spell")
  func stretched() {
    // 105 s in five polls: 21 s. Then 110 s in ten: 11 s, still too slow. Then 105 s in ten: 10.5 s, 1.05 times.
    let slow = [0, 21, 42, 63, 84, 105]
    let better = (1...10).map { 105 + 11 * $0 }
    let good = [10, 21, 31, 42, 52, 63, 73, 84, 94, 105].map { 215 + $0 }
    #expect(pace(slow).pace.achieved == .seconds(21))
    #expect(pace(slow).pace.isStretched)
    #expect(pace(slow + better).pace.achieved == .seconds(11))
    #expect(pace(slow + better).pace.isStretched)
    #expect(pace(slow + better + good).pace.achieved == .milliseconds(10_500))
    #expect(pace(slow + better + good).changes == [105, 320])
    // One poll that comes 8 s late, or is left out, is no trouble; two of ten are.
    #expect(pace([0, 10, 28, 30, 40, 50, 60, 70, 80, 90, 100]).changes == [])
    #expect(pace([0, 20, 30, 40, 50, 60, 70, 80, 90, 100]).changes == [])
    #expect(pace([0, 20, 40, 50, 60, 70, 80, 90, 100]).changes == [100])
  }

  @Test("is unknown after a failure, and a device that is left alone is not called late")
  func failures() {
    var pace = pace((0...10).map { $0 * 10 }).pace
    #expect(pace.achieved == .seconds(10))
    for time in [110, 115, 125, 145, 185, 265] {
      let isChanged = pace.polled(at: .seconds(time), isAnswered: false)
      #expect(!isChanged)
      #expect(pace.achieved == nil)
    }
    for time in stride(from: 430, through: 530, by: 10) { _ = pace.polled(at: .seconds(time), isAnswered: true) }
    #expect(pace.achieved == .seconds(10))
    #expect(!pace.isStretched)
  }

  @Test("is told for a bus that is too slow: wanted and achieved for each device, one line when it begins, one when it is over")
  func slowBus() async throws {
    let clock = TestClock()
    let book = LogBook()
    let banks = (1...20).map { (UInt8($0), RegisterBank([1, 2, 3, 4, 5, 6], at: 0)) }
    let devices = (1...20).map { DevicePlan.device(Profiles.row, unit: UInt8($0), at: .init("M\($0)"), every: .seconds(10)) }
    // Twenty answers of 1.05 s each: a round takes 21 s, the same for all of them. From 600 s on an answer takes 50 ms, a round 1 s.
    let timed = TimedSource(
      inner: InMemoryRegisterSource(SimulatedUnits(Dictionary(uniqueKeysWithValues: banks))), clock: clock
    ) { _ in .milliseconds(clock.seconds < 600 ? 1050 : 50) }
    let bus = BusPlan(id: "south", link: .tcp(host: "gateway", port: 502), devices: devices)
    let ledger = HealthLedger(uptime: { clock.uptime })
    ledger.list([bus])
    let wasSlow = Flag()
    let source = ScriptedSource(timed, clock: clock) { _ in
      if clock.seconds >= 590, !wasSlow.isSet {
        wasSlow.set()
        for device in ledger.buses(doors: [:])[0].devices {
          #expect(device.interval == .seconds(10))
          #expect(device.isStretched)
          #expect(device.achievedInterval == .seconds(21))
          #expect(device.condition.isWell)
        }
      }
      if clock.seconds >= 900 { cancelThisTask() }
    }
    let loop = BusLoop(
      bus: bus, source: source, recorder: ReadingRecorder(store: InMemoryReadingStore(), logger: LogBook().logger),
      pacing: clock.pacing, logger: book.logger, jitter: { 0 },
      meter: BusMeter(bus.id, ledger, uptime: { clock.uptime }))
    await Task { await loop.run() }.value
    #expect(wasSlow.isSet)
    let healthy = ledger.buses(doors: [:])[0].devices
    #expect(healthy.allSatisfy { $0.achievedInterval == .seconds(10) && !$0.isStretched })
    #expect(book.lines.count == 2)
    let begin = try #require(book.lines.first)
    #expect(begin.hasPrefix("warning: bus south is too slow for its devices: device-"))
    #expect(begin.contains(", not every 10 s; ask less often, or put devices on another bus"))
    #expect(book.lines.last == "notice: bus south reads all devices as often as wanted again")
  }

  @Test(
    "is spoken in tenths of a second below two minutes",
    arguments: [
      (10_000, "10 s"), (21_449, "21.4 s"), (500, "0.5 s"), (119_900, "119.9 s"), (900_000, "15 min"),
    ])
  func spoken(milliseconds: Int, words: String) {
    #expect(Duration.milliseconds(milliseconds).spokenInterval == words)
  }
}
