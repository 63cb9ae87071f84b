import DeviceProfiles
import Quantities
import Readings
import Testing

@Suite("SunSpec models decode to channels")
struct SunSpecDecodingTests {
  /// A device with these models' data: words from the register behind each header.
  private func device(_ models: [(id: UInt16, words: [UInt16])]) -> SimulatedDevice {
    var words: [UInt16] = [0x5375, 0x6E53]
    for model in models { words += [model.id, UInt16(model.words.count)] + model.words }
    var device = SimulatedDevice()
    device.set(words + [0xFFFF, 0], at: 40000)
    return device
  }

  /// A model with everything "not implemented" but these points, by offset.
  private func model(_ id: Int, length: Int, _ words: [Int: UInt16]) -> (id: UInt16, words: [UInt16]) {
    var data = Array(repeating: UInt16(0x8000), count: length)
    for (offset, word) in words { data[offset - 2] = word }
    return (UInt16(id), data)
  }

  /// DC inputs of which each has a current, a voltage, a power and an energy; powers of ten -2, -1, 0, 0.
  private func modules(_ inputs: [(current: UInt16, voltage: UInt16, power: UInt16, energy: UInt32)], count: UInt16? = nil) -> (
    id: UInt16, words: [UInt16]
  ) {
    var words: [UInt16] = [0xFFFE, 0xFFFF, 0, 0, 0, 0, count ?? UInt16(inputs.count), 0xFFFF]
    for (number, input) in inputs.enumerated() {
      words += [UInt16(number + 1)] + Array(repeating: 0, count: 8) + [input.current, input.voltage, input.power]
      words += [UInt16(input.energy >> 16), UInt16(input.energy & 0xFFFF), 0, 0, 0x8000, 4, 0, 0]
    }
    return (160, words)
  }

  @Test("as recorded from a Fronius IG+ (SolarNetwork IntegerInverterModelAccessor_101_01Tests)")
  func fronius() {
    let values = Recorded.fronius101.decode(with: Profiles.sunSpec())
    let expected: [Channel: DecodedValue] = [
      .current: .value(280), .currentL1: .value(280), .currentL2: .missing(.notAvailable), .voltageL1: .value(249_000),
      .voltageL2: .missing(.notAvailable), .voltageL1L2: .missing(.notAvailable), .activePower: .value(-45_000),
      .frequency: .value(60_000), .apparentPower: .value(70_000), .reactivePower: .value(53_000), .powerFactor: .value(642_000),
      .energyExport: .value(76_476_022_000), .dcCurrent: .value(160), .dcVoltage: .value(231_000), .dcPower: .value(36_960),
      .temperature: .missing(.notAvailable), .operatingState: .value(4), .errorFlags: .value(0),
    ]
    for (channel, value) in expected { #expect(values[PartChannel(.main, channel)] == value, "\(channel)") }
    #expect(values.count == 24)
  }

  @Test("the whole inverter comes in one request, from its first to its last needed point")
  func onePlan() {
    let profile = Profiles.sunSpec()
    let chain = profile.sunSpec.flatMap { Recorded.fronius101.walk($0).chain }
    // Model 101 at 40069: A at offset 2, Evt1 at 40 and 41.
    #expect(RegisterPlan(for: profile, chain: chain).requests == [RegisterBlock(table: .holding, address: 40071, count: 40)])
    #expect(RegisterPlan(for: profile).requests == [])
    #expect(
      RegisterPlan(identityOf: profile, chain: chain).requests == [RegisterBlock(table: .holding, address: 40004, count: 64)])
    // Devices that answer 32 registers at most: Tmp_SF stands at 37, so the cut lies before the temperatures.
    let small = Profiles.sunSpec(registersPerRequest: 32)
    let requests = RegisterPlan(for: small, chain: chain).requests
    #expect(requests.map { [Int($0.address) - 40069, $0.count] } == [[2, 31], [33, 9]])
  }

