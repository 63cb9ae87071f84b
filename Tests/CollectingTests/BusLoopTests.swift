import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@testable import Collecting

@Suite("One bus", .timeLimit(.minutes(1)))
struct BusLoopTests {
  private let clock = TestClock()
  private let book = LogBook()
  private let store = InMemoryReadingStore()

  /// Runs the loop over `devices`, its pauses taking no time, until it was asked for registers `reads` times.
  private func run(
    _ devices: [DevicePlan], _ units: SimulatedUnits, reads: Int, jitter: Double = 0,
    afterRead: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> ScriptedSource {
    let source = ScriptedSource(InMemoryRegisterSource(units), clock: clock) { number in
      afterRead(number)
      if number >= reads { cancelThisTask() }
    }
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let loop = BusLoop(
      bus: BusPlan(id: "bus", link: .tcp(host: "in-memory", port: 502), devices: devices), source: source, recorder: recorder,
      pacing: clock.pacing, logger: book.logger, jitter: { jitter })
    await Task { await loop.run() }.value
    recorder.commit()
    return source
  }

  /// Six registers a bank, so that each poll is one request.
  private func bank() -> RegisterBank { RegisterBank([1, 2, 3, 4, 5, 6], at: 0) }

  @Test("asks a dead device ever more rarely, up to 5 min, and reads the living one at every interval")
  func deadAndLiving() async {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.silent, times: nil, unit: 1)
    let devices: [DevicePlan] = [.device(Profiles.row, unit: 1, at: "M1"), .device(Profiles.row, unit: 2, at: "M2")]
    // In 915 s the living device is read 16 times (0, 60, ... 900), the dead one 9 times.
    let source = await run(devices, units, reads: 25)
    // Pauses of 5, 10, 20, 40, 80, 160, 300, 300 s.
    #expect(source.seconds(of: 1) == [0, 5, 15, 35, 75, 155, 315, 615, 915])
    #expect(source.seconds(of: 2) == (0...15).map { $0 * 60 })
    #expect(store.values("M2", .voltageL1) == Array(repeating: 1000, count: 16))
    #expect(store.values("M1", .voltageL1) == [])
    #expect(source.closings == 1)
  }

