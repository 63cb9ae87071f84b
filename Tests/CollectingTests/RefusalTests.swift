import Collecting
import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@Suite("What a device refuses")
struct RefusalTests {
  /// Registers 0 to 5 hold 1 to 6.
  private let bank = RegisterBank([1, 2, 3, 4, 5, 6], at: 0)
  private let clock = TestClock()

  /// All six values: whole volts to mV, whole amperes to mA.
  private static let all: [String: Int64] = [
    "M1.voltage_l1": 1000, "M1.voltage_l2": 2000, "M1.voltage_l3": 3000, "M1.current_l1": 4000, "M1.current_l2": 5000,
    "M1.current_l3": 6000,
  ]

  private func without(_ series: String) -> [String: Int64] { Self.all.filter { $0.key != series } }

  private func failureCode(_ outcome: PollOutcome) -> ModbusException? {
    guard case .bus(.exception(_, let code))? = outcome.failure else { return nil }
    return code
  }

  @Test("is cut out in halves, and all the others are kept")
  func bisection() async {
    bank.remove(4...4)
    let units = SimulatedUnits([1: bank])
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.readings.values == without("M1.current_l2"))
    #expect(outcome.failure == nil)
    #expect(outcome.refused == [DeviceProfiles.RegisterBlock(table: .holding, address: 4, count: 1)])
    #expect(units.asked == ["0+6", "0+3", "3+3", "3+1", "4+2", "4+1", "5+1"])
  }

  @Test("is asked again after an hour, and not before")
  func hourly() async {
    bank.remove(4...4)
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.row))
    _ = await poller.poll(source, pacing: clock.pacing)
    #expect(units.requests.count == 7)
    bank.set([5], at: 4)
    clock.advance(by: .seconds(3599))
    let before = await poller.poll(source, pacing: clock.pacing)
    #expect(before.readings.values == without("M1.current_l2"))
    #expect(before.refused.map(\.address) == [4])
    #expect(units.asked.dropFirst(7) == ["0+3", "3+1", "5+1"])
    clock.advance(by: .seconds(1))
    let after = await poller.poll(source, pacing: clock.pacing)
    #expect(after.readings.values == Self.all)
    #expect(after.refused == [])
    #expect(units.asked.dropFirst(10) == ["0+6"])
  }

  @Test("does not stay left alone longer because the clock was set back")
  func clockSetBack() async {
    bank.remove(4...4)
    let units = SimulatedUnits([1: bank])
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.row))
    _ = await poller.poll(source, pacing: clock.pacing)
    bank.set([5], at: 4)
    clock.advance(by: .seconds(-86_400))
    let outcome = await poller.poll(source, pacing: clock.pacing)
    #expect(outcome.readings.values == Self.all)
  }

  @Test("gives no value and no zero when it is everything, and says so")
  func everything() async {
    let units = SimulatedUnits([1: RegisterBank()])
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.readings == [])
    #expect(outcome.refused.map(\.address) == [0, 1, 2, 3, 4, 5])
    #expect(outcome.fields.allSatisfy { $0.value == .missing(.notRead) })
  }

  @Test("is cut out whether the device says illegal function, address or value", arguments: [1, 2, 3] as [UInt8])
  func refusalCodes(code: UInt8) async {
    let units = SimulatedUnits([1: bank])
    // Refused as a whole, then in its left half, then in each value of that: 0-5, 0-2, 0, 1-2 and 1; register 2 answers.
    units.inject(.exception(ModbusException(rawValue: code)), times: 5)
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.failure == nil)
    #expect(outcome.refused.map(\.address) == [0, 1])
    #expect(outcome.readings.values == without("M1.voltage_l1").filter { $0.key != "M1.voltage_l2" })
    #expect(units.asked == ["0+6", "0+3", "0+1", "1+2", "1+1", "2+1", "3+3"])
  }

  @Test("because it is busy, twice, is asked a third time", arguments: [5, 6, 7] as [UInt8])
  func busyTwice(code: UInt8) async {
    let units = SimulatedUnits([1: bank])
    units.inject(.exception(ModbusException(rawValue: code)), times: 2)
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.readings.values == Self.all)
    #expect(outcome.failure == nil)
    #expect(clock.pauses == [.milliseconds(100), .milliseconds(200)])
    #expect(units.asked == ["0+6", "0+6", "0+6"])
  }

  @Test("because it is busy, three times, is a failure and never zero", arguments: [5, 6, 7] as [UInt8])
  func busyThrice(code: UInt8) async {
    let units = SimulatedUnits([1: bank])
    units.inject(.exception(ModbusException(rawValue: code)), times: 3)
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.readings == [])
    #expect(failureCode(outcome) == ModbusException(rawValue: code))
    #expect(units.requests.count == 3)
  }

  @Test(
    "because of its own fault, or its gateway's, is a failure, asked once, and never zero", arguments: [4, 8, 10, 11] as [UInt8])
  func deviceFailure(code: UInt8) async {
    let units = SimulatedUnits([1: bank])
    units.inject(.exception(ModbusException(rawValue: code)))
    let source = InMemoryRegisterSource(units)
    var poller = DevicePoller(.device(Profiles.row))
    let outcome = await poller.poll(source, pacing: clock.pacing)
    #expect(outcome.readings == [])
    #expect(outcome.refused == [])
    #expect(failureCode(outcome) == ModbusException(rawValue: code))
    #expect(units.requests.count == 1)
    let next = await poller.poll(source, pacing: clock.pacing)
    #expect(next.readings.values == Self.all)
  }
}