  @Test("the sign of the inverter's power follows the profile, and without one the power is missing")
  func sign() {
    let key = PartChannel(.main, .activePower)
    #expect(Recorded.fronius101.decode(with: Profiles.sunSpec(inverterPositive: .consumption))[key] == .value(45_000))
    #expect(Recorded.fronius101.decode(with: Profiles.sunSpec(inverterPositive: nil))[key] == .missing(.directionUnknown))
  }

  @Test(
    "a meter's power follows the profile, its energies their names",
    arguments: [
      (Direction.import, Int64(-1_500_000)), (.export, 1_500_000),
    ])
  func meter(positive: Direction, expected: Int64) {
    // W = -150 * 10^1, TotWhExp = 3, TotWhImp = 4, TotWh_SF = 3; PhV and PPV have no channel.
    let meter = model(
      203, length: 105,
      [
        18: 0xFF6A, 22: 1, 38: 0, 39: 3, 46: 0, 47: 4, 54: 3, 8: 2300, 15: 0xFFFF, 7: 2301,
      ])
    let values = device([meter]).decode(with: Profiles.sunSpec(.meter, meterPositive: positive))
    #expect(values[PartChannel(.main, .activePower)] == .value(expected))
    #expect(values[PartChannel(.main, .energyExport)] == .value(3_000_000))
    #expect(values[PartChannel(.main, .energyImport)] == .value(4_000_000))
    #expect(values[PartChannel(.main, .voltageL1)] == .value(230_000))
  }

  @Test("of a meter whose direction nobody says only what is the same either way is read: voltages, frequency and flags")
  func undirectedMeter() {
    // A, PhVphA, Hz, W, PF, TotWhExp, TotWhImp, Evt and their scale factors.
    let points: [Int: UInt16] = [
      2: 50, 6: 0, 7: 2301, 8: 2300, 15: 0xFFFF, 16: 500, 17: 0xFFFF, 18: 100, 22: 0, 33: 90, 37: 0, 38: 0, 39: 3, 46: 0, 47: 4,
      54: 3,
    ]
    let device = device([model(103, length: 50, [14: 7, 15: 0]), model(203, length: 105, points)])
    let blind = device.decode(with: Profiles.sunSpec(meterPositive: nil)).filter { $0.key.part == .grid }
    let seeing = device.decode(with: Profiles.sunSpec()).filter { $0.key.part == .grid }
    #expect(blind[PartChannel(.grid, .voltageL1)] == .value(230_000))
    #expect(blind[PartChannel(.grid, .frequency)] == .value(50_000))
    for channel in [Channel.activePower, .energyImport, .energyExport, .current, .powerFactor] {
      #expect(blind[PartChannel(.grid, channel)] == nil, "\(channel)")
      #expect(seeing[PartChannel(.grid, channel)]?.count != nil, "\(channel)")
    }
  }

  @Test("a meter behind an inverter is the part grid, a second one grid_2")
  func metersBehindInverter() {
    let meter = model(203, length: 105, [18: 100, 22: 0])
    let common = (id: UInt16(1), words: [UInt16](repeating: 0, count: 65))
    let inverter = model(103, length: 50, [14: 7, 15: 0])
    let values = device([common, inverter, common, meter, common, meter]).decode(with: Profiles.sunSpec(meterPositive: .export))
    #expect(values[PartChannel(.main, .activePower)] == .value(-7000))
    #expect(values[PartChannel(.grid, .activePower)] == .value(-100_000))
    #expect(values[PartChannel("grid_2", .activePower)] == .value(-100_000))
  }