  @Test("tells once that a device does not answer, and once that it does again")
  func complaints() async {
    let units = SimulatedUnits([1: bank()])
    units.inject(.silent, times: 3, unit: 1)
    let source = await run([.device(Profiles.row)], units, reads: 6)
    #expect(source.seconds(of: 1) == [0, 5, 15, 35, 60, 120])
    let lines = book.lines
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("warning: device-1 does not answer: in-memory:502 unit 1") == true)
    #expect(lines.last == "notice: device-1 answers again after 35 s")
  }

  @Test("begins with short pauses again after the device was back")
  func backoffStartsAgain() async {
    let units = SimulatedUnits([1: bank()])
    units.inject(.silent, times: 3, unit: 1)
    let source = await run([.device(Profiles.row)], units, reads: 7) { number in
      if number == 4 { units.inject(.silent, times: 2, unit: 1) }
    }
    #expect(source.seconds(of: 1) == [0, 5, 15, 35, 60, 65, 75])
  }

  @Test("lengthens pauses after failures by a quarter at most")
  func jitter() async {
    let units = SimulatedUnits([1: bank()])
    units.inject(.silent, times: nil)
    _ = await run([.device(Profiles.row)], units, reads: 4, jitter: 1)
    #expect(clock.pauses == [.milliseconds(6250), .milliseconds(12_500), .seconds(25)])
  }

  @Test("reads at multiples of the interval, whenever it was started")
  func alignment() async {
    clock.advance(by: .seconds(7))
    let units = SimulatedUnits([1: bank(), 2: bank()])
    let devices: [DevicePlan] = [
      .device(Profiles.row, unit: 1, every: .seconds(60)), .device(Profiles.row, unit: 2, at: "M2", every: .seconds(900)),
    ]
    // The first device at 7, 60, ... 960: 17 times; the second at 7 and 900.
    let source = await run(devices, units, reads: 19)
    #expect(source.seconds(of: 1) == [7] + (1...16).map { $0 * 60 })
    #expect(source.seconds(of: 2) == [7, 900])
  }

  @Test("leaves alone what was missed while a device was slow")
  func slowDevice() async {
    let units = SimulatedUnits([1: bank()])
    let clock = clock
    // The second answer, asked for at 60, takes 150 s.
    let source = await run([.device(Profiles.row)], units, reads: 4) { number in
      if number == 2 { clock.advance(by: .seconds(150)) }
    }
    #expect(source.seconds(of: 1) == [0, 60, 240, 300])
  }

  @Test("goes on in its rhythm when the clock is set, back or ahead", arguments: [-86_400, 86_400, 7 * 86_400])
  func clockSet(by seconds: Int64) async {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    let clock = clock
    let devices: [DevicePlan] = [
      .device(Profiles.row, unit: 1, every: .seconds(60)), .device(Profiles.row, unit: 2, at: "M2", every: .seconds(300)),
    ]
    // Reads: both at 0, the first at 60; then it is another day: the first at 120, 180, 240, both at 300.
    let source = await run(devices, units, reads: 8) { number in
      if number == 3 { clock.set(by: .seconds(seconds)) }
    }
    #expect(source.seconds(of: 1) == [0, 60, 120, 180, 240, 300])
    #expect(source.seconds(of: 2) == [0, 300])
  }

  @Test("reads at multiples of the interval again after the clock was set, never twice within half an interval")
  func newAlignment() async {
    let clock = clock
    // The clock is set 20 s ahead right after the poll at 60: full minutes are at 100, 160, ...
    let ahead = await run([.device(Profiles.row)], SimulatedUnits([1: bank()]), reads: 4) { number in
      if number == 2 { clock.set(by: .seconds(20)) }
    }
    #expect(ahead.seconds(of: 1) == [0, 60, 100, 160])
  }

  @Test("waits half an interval at least, and one and a half at most, when the clock was set")
  func noDoubledPoll() async {
    let clock = clock
    // Full minutes are at 70, 130, ... then: 70 is too soon after 60.
    let source = await run([.device(Profiles.row)], SimulatedUnits([1: bank()]), reads: 4) { number in
      if number == 2 { clock.set(by: .seconds(50)) }
    }
    #expect(source.seconds(of: 1) == [0, 60, 130, 190])
  }

  @Test("polls once, not ten times, after it was stopped for ten minutes")
  func stopped() async {
    let clock = clock
    let source = await run([.device(Profiles.row)], SimulatedUnits([1: bank()]), reads: 5) { number in
      if number == 2 { clock.advance(by: .seconds(615)) }
    }
    // The poll at 60 ended at 675; what was missed is not caught up.
    #expect(source.seconds(of: 1) == [0, 60, 720, 780, 840])
  }

  @Test("keeps what was read when it is stopped")
  func stopInAPoll() async {
    let source = await run([.device(Profiles.row)], SimulatedUnits([1: bank()]), reads: 1)
    #expect(store.count == 6)
    #expect(source.closings == 1)
  }

  @Test("tells once which registers a device refuses, and when it does not any more")
  func refusals() async {
    let bank = bank()
    bank.remove(4...4)
    // Seven requests find the refused register; each minute of the hour three bring the others. 7 + 59 * 3 = 184, then 0+6 again.
    let source = await run([.device(Profiles.row)], SimulatedUnits([1: bank]), reads: 186) { number in
      if number == 184 { bank.set([5], at: 4) }
    }
    #expect(source.seconds(of: 1).last == 3660)
    let lines = book.lines
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("warning: device-1 refuses holding register 4; the others are read") == true)
    #expect(lines.last == "notice: device-1 answers all registers now")
    #expect(store.values("M1", .currentL2) == [5000, 5000])
    #expect(store.values("M1", .currentL3).count == 62)
  }

  @Test(
    "is next read at the following multiple of the interval in UTC",
    arguments: [
      // Milliseconds after noon, interval in seconds, milliseconds after noon of the next read.
      (0, 60, 60_000), (1, 60, 60_000), (59_999, 60, 60_000), (60_000, 60, 120_000), (450_000, 900, 900_000),
      (899_999, 900, 900_000), (900_000, 900, 1_800_000), (100, 1, 1000), (0, 7200, 7_200_000), (0, 86_400, 43_200_000),
    ] as [(Int64, Int64, Int64)])
  func nextDue(now: Int64, interval: Int64, expected: Int64) {
    let due = BusLoop.nextDue(after: noon + .milliseconds(now), every: .seconds(interval))
    #expect(due == noon + .milliseconds(expected))
  }

  @Test("without devices ends at once")
  func empty() async {
    let source = await run([], SimulatedUnits([:]), reads: 1)
    #expect(source.closings == 1)
  }
}
