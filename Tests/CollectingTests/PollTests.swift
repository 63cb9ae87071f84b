import Collecting
import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@Suite("A poll of one device")
struct PollTests {
  /// Worked out from `RegisterBank.meter()`: W to mW, tenths of kWh to mWh, tenths of V to mV.
  private let meterValues: [String: Int64] = [
    "M1.active_power": 1_234_000, "M1.energy_import": 1_234_500_000, "M1.voltage_l1": 230_100,
  ]

  @Test("brings exactly the readings of the profile, at the time of the first answer")
  func wholeMeter() async {
    let clock = TestClock()
    let units = SimulatedUnits([1: .meter()])
    var poller = DevicePoller(.device(Profiles.meter))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
    #expect(outcome.failure == nil)
    #expect(outcome.readings.values == meterValues)
    #expect(outcome.readings.count == 3)
    #expect(outcome.readings.allSatisfy { $0.time == noon })
    #expect(outcome.time == noon)
    #expect(outcome.refused == [])
    #expect(units.asked == ["100+4", "110+1"])
    #expect(noon.description == "2026-03-01T12:00:00Z")
  }

  @Test("brings the same over a real connection")
  func overTCP() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: .meter()]))
    let connection = ModbusConnection(server.link)
    var poller = DevicePoller(.device(Profiles.meter))
    let outcome = await poller.poll(connection, pacing: TestClock().pacing)
    await connection.close()
    #expect(outcome.failure == nil)
    #expect(outcome.readings.values == meterValues)
  }

  @Test("turns the sign of a producing inverter and leaves out what the device has no value for")
  func inverter() async {
    // 1500 W, 0x0001_86A0 = 100 000 Wh, no temperature.
    let units = SimulatedUnits([3: RegisterBank([1500, 1, 0x86A0, 0x8000], at: 10)])
    var poller = DevicePoller(.device(Profiles.inverter, unit: 3, at: "PV"))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing)
    #expect(outcome.readings.values == ["PV.active_power": -1_500_000, "PV.energy_export": 100_000_000])
    #expect(outcome.failure == nil)
    let temperature = outcome.fields.first { $0.channel == .temperature }
    #expect(temperature?.value == .missing(.notAvailable))
  }

  @Test("reads nothing of parts that measure no metering point")
  func unmeasuredParts() async {
    let units = SimulatedUnits([1: .meter()])
    var poller = DevicePoller(
      DevicePlan(id: "d", profile: Profiles.meter, unit: 1, points: [.battery: "B"], interval: .seconds(60)))
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing)
    #expect(outcome.readings == [])
    #expect(units.requests.isEmpty)
  }

  @Test("asks and reads each device of a bus by its own profile and parts, whatever equal ones share")
  func equalDevices() async {
    let plans: [DevicePlan] = [
      .device(Profiles.meter), .device(Profiles.inverter, unit: 3, at: "PV"),
      DevicePlan(id: "none", profile: Profiles.meter, unit: 1, points: [.battery: "B"], interval: .seconds(60)),
      DevicePlan(id: "second", profile: Profiles.meter, unit: 2, points: [.main: "M2"], interval: .seconds(60)),
    ]
    let units = SimulatedUnits([1: .meter(), 2: .meter(), 3: RegisterBank([1500, 1, 0x86A0, 0x8000], at: 10)])
    var found: [[String: Int64]] = []
    for var poller in DevicePoller.pollers(of: plans) {
      found.append(await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing).readings.values)
    }
    #expect(
      found == [
        meterValues, ["PV.active_power": -1_500_000, "PV.energy_export": 100_000_000], [:],
        ["M2.active_power": 1_234_000, "M2.energy_import": 1_234_500_000, "M2.voltage_l1": 230_100],
      ])
  }

  @Test("keeps the silence between two requests that the profile asks for")
  func pauses() async {
    let clock = TestClock()
    let profile = DeviceProfile(
      maker: "test", model: "slow", kind: .meter, limits: RequestLimits(pause: .milliseconds(50)),
      registers: Profiles.meter.registers)
    var poller = DevicePoller(.device(profile))
    let outcome = await poller.poll(InMemoryRegisterSource(SimulatedUnits([1: .meter()])), pacing: clock.pacing)
    #expect(outcome.readings.values == meterValues)
    #expect(clock.pauses == [.milliseconds(50), .milliseconds(50)])
  }

  @Test("keeps what came before the failure and asks for nothing behind it")
  func failureInBetween() async {
    let units = SimulatedUnits([1: .meter()])
    var meter = DevicePoller(.device(Profiles.meter))
    let source = ScriptedSource(InMemoryRegisterSource(units)) { number in
      if number == 1 { units.inject(.silent) }
    }
    let outcome = await meter.poll(source, pacing: TestClock().pacing)
    #expect(outcome.readings.values == ["M1.active_power": 1_234_000, "M1.energy_import": 1_234_500_000])
    guard case .bus(.noAnswer(let request, _))? = outcome.failure else {
      Issue.record("\(String(describing: outcome.failure))")
      return
    }
    #expect(request.block.address == 110)
  }
}
