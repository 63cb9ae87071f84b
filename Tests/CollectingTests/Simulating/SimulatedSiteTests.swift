import Collecting
import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

/// A meter G1 on one bus and an inverter PV on another, two hours of them.
enum TwoHours {
  /// Power and energy of one direction.
  static let meter = DeviceProfile(
    maker: "test", model: "meter", kind: .meter,
    registers: [
      field(.activePower, 100, .s32, "W", positive: .import), field(.energyImport, 102, .u32, "Wh"),
      // No column of the table: the registers say that there is none.
      field(.voltageL1, 104, .u16, "V", notAvailable: [0xFFFF]),
    ])

  static let plan = CollectionPlan(buses: [
    BusPlan(
      id: "cellar", link: .tcp(host: "cellar", port: 502), devices: [.device(meter, at: "G1", every: .seconds(900))]),
    BusPlan(
      id: "roof", link: .tcp(host: "roof", port: 502),
      devices: [.device(Profiles.inverter, unit: 7, at: "PV", every: .seconds(1800))]),
  ])

  /// Hours after noon with W and Wh of the meter, W (as the convention has it: produced is negative) and tenths of degrees.
  static let readings: [Reading] =
    series("G1", .activePower, times: 1000, [400, 1600, 0]) + series("G1", .energyImport, times: 1000, [10_000, 10_400, 12_000])
    + series("PV", .activePower, times: 1000, [-800, 0, -250]) + series("PV", .energyExport, times: 1000, [500, 1300, 1301])
    + series("PV", .temperature, times: 100, [215, -15, 0])

  private static func series(_ point: String, _ channel: Channel, times: Int64, _ hourly: [Int64]) -> [Reading] {
    zip(hourly, 0...).map { value, hour in
      Reading(SeriesKey(.init(point), channel), at: noon + .seconds(3600 * hour), value: value * times)
    }
  }

  /// Every 15 min from noon to 14:00: an hour at each power; 400 Wh, then 1600 Wh in four even steps.
  static let meterPowers: [Int64] = [400, 400, 400, 400, 1600, 1600, 1600, 1600, 0].map { $0 * 1000 }
  static let meterEnergies: [Int64] =
    [10_000, 10_100, 10_200, 10_300, 10_400, 10_800, 11_200, 11_600, 12_000].map { $0 * 1000 }
  /// Every 30 min: 800 Wh in two even steps; then half of 1 Wh, which a register of whole Wh rounds to 1301 (half away from
  /// zero).
  static let inverterPowers: [Int64] = [-800, -800, 0, 0, -250].map { $0 * 1000 }
  static let inverterEnergies: [Int64] = [500, 900, 1300, 1301, 1301].map { $0 * 1000 }
}