  @Test("of two inverter models of one device the first counts")
  func twins() {
    let integer = model(103, length: 50, [14: 7, 15: 0])
    var float = Array(repeating: UInt16(0), count: 60)
    float[20...21] = [0x4120, 0x0000]
    #expect(device([integer, (113, float)]).decode(with: Profiles.sunSpec())[PartChannel(.main, .activePower)] == .value(-7000))
    #expect(
      device([(113, float), integer]).decode(with: Profiles.sunSpec())[PartChannel(.main, .activePower)] == .value(-10_000))
  }

  @Test(
    "a scale factor outside -10...10 makes its values missing, and no others",
    arguments: ["8000", "000B", "FFF5", "7FFF", "00FE"])
  func scaleInvalid(word: String) throws {
    let bad = try #require(UInt16(word, radix: 16))
    let values = device([model(103, length: 50, [14: 7, 15: bad, 16: 5001, 17: 0xFFFE])]).decode(with: Profiles.sunSpec())
    #expect(values[PartChannel(.main, .activePower)] == .missing(.scaleInvalid))
    #expect(values[PartChannel(.main, .frequency)] == .value(50_010))
  }

  @Test(
    "a power factor is read as percent or as ratio",
    arguments: [
      // SolarEdge (solaredge-103-b): -99.87 %. SMA (sma-stp-103-a): -0.998. Fronius IG+: 64.2 %. Plain one, and 101.5 %.
      (UInt16(bitPattern: -9987), UInt16(bitPattern: -2), -998_700), (UInt16(bitPattern: -998), UInt16(bitPattern: -3), -998_000),
      (642, UInt16(bitPattern: -1), 642_000), (1, 0, 1_000_000), (100, 0, 1_000_000), (0, 0, 0),
      (101, UInt16(bitPattern: -2), 1_010_000), (102, UInt16(bitPattern: -2), 10_200),
    ] as [(UInt16, UInt16, Int64)])
  func powerFactor(raw: UInt16, power: UInt16, expected: Int64) {
    let values = device([model(103, length: 50, [22: raw, 23: power])]).decode(with: Profiles.sunSpec())
    #expect(values[PartChannel(.main, .powerFactor)] == .value(expected))
  }

  @Test("a counter at zero does not accumulate, and flags with the highest one set mean nothing")
  func zeroCounterAndFlags() {
    let values = device([model(103, length: 50, [24: 0, 25: 0, 26: 0, 40: 0x8000, 41: 1])]).decode(with: Profiles.sunSpec())
    #expect(values[PartChannel(.main, .energyExport)] == .missing(.notAccumulating))
    #expect(values[PartChannel(.main, .errorFlags)] == .missing(.notAvailable))
  }

  @Test(
    "points behind the length that the device reports are not in the model, to the register",
    arguments: [
      // W at 18 is there in all cases; W_SF at 22 is the 21st register behind the header.
      (21, DecodedValue.value(100_000)), (20, .missing(.notInModel)),
    ])
  func lastRegister(length: Int, expected: DecodedValue) {
    var words: [Int: UInt16] = [18: 100]
    if length >= 21 { words[22] = 0 }
    // The next model's id stands where W_SF would be.
    let device = device([model(203, length: length, words), (2, [])])
    #expect(device.decode(with: Profiles.sunSpec(.meter))[PartChannel(.main, .activePower)] == expected)
  }

  @Test("and neither are those of a whole row of counters")
  func shortModel() {
    let values = device([model(203, length: 36, [18: 100, 22: 0])]).decode(with: Profiles.sunSpec(.meter))
    #expect(values[PartChannel(.main, .activePower)] == .value(100_000))
    // Offset 37 is the last register: PF's scale factor is still there, the energies from 38 on are not.
    #expect(values[PartChannel(.main, .powerFactor)] == .missing(.notAvailable))
    #expect(values[PartChannel(.main, .energyExport)] == .missing(.notInModel))
    // Without TotWh_SF at 54, energies that are still there have no scale.
    let longer = device([model(203, length: 44, [38: 0, 39: 3])]).decode(with: Profiles.sunSpec(.meter))
    #expect(longer[PartChannel(.main, .energyExport)] == .missing(.notInModel))
  }

  @Test("solar inputs become dc_power_1 and so on of a plain inverter, in the order of the profile")
  func solarInputs() {
    let device = device([modules([(100, 4000, 900, 5), (200, 5000, 1000, 0), (300, 6000, 1100, 7)])])
    let values = device.decode(with: Profiles.sunSpec(modules: .init(pv: [3, 1])))
    #expect(values[PartChannel(.main, .dcPower1)] == .value(1_100_000))
    #expect(values[PartChannel(.main, .dcCurrent1)] == .value(3000))
    #expect(values[PartChannel(.main, .dcVoltage1)] == .value(600_000))
    #expect(values[PartChannel(.main, .dcEnergy1)] == .value(7000))
    #expect(values[PartChannel(.main, .dcPower2)] == .value(900_000))
    #expect(values.count == 8)
    // Nobody said: all of them on an inverter, none on a hybrid one.
    #expect(device.decode(with: Profiles.sunSpec())[PartChannel(.main, .dcPower3)] == .value(1_100_000))
    #expect(device.decode(with: Profiles.sunSpec()).count == 12)
    #expect(device.decode(with: Profiles.sunSpec(.hybridInverter)).isEmpty)
  }

  @Test("an idle input's 0xFFFF is missing, and one that the device does not have as well")
  func idleInputs() {
    let device = device([modules([(0xFFFF, 0xFFFF, 0xFFFF, 0)])])
    let values = device.decode(with: Profiles.sunSpec(modules: .init(pv: [1, 2])))
    #expect(values[PartChannel(.main, .dcPower1)] == .missing(.notAvailable))
    #expect(values[PartChannel(.main, .dcEnergy1)] == .missing(.notAccumulating))
    #expect(values[PartChannel(.main, .dcPower2)] == .missing(.notInModel))
  }

  @Test(
    "the number of inputs is N, or what fits the length where N makes no sense",
    arguments: [
      (UInt16(2), true), (1, false), (0, true), (0xFFFF, true), (3, true),
    ])
  func inputCount(count: UInt16, hasSecond: Bool) {
    let values = device([modules([(1, 1, 1, 1), (2, 2, 2, 2)], count: count)]).decode(
      with: Profiles.sunSpec(modules: .init(pv: [1, 2])))
    #expect(values[PartChannel(.main, .dcPower2)] == (hasSecond ? .value(2000) : .missing(.notInModel)))
  }

  @Test(
    "battery inputs become the battery's power, positive for charging",
    arguments: [
      (UInt16(1200), UInt16(0), DecodedValue.value(1_200_000)), (0, 800, .value(-800_000)), (0, 0, .value(0)),
      (5, 3, .value(2000)),
      // The idle direction without a value says nothing else than the busy one; where nothing flows either way, it is unknown.
      (1200, 0xFFFF, .value(1_200_000)), (0xFFFF, 800, .value(-800_000)), (0xFFFF, 0xFFFF, .missing(.notAvailable)),
      (0, 0xFFFF, .missing(.notAvailable)), (0xFFFF, 0, .missing(.notAvailable)),
    ])
  func battery(charge: UInt16, discharge: UInt16, expected: DecodedValue) {
    let device = device([modules([(0, 0, 10, 0), (0, 0, 20, 0), (0, 0, charge, 11), (0, 0, discharge, 12)])])
    let roles = SunSpecMapping.Modules(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4)
    let values = device.decode(with: Profiles.sunSpec(.hybridInverter, modules: roles))
    #expect(values[PartChannel(.battery, .activePower)] == expected)
    #expect(values[PartChannel(.battery, .energyImport)] == .value(11_000))
    #expect(values[PartChannel(.battery, .energyExport)] == .value(12_000))
    #expect(values[PartChannel(.pv, .dcPower2)] == .value(20_000))
    #expect(values[PartChannel(.battery, .activePower)]?.count == expected.count)
  }

  @Test(
    "the storage model tells the charge of a hybrid's battery, or of a battery", arguments: [DeviceKind.hybridInverter, .battery])
  func storage(kind: DeviceKind) {
    let values = device([model(124, length: 24, [8: 6850, 22: 0xFFFE, 11: 4])]).decode(with: Profiles.sunSpec(kind))
    #expect(values[PartChannel(.battery, .stateOfCharge)] == .value(685_000))
    #expect(values[PartChannel(.battery, .operatingState)] == .value(4))
    #expect(Profiles.sunSpec(kind).parts.contains(.battery))
  }

  @Test("the storage model of a plain inverter or a meter makes it no battery", arguments: [DeviceKind.inverter, .meter])
  func noStorage(kind: DeviceKind) {
    let values = device([model(103, length: 50, [14: 7, 15: 0]), model(124, length: 24, [8: 6850, 22: 0xFFFE, 11: 4])])
      .decode(with: Profiles.sunSpec(kind))
    #expect(values.keys.allSatisfy { $0.part != .battery })
    #expect(!Profiles.sunSpec(kind).parts.contains(.battery))
  }

  @Test("a register map beside SunSpec goes before it (SolarEdge's battery block stands in none of its models)")
  func both() {
    let sunSpec = Profiles.sunSpec()
    let profile = DeviceProfile(
      maker: "test", model: "both", kind: .inverter,
      registers: [
        field(.stateOfCharge, part: .battery, 57732, .f32, "%", order: .lowFirst),
        field(.activePower, 100, .s16, "W", positive: .production),
      ], sunSpec: sunSpec.sunSpec)
    var device = Recorded.fronius101
    device.set([0, 0x4248], at: 57732)
    device.set([46], at: 100)
    let values = device.decode(with: profile)
    #expect(values[PartChannel(.battery, .stateOfCharge)] == .value(500_000))
    #expect(values[PartChannel(.main, .activePower)] == .value(-46_000))
    #expect(values[PartChannel(.main, .frequency)] == .value(60_000))
    #expect(profile.parts == [.battery, .grid, .main])
  }

  @Test("a fixed power of ten needs no scale point, and an unknown scale point gives no value")
  func fixedPower() {
    let points = [
      SunSpecPoint("A", offset: 2, type: .uint16, scaleFactor: .power(-2), unit: UnitOfMeasure("V", 1000), channel: .voltageL1),
      SunSpecPoint(
        "B", offset: 3, type: .uint16, scaleFactor: .point("No_SF"), unit: UnitOfMeasure("V", 1000), channel: .voltageL2),
      SunSpecPoint("C", offset: 4, type: .uint16, scaleFactor: .power(11), unit: UnitOfMeasure("V", 1000), channel: .voltageL3),
      SunSpecPoint("D", offset: 5, type: .string(registers: 2), channel: .errorFlags),
    ]
    let mapping = SunSpecMapping(bases: [40000], models: [SunSpecModelDefinition(id: 103, name: "test", points: points)])
    let profile = DeviceProfile(maker: "test", model: "test", kind: .inverter, sunSpec: mapping)
    let values = device([(103, [23012, 23012, 23012, 0x4142, 0x4344])]).decode(with: profile)
    #expect(values[PartChannel(.main, .voltageL1)] == .value(230_120))
    #expect(values[PartChannel(.main, .voltageL2)] == .missing(.scaleInvalid))
    #expect(values[PartChannel(.main, .voltageL3)] == .missing(.scaleInvalid))
    #expect(values[PartChannel(.main, .errorFlags)] == .missing(.notANumber))
  }

  @Test("the types have the names and lengths of the model definitions")
  func types() {
    #expect(SunSpecType.names.count == 19)
    for name in SunSpecType.names where name != "string" { #expect(SunSpecType(name: name) != nil, "\(name)") }
    #expect(SunSpecType(name: "string", registers: 16)?.registerCount == 16)
    #expect(
      SunSpecType(name: "string") == nil && SunSpecType(name: "int16", registers: 2) == nil && SunSpecType(name: "u16") == nil)
    #expect([SunSpecType.acc16, .acc32, .acc64, .pad, .float64, .enum32].map(\.registerCount) == [1, 2, 4, 1, 4, 2])
  }
}
