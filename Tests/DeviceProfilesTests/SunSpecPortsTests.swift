import DeviceProfiles
import Quantities
import Readings
import Testing

@Suite("SunSpec hybrids of the newer kind, and what makers do differently")
struct SunSpecPortsTests {
  private static let watts = UnitOfMeasure("W", 1000)
  private static let wattHours = UnitOfMeasure("Wh", 1000)

  /// A generator's measurement: power, power factor and nothing else.
  private static let measurement = SunSpecModelDefinition(
    id: 701, name: "AC",
    points: [
      SunSpecPoint("W", offset: 2, type: .int16, scaleFactor: .point("W_SF"), unit: watts, channel: .activePower),
      SunSpecPoint(
        "PF", offset: 3, type: .int16, scaleFactor: .power(-2), unit: UnitOfMeasure("%", 10_000), channel: .powerFactor),
      SunSpecPoint("W_SF", offset: 4, type: .sunssf),
    ])

  /// Ports of a type, a power and two energies.
  private static let ports = SunSpecModelDefinition(
    id: 714, name: "DC", points: [SunSpecPoint("NPrt", offset: 2, type: .uint16)],
    repeating: SunSpecGroup(
      offset: 3, length: 6, count: "NPrt",
      points: [
        SunSpecPoint("PrtTyp", offset: 0, type: .enum16),
        SunSpecPoint("DCW", offset: 1, type: .int16, unit: watts, channel: .dcPower),
        SunSpecPoint("DCWhInj", offset: 2, type: .uint32, unit: wattHours, channel: .dcEnergy),
        SunSpecPoint("DCWhAbs", offset: 4, type: .uint32, unit: wattHours, channel: .energyImport),
      ]))

  private static func storage(_ id: Int) -> SunSpecModelDefinition {
    SunSpecModelDefinition(
      id: id, name: "storage",
      points: [
        SunSpecPoint("SoC", offset: 2, type: .uint16, unit: UnitOfMeasure("%", 10_000), channel: .stateOfCharge),
        SunSpecPoint("W", offset: 3, type: .int16, unit: watts, channel: .activePower),
      ])
  }

  private func profile(
    _ kind: DeviceKind = .hybridInverter, battery: Direction? = .discharge, modules: SunSpecMapping.Modules? = nil,
    types: SunSpecMapping.PortTypes? = nil, factor: SunSpecMapping.PowerFactorForm? = nil, lengths: [Int: Int] = [:]
  ) -> DeviceProfile {
    DeviceProfile(
      maker: "test", model: "test", kind: kind,
      sunSpec: SunSpecMapping(
        bases: [40000], inverterPositive: .production, batteryPositive: battery, modules: modules, portTypes: types,
        powerFactor: factor, lengths: lengths, models: [Self.measurement, Self.ports, Self.storage(124), Self.storage(713)]))
  }

  /// A device whose map has these models, each with the words behind its header.
  private func device(_ models: (id: UInt16, words: [UInt16])...) -> SimulatedDevice {
    var device = SimulatedDevice()
    let words = models.flatMap { [$0.id, UInt16($0.words.count)] + $0.words }
    device.set(SunSpecChain.marker + words + [0xFFFF, 0], at: 40000)
    return device
  }

  /// Two ports: 5080 W with 0x0001_0002 Wh given and 0 taken, and -700 W with 3 Wh given and 5 Wh taken.
  private func twoPorts(_ types: [UInt16]) -> (id: UInt16, words: [UInt16]) {
    (714, [2, types[0], 5080, 1, 2, 0, 0, types[1], UInt16(bitPattern: -700), 0, 3, 0, 5])
  }

  private let expected: [PartChannel: DecodedValue] = [
    PartChannel(.pv, .dcPower1): .value(5_080_000), PartChannel(.pv, .dcEnergy1): .value(65_538_000),
    PartChannel(.battery, .activePower): .value(700_000), PartChannel(.battery, .energyExport): .value(3000),
    PartChannel(.battery, .energyImport): .value(5000),
  ]

  @Test(
    "read a port as solar or battery by its type, in the numbers of either edition", arguments: [[0, 1], [1, 2]] as [[UInt16]])
  func portTypes(types: [UInt16]) {
    #expect(device(twoPorts(types)).decode(with: profile()) == expected)
  }