@Suite("Simulated devices of a site")
struct SimulatedSiteTests {
  /// What the meter says at this time.
  private func meterValues(of site: SimulatedSite, at time: Timestamp) async throws -> [String: Int64] {
    try site.show(at: time)
    let units = try #require(site.units["cellar"])
    var poller = DevicePoller(TwoHours.plan.buses[0].devices[0])
    return await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing).readings.values
  }

  @Test(
    "show counters that run evenly and powers that hold until the next value",
    arguments: [
      // Seconds after noon, W, Wh: before the first and behind the last sample the nearest one stands.
      (-60, 400, 10_000), (0, 400, 10_000), (900, 400, 10_100), (1800, 400, 10_200), (3599, 400, 10_400), (3600, 1600, 10_400),
      (4500, 1600, 10_800), (7200, 0, 12_000), (9000, 0, 12_000),
    ] as [(Int64, Int64, Int64)])
  func show(second: Int64, watts: Int64, wattHours: Int64) async throws {
    let site = try SimulatedSite(TwoHours.plan, showing: TwoHours.readings)
    let values = try await meterValues(of: site, at: noon + .seconds(second))
    #expect(values == ["G1.active_power": watts * 1000, "G1.energy_import": wattHours * 1000])
  }

  @Test("do not care in which order the table stands, and know its span")
  func order() async throws {
    let site = try SimulatedSite(TwoHours.plan, showing: TwoHours.readings.reversed())
    #expect(site.span == noon...noon + .seconds(7200))
    let values = try await meterValues(of: site, at: noon + .seconds(4500))
    #expect(values == ["G1.active_power": 1_600_000, "G1.energy_import": 10_800_000])
  }

  @Test("let a counter that begins anew stay at its old count until then, as counters do")
  func reset() async throws {
    let table = TwoHours.readings.filter { $0.series != SeriesKey("G1", .energyImport) || $0.time < noon + .seconds(7200) }
    let anew = Reading(SeriesKey("G1", .energyImport), at: noon + .seconds(7200), value: 5000)
    let site = try SimulatedSite(TwoHours.plan, showing: table + [anew])
    for (second, wattHours) in [(3600, 10_400), (5400, 10_400), (7199, 10_400), (7200, 5)] as [(Int64, Int64)] {
      let values = try await meterValues(of: site, at: noon + .seconds(second))
      #expect(values["G1.energy_import"] == wattHours * 1000)
    }
  }

  @Test("refuse an empty table and one of other points with a message that names the points")
  func foreignTable() {
    let foreign = [Reading(SeriesKey("OTHER", .activePower), at: noon, value: 1)]
    for table in [[], foreign] {
      let failure = #expect(throws: SimulatedSite.Failure.self) { try SimulatedSite(TwoHours.plan, showing: table) }
      #expect(failure == .noSeries(points: ["G1", "PV"]))
      let text = failure?.description ?? ""
      #expect(text.contains("(G1, PV)"))
      #expect(text.contains("POINT.CHANNEL [unit]"))
    }
  }

  @Test("refuse a value that does not fit the device's register, naming the device")
  func doesNotFit() throws {
    // 40 kW in a signed register of whole watts.
    let readings = [Reading(SeriesKey("PV", .activePower), at: noon, value: -40_000_000)]
    let site = try SimulatedSite(TwoHours.plan, showing: readings)
    let failure = #expect(throws: SimulatedSite.Failure.self) { try site.show(at: noon) }
    #expect(failure?.description.hasPrefix("device device-7 cannot show its value: main.active_power") == true)
  }

  @Test("show the models of a SunSpec device")
  func sunSpec() async throws {
    let plan = DevicePlan.device(Profiles.sunSpecMeter)
    let readings = [
      Reading(SeriesKey("M1", .activePower), at: noon, value: -2_500_000),
      Reading(SeriesKey("M1", .energyImport), at: noon, value: 70_000_000),
    ]
    let site = try SimulatedSite(
      CollectionPlan(buses: [BusPlan(id: "b", link: .tcp(host: "b", port: 502), devices: [plan])]), showing: readings)
    try site.show(at: noon)
    let units = try #require(site.units["b"])
    var poller = DevicePoller(plan)
    let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: TestClock().pacing)
    #expect(outcome.failure == nil)
    #expect(outcome.readings.values == ["M1.active_power": -2_500_000, "M1.energy_import": 70_000_000])
  }

  @Test("refuse registers whose value nobody knows where the device has no sign for that: missing is never zero")
  func missingIsRefused() async throws {
    // No column for the temperature's neighbour, and no sign for "no value" in a whole number; a float has one.
    let profile = DeviceProfile(
      maker: "test", model: "meter", kind: .meter, limits: RequestLimits(gap: 2),
      registers: [
        field(.activePower, 0, .s32, "W", positive: .import), field(.voltageL1, 4, .u16, "V"), field(.frequency, 5, .f32, "Hz"),
      ])
    let device = DevicePlan.device(profile, at: "G1", every: .seconds(900))
    let bus = BusPlan(id: "b", link: .tcp(host: "b", port: 502), devices: [device])
    let plan = CollectionPlan(buses: [bus])
    let site = try SimulatedSite(plan, showing: [Reading(SeriesKey("G1", .activePower), at: noon, value: 5000)])
    try site.show(at: noon)
    let units = try #require(site.units["b"])
    let source = InMemoryRegisterSource(units)
    await #expect(throws: ModbusError.self) {
      try await source.read(ModbusIO.RegisterBlock(table: .holding, address: 4, count: 1), unit: 1, deadline: .seconds(1))
    }
    // What requests read along between two values is there.
    let between = try await source.read(
      ModbusIO.RegisterBlock(table: .holding, address: 0, count: 4), unit: 1, deadline: .seconds(1))
    #expect(between == [0, 5, 0, 0])
    let store = InMemoryReadingStore()
    let recorder = ReadingRecorder(store: store, logger: LogBook().logger)
    let outcome = try await Rehearsal(plan, site: site, recorder: recorder).run { _ in source }
    #expect(outcome.failures == [:])
    #expect(store.values("G1", .activePower) == [5000])
    #expect(store.values("G1", .voltageL1) == [] && store.values("G1", .frequency) == [])
  }
}
