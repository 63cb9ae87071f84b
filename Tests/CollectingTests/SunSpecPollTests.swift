import Collecting
import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@Suite("Polling a SunSpec device")
struct SunSpecPollTests {
  /// Marker, model 203 of four registers with 123 times ten watts and 0x0001_E240 = 123 456 Wh, end mark.
  private static let map: [UInt16] = [0x5375, 0x6E53, 203, 4, 123, 1, 1, 0xE240, 0xFFFF, 0]
  private static let values: [String: Int64] = ["M1.active_power": 1_230_000, "M1.energy_import": 123_456_000]
  /// Finding the map at 50000: markers, header, end mark; then the data.
  private static let search = ["40000+2", "50000+2", "50002+2", "50008+2", "50004+4"]

  private let bank = RegisterBank(map, at: 50000)
  private let clock = TestClock()

  @Test("finds the map at the second base and does not look for it again")
  func secondBase() async {
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let first = await poller.poll(source, pacing: clock.pacing)
    #expect(first.failure == nil)
    #expect(first.readings.values == Self.values)
    #expect(units.asked == Self.search)
    let second = await poller.poll(source, pacing: clock.pacing)
    #expect(second.readings.values == Self.values)
    #expect(units.asked.dropFirst(5) == ["50004+4"])
  }

  @Test("holds the known map against the device after a failure")
  func confirmation() async {
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    _ = await poller.poll(source, pacing: clock.pacing)
    units.inject(.silent)
    let failed = await poller.poll(source, pacing: clock.pacing)
    #expect(failed.readings == [])
    #expect(failed.failure != nil)
    let next = await poller.poll(source, pacing: clock.pacing)
    #expect(next.readings.values == Self.values)
    #expect(units.asked.dropFirst(6) == ["50000+2", "50002+2", "50004+4"])
  }

  @Test("finds the map again that moved while the device was off")
  func movedAfterFailure() async {
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    _ = await poller.poll(source, pacing: clock.pacing)
    units.inject(.silent)
    _ = await poller.poll(source, pacing: clock.pacing)
    bank.remove(50000...50009)
    bank.set(Self.map, at: 40000)
    let moved = await poller.poll(source, pacing: clock.pacing)
    #expect(moved.failure == nil)
    #expect(moved.readings.values == Self.values)
    #expect(units.asked.last == "40004+4")
  }

  @Test("finds the map again that moved without any failure, by the refusal of the old registers")
  func movedSilently() async {
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    _ = await poller.poll(source, pacing: clock.pacing)
    bank.remove(50000...50009)
    bank.set(Self.map, at: 40000)
    let refused = await poller.poll(source, pacing: clock.pacing)
    #expect(refused.readings == [])
    let next = await poller.poll(source, pacing: clock.pacing)
    #expect(next.readings.values == Self.values)
  }

  @Test("is silent everywhere: it is off, and every base was asked once")
  func silent() async {
    let units = SimulatedUnits([1: bank])
    units.inject(.silent, times: nil)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    guard case .bus(.noAnswer)? = outcome.failure else {
      Issue.record("\(String(describing: outcome.failure))")
      return
    }
    #expect(outcome.readings == [])
    #expect(units.asked == ["40000+2", "50000+2"])
  }

  @Test("answers without a map: it says so and what to do")
  func noMap() async {
    let units = SimulatedUnits([1: RegisterBank([0, 0], at: 40000)])
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.failure == .noSunSpecMap(bases: [40000, 50000]))
    #expect(outcome.readings == [])
    #expect(outcome.failure?.description.contains("no SunSpec map at 40000, 50000; switch Modbus to SunSpec") == true)
  }

  @Test("is silent at one base and refuses the other: it answers, but has no map")
  func silentAtOneBase() async {
    let units = SimulatedUnits([1: RegisterBank()])
    units.inject(.silent)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.failure == .noSunSpecMap(bases: [40000, 50000]))
  }

  @Test("goes off behind the marker: it is off, and its map is found when it is back")
  func offInTheWalk() async {
    let units = SimulatedUnits([1: bank])
    let source = ScriptedSource(InMemoryRegisterSource(units)) { number in
      if number == 2 { units.inject(.silent, times: 2) }
    }
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let first = await poller.poll(source, pacing: clock.pacing)
    guard case .bus(.noAnswer)? = first.failure else {
      Issue.record("\(String(describing: first.failure))")
      return
    }
    let second = await poller.poll(source, pacing: clock.pacing)
    #expect(second.failure == nil)
    #expect(second.readings.values == Self.values)
  }

  @Test("goes silent between two models: the models behind are looked for again")
  func cutWalk() async {
    // An unknown model of one register stands before the meter.
    let words = [0x5375, 0x6E53, 64000, 1, 7] + Self.map.dropFirst(2)
    let units = SimulatedUnits([1: RegisterBank(Array(words), at: 40000)])
    let source = ScriptedSource(InMemoryRegisterSource(units)) { number in
      if number == 2 { units.inject(.silent, times: 2) }
    }
    var poller = DevicePoller(.device(Profiles.sunSpec))
    let first = await poller.poll(source, pacing: clock.pacing)
    #expect(first.readings == [])
    let second = await poller.poll(source, pacing: clock.pacing)
    #expect(second.readings.values == Self.values)
  }

  @Test("has no end mark: what was found is read, and looked for twice only")
  func noEndMark() async {
    let units = SimulatedUnits([1: RegisterBank(Array(Self.map.dropLast(2)), at: 40000)])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.sunSpec))
    for _ in 0..<4 {
      let outcome = await poller.poll(source, pacing: clock.pacing)
      #expect(outcome.readings.values == Self.values)
    }
    let walk = ["40000+2", "40002+2", "40008+2", "40008+1", "40004+4"]
    #expect(units.asked == walk + walk + ["40004+4", "40004+4"])
  }
}