  @Test("read no port whose number means another thing in each edition, unless the profile says which")
  func ambiguous() {
    let both = device(twoPorts([1, 1]))
    #expect(both.decode(with: profile()) == [:])
    let values = both.decode(with: profile(types: .init(pv: 0, battery: 1)))
    #expect(values[PartChannel(.battery, .activePower)] == .value(-5_080_000))
    #expect(values[PartChannel("battery_2", .activePower)] == .value(700_000))
    #expect(both.decode(with: profile(modules: .init(pv: [1], batteries: [2]))) == expected)
  }

  @Test("leave out a battery's power where nobody says which way it counts")
  func unsigned() {
    let values = device(twoPorts([0, 1])).decode(with: profile(battery: nil))
    #expect(values[PartChannel(.battery, .activePower)] == nil)
    #expect(values[PartChannel(.battery, .energyImport)] == .value(5000))
    let charging = device(twoPorts([0, 1])).decode(with: profile(battery: .charge))
    #expect(charging[PartChannel(.battery, .activePower)] == .value(-700_000))
  }

  @Test("take the state of charge from the first storage model that has one")
  func storages() {
    let values = device((124, [0xFFFF, 10]), (713, [85, 20])).decode(with: profile())
    #expect(values[PartChannel(.battery, .stateOfCharge)] == .value(850_000))
    #expect(values[PartChannel(.battery, .activePower)] == .value(-10_000))
  }

  @Test("count a model's scale factor anew each round")
  func movingScale() throws {
    let profile = profile()
    let chain = try #require(profile.sunSpec.flatMap { device((701, [435, 98, 1])).walk($0).chain })
    let plan = RegisterPlan(for: profile, chain: chain)
    for (power, value) in [(1, -4_350_000), (0, -435_000), (0xFFFF, -43_500)] as [(UInt16, Int64)] {
      let image = device((701, [435, 98, power])).read(plan)
      #expect(profile.decode(image, chain: chain).first?.value == .value(value))
    }
  }

  @Test("send power factors as ratio or percent, told by the profile or by their magnitude")
  func powerFactors() {
    let low = device((701, [0, 50, 0]))  // 0.50
    let high = device((701, [0, 9850, 0]))  // 98.50
    func factor(_ device: SimulatedDevice, _ form: SunSpecMapping.PowerFactorForm?) -> Int64? {
      device.decode(with: profile(factor: form))[PartChannel(.main, .powerFactor)]?.count
    }
    #expect(factor(low, nil) == 500_000)
    #expect(factor(high, nil) == 985_000)
    #expect(factor(low, .percent) == 5000)
    #expect(factor(low, .ratio) == 500_000)
  }

  @Test("report a wrong length, which a profile corrects")
  func lengths() {
    var device = SimulatedDevice()
    // The first model says 1, but has 3 registers.
    device.set(SunSpecChain.marker + [701, 1, 435, 98, 1, 713, 2, 85, 20, 0xFFFF, 0], at: 40000)
    #expect(device.decode(with: profile())[PartChannel(.battery, .stateOfCharge)] == nil)
    let values = device.decode(with: profile(lengths: [701: 3]))
    #expect(values[PartChannel(.main, .activePower)] == .value(-4_350_000))
    #expect(values[PartChannel(.battery, .stateOfCharge)] == .value(850_000))
    let chain = device.walk(profile(lengths: [701: 3]).sunSpec ?? SunSpecMapping(models: [])).chain
    #expect(
      chain?.isConfirmed(
        by: RegisterImage(
          chain?.headerRequests.compactMap { request in
            device.answer(request).map { RegisterWords(table: request.table, address: request.address, words: $0) }
          } ?? [])) == true)
  }

  @Test("are simulated with ports, and read back to the same values", arguments: [[0, 1], [2, 1]])
  func simulated(types: [Int]) throws {
    let values: [PartChannel: Int64] = [
      PartChannel(.main, .activePower): -4_000_000, PartChannel(.pv, .dcPower1): 5_000_000,
      PartChannel(.battery, .activePower): 900_000, PartChannel(.battery, .energyImport): 123_000,
      PartChannel(.battery, .stateOfCharge): 420_000,
    ]
    let profile = profile()
    let device = SimulatedDevice(try profile.encodeSunSpec(values, models: [701, 713, 714], ports: types).contents)
    let decoded = device.decode(with: profile).compactMapValues(\.count)
    #expect(decoded.filter { values[$0.key] != nil } == values)
  }
}
