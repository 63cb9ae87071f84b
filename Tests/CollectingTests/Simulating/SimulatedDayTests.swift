import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Quantities
import Readings
import Testing

@testable import Collecting

@Suite("A made-up day")
struct SimulatedDayTests {
  /// A household that needs 600 W by night and 900 W by day.
  private let curve = DayCurve(household: [
    Power(count: 600_000), Power(count: 900_000), Power(count: 900_000), Power(count: 600_000),
  ])
  private let day = SimulatedDay(household: [Power(count: 300_000), Power(count: 900_000)])
  /// 2026-06-16T00:00:00+01:00.
  private let midnight = Timestamp(milliseconds: 1_781_564_400_000)

  private func values(_ kind: DeviceKind, _ keys: PartChannel..., after seconds: Int64) -> [Int64?] {
    let values = day.values(of: Set(keys), kind: kind, at: midnight + .seconds(seconds))
    return keys.map { values[$0] }
  }

  @Test("balances: the grid gives what the load needs beyond sun and battery, in every minute")
  func balance() {
    for minute in 0..<DayCurve.length {
      let sum = curve.load.powers[minute] + curve.sun.powers[minute] + curve.battery.powers[minute]
      #expect(curve.grid.powers[minute] == sum)
      #expect(curve.hybrid.powers[minute] == curve.sun.powers[minute] + curve.battery.powers[minute])
      #expect(sum.isMultiple(of: 360))
    }
    #expect(curve.load.powers[0] == 599_760 && curve.load.powers[720] == 900_000)
  }

  @Test("is clear: dark by night, most sun at 12:30, rising before and falling behind")
  func sun() {
    let powers = curve.sun.powers.map { -$0 }
    #expect(powers[269] == 0 && powers[1230] == 0 && powers[0] == 0)
    #expect(powers[750] == 6_500_000 / 360 * 360)
    #expect(zip(powers[270...750], powers[271...750]).allSatisfy { $0 <= $1 })
    #expect(zip(powers[750...1230], powers[751...1230]).allSatisfy { $0 >= $1 })
  }

  @Test("has a battery between its reserve and full, that ends as it began")
  func battery() {
    #expect(curve.charge.first == curve.charge.last)
    // A minute of 360 mW is 6 mWh.
    #expect((500_000..<500_006).contains(curve.charge.min() ?? 0) && (4_999_995...5_000_000).contains(curve.charge.max() ?? 0))
    for minute in 0..<DayCurve.length {
      #expect(curve.charge[minute + 1] - curve.charge[minute] == curve.battery.powers[minute] / 60)
    }
    #expect(curve.battery.consumed.last == curve.battery.produced.last)
  }

  @Test("counts what its powers say, minute by minute and over midnight")
  func counters() {
    let power = PartChannel(.main, .activePower)
    let (import_, export) = (PartChannel(.main, .energyImport), PartChannel(.main, .energyExport))
    for second in stride(from: Int64(0), to: 2 * 86_400, by: 60) {
      let now = values(.meter, power, import_, export, after: second).compactMap { $0 }
      let next = values(.meter, power, import_, export, after: second + 60).compactMap { $0 }
      #expect(now.count == 3)
      // A minute of 60 mW is 1 mWh.
      #expect(next[1] - now[1] == max(now[0], 0) / 60)
      #expect(next[2] - now[2] == max(-now[0], 0) / 60)
    }
    // In the middle of a minute a counter has counted half of it.
    let start = values(.inverter, export, after: 43_200)[0] ?? 0
    let half = values(.inverter, export, after: 43_230)[0] ?? 0
    let whole = values(.inverter, export, after: 43_260)[0] ?? 0
    #expect(half - start == (whole - start) / 2)
  }

  @Test("is the same on every computer and every day")
  func deterministic() {
    let keys = [PartChannel(.main, .activePower), PartChannel(.main, .powerFactor), PartChannel("battery", .stateOfCharge)]
    for second in [Int64(0), 30_000, 61_234] {
      let today = day.values(of: Set(keys), kind: .hybridInverter, at: midnight + .seconds(second))
      let tomorrow = day.values(of: Set(keys), kind: .hybridInverter, at: midnight + .seconds(second + 86_400))
      #expect(today == tomorrow && today.count == 3)
    }
  }

  @Test("gives each sort of device what it measures, in the sign of its metering point")
  func kinds() {
    let power = PartChannel(.main, .activePower)
    let noon: Int64 = 45_000
    #expect((values(.inverter, power, after: noon)[0] ?? 0) < -6_000_000)
    #expect((values(.meter, power, after: noon)[0] ?? 0) < -5_000_000)
    #expect(values(.wallbox, power, after: noon) == [0])
    #expect(values(.wallbox, power, after: 61_200) == [11_039_760])
    #expect(values(.heatMeter, power, PartChannel(.main, .heatPower), after: 0) == [nil, 360_000])
    #expect(
      values(.hybridInverter, PartChannel("load", .activePower), PartChannel("pv", .dcPower3), after: noon) == [900_000, nil])
    #expect(values(.meter, PartChannel(.main, .operatingState), after: noon) == [nil])
  }

  @Test("shows itself through registers, and leaves out what does not fit them")
  func registers() async throws {
    let profile = DeviceProfile(
      maker: "test", model: "meter", kind: .meter,
      registers: [
        field(.activePower, 0, .s32, "W", positive: .import), field(.voltageL1, 2, .u16, "V"),
        // 127 W at most.
        field(.activePowerL1, 3, .u16, "W", scale: "0.001", positive: .import), field(.operatingState, 4, .u16, ""),
      ].filter { $0.channel != .operatingState })
    let device = DevicePlan.device(profile)
    let bus = BusPlan(id: "b", link: .tcp(host: "b", port: 502), devices: [device])
    let site = SimulatedSite(CollectionPlan(buses: [bus]), on: day)
    try site.show(at: midnight + .seconds(45_000))
    var poller = DevicePoller(device)
    let outcome = await poller.poll(InMemoryRegisterSource(try #require(site.units["b"])), pacing: TestClock().pacing)
    #expect(outcome.failure == nil)
    #expect(outcome.readings.map(\.series.channel) == [.activePower, .voltageL1])
    #expect(outcome.refused.map(\.description) == ["holding register 3"])
  }

  @Test("begins its counters anew, or has no values, when told")
  func trouble() async throws {
    let device = DevicePlan.device(Profiles.meter)
    let bus = BusPlan(id: "b", link: .tcp(host: "b", port: 502), devices: [device])
    let site = SimulatedSite(CollectionPlan(buses: [bus]), on: day)
    let units = try #require(site.units["b"])
    func readings() async -> [String: Int64] {
      var poller = DevicePoller(device)
      return await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing).readings.values
    }
    // By night the house takes 300 W from the grid once the battery is empty: 0.3 kWh an hour.
    let night = midnight + .seconds(3600 * 3)
    try site.show(at: night + .seconds(3600), with: .countersReset(night))
    #expect(await readings()["M1.energy_import"] == 300_000)
    try site.show(at: night, with: .noValues)
    #expect(await readings() == [:])
  }
}
