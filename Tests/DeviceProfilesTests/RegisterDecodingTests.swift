import CommunityModel
import DeviceProfiles
import MarketTime
import Quantities
import Readings
import Testing

@Suite("Register maps decode to channels")
struct RegisterDecodingTests {
  @Test("as recorded from an Eastron SDM630 (net.solarnetwork.node.hw.deson.test, asserted there: U1, I1, P1)")
  func sdm630() {
    let values = Recorded.sdm630.decode(with: Profiles.sdm630)
    let expected: [Channel: Int64] = [
      .voltageL1: 228_700, .voltageL2: 0, .currentL1: 8010, .activePowerL1: -1_832_800, .apparentPowerL1: 1_832_971,
      .reactivePowerL1: 18_100, .powerFactorL1: -999_951, .activePower: 1_260_810, .apparentPower: -1_275_258,
      .frequency: 49_950, .energyImport: 97_000, .energyExport: 36_000,
    ]
    for (channel, value) in expected { #expect(values[PartChannel(.main, channel)] == .value(value), "\(channel)") }
    #expect(values.count == 20)
  }

  @Test(
    "as recorded from a GoodWe GW10K-ET, with the battery's and the inverter's sign turned (marcelblijleven/goodwe test_et.py)")
  func goodWe() {
    let values = Recorded.goodWe.decode(with: Profiles.goodWe)
    let expected: [PartChannel: Int64] = [
      PartChannel(.pv, .dcVoltage1): 332_600, PartChannel(.pv, .dcCurrent1): 5100, PartChannel(.pv, .dcPower1): 1_695_000,
      PartChannel(.pv, .dcPower2): 1_761_000, PartChannel(.main, .voltageL1): 239_300,
      PartChannel(.main, .frequency): 49_990, PartChannel(.main, .activePowerL1): -336_000,
      // The inverter gives 831 W: production, stored as negative consumption.
      PartChannel(.main, .activePower): -831_000, PartChannel(.main, .temperature): 58_700,
      // -2512 W on the wire is charging there, +2512 W here.
      PartChannel(.battery, .activePower): 2_512_000, PartChannel(.battery, .dcVoltage): 254_200,
      PartChannel(.pv, .energyExport): 6_085_300_000, PartChannel(.battery, .energyImport): 2_758_100_000,
      PartChannel(.battery, .energyExport): 2_442_100_000, PartChannel(.grid, .energyExport): 10_514_375,
      PartChannel(.grid, .energyImport): 3_254_462_250, PartChannel(.grid, .activePower): 110_000,
      PartChannel(.battery, .stateOfCharge): 680_000, PartChannel(.battery, .stateOfHealth): 990_000,
    ]
    for (key, value) in expected { #expect(values[key] == .value(value), "\(key)") }
  }

  @Test("and become readings of the metering points that the parts measure, missing ones left out")
  func readings() {
    let noon = Timestamp(milliseconds: 1_767_225_600_000)
    let round = DecodedRound([
      DecodedField(PartChannel(.pv, .dcPower), .value(1)), DecodedField(PartChannel(.battery, .activePower), .value(-2)),
      DecodedField(PartChannel(.battery, .stateOfCharge), .missing(.notRead)),
      DecodedField(PartChannel(.grid, .activePower), .value(3)),
    ])
    #expect(round.keys(missing: .notRead) == [PartChannel(.battery, .stateOfCharge)])
    #expect(
      round.readings(at: noon, measuring: [.main: "B01-GRID", .pv: "B01-PV", .battery: "B01-BAT"]) == [
        Reading(SeriesKey("B01-PV", .dcPower), at: noon, value: 1),
        Reading(SeriesKey("B01-BAT", .activePower), at: noon, value: -2),
      ])
  }

  @Test("of the wanted parts only")
  func parts() {
    let image = Recorded.goodWe.read(RegisterPlan(for: Profiles.goodWe, parts: [.grid]))
    let fields = Profiles.goodWe.decode(image, parts: [.grid])
    #expect(
      fields.map(\.key) == [
        PartChannel(.grid, .energyExport), PartChannel(.grid, .energyImport), PartChannel(.grid, .activePower),
      ])
    #expect(fields.allSatisfy { $0.value.count != nil })
    #expect(Profiles.goodWe.parts == [.battery, .grid, .main, .pv])
  }

  @Test(
    "active powers follow the convention whatever the device means by positive",
    arguments: [
      (Direction.import, 5), (.consumption, 5), (.charge, 5), (.export, -5), (.production, -5), (.discharge, -5),
    ] as [(Direction, Int64)])
  func direction(_ direction: Direction, _ expected: Int64) {
    let profile = Profiles.single(field(.activePowerL2, 3, .s16, "mW", positive: direction))
    #expect(SimulatedDevice("0005", at: 3).decode(with: profile).values.first == .value(expected))
    // A counter carries its direction in its name and stays as it is, and so does what has no direction.
    for channel in [Channel.energyExport, .energyImport] {
      let counter = Profiles.single(field(channel, 3, .u16, "mWh", positive: direction))
      #expect(SimulatedDevice("0005", at: 3).decode(with: counter).values.first == .value(5))
    }
    let voltage = Profiles.single(field(.voltageL1, 3, .u16, "mV", positive: direction))
    #expect(SimulatedDevice("0005", at: 3).decode(with: voltage).values.first == .value(5))
  }

  @Test("DC powers are positive for production")
  func dcDirection() {
    for (direction, expected) in [(Direction?.none, Int64(5)), (.production, 5), (.consumption, -5)] {
      let profile = Profiles.single(field(.dcPower2, part: .pv, 3, .s16, "mW", positive: direction))
      #expect(SimulatedDevice("0005", at: 3).decode(with: profile).values.first == .value(expected))
    }
  }

  @Test(
    "a scale register multiplies by a signed power of ten, and makes the value missing when it holds anything else",
    arguments: [
      ("FFFE", DecodedValue.value(12_340)), ("0000", .value(1_234_000)), ("0001", .value(12_340_000)),
      ("000A", .value(12_340_000_000_000_000)),
      ("FFF6", .value(0)), ("000B", .missing(.scaleInvalid)), ("FFF5", .missing(.scaleInvalid)),
      ("8000", .missing(.scaleInvalid)),
      ("FFFF", .value(123_400)), ("00FE", .missing(.scaleInvalid)), ("7FFF", .missing(.scaleInvalid)),
    ])
  func scaleRegister(word: String, expected: DecodedValue) {
    let profile = Profiles.single(field(.voltageL1, 10, .u16, "V", scaleRegister: 20))
    var device = SimulatedDevice("04D2", at: 10)
    #expect(device.decode(with: profile).values.first == .missing(.notRead))
    device.set(SimulatedDevice.words(word), at: 20)
    #expect(device.decode(with: profile).values.first == expected)
  }

  @Test(
    "why there is no value is told",
    arguments: [
      // The device's sign comes first, before the scale is even looked at.
      ("FFFF", "000B", MissingReason.notAvailable), ("FFFE", "000B", .scaleInvalid),
    ])
  func reasons(word: String, scale: String, reason: MissingReason) {
    let profile = Profiles.single(field(.voltageL1, 10, .u16, "V", scaleRegister: 11), notAvailable: [.u16: [0xFFFF]])
    #expect(SimulatedDevice(word + " " + scale, at: 10).decode(with: profile).values.first == .missing(reason))
  }

  @Test("a field's own patterns replace the profile's, and a pattern is written high word first whatever the wire does")
  func patterns() {
    let own = field(.temperature, 0, .f32, "degC", order: .lowFirst, notAvailable: [0xBF80_0000])
    let profile = Profiles.single(own, notAvailable: [.f32: [0x4120_0000]])
    #expect(SimulatedDevice("0000 BF80", at: 0).decode(with: profile)[own.key] == .missing(.notAvailable))
    #expect(SimulatedDevice("0000 4120", at: 0).decode(with: profile)[own.key] == .value(10_000))
    #expect(SimulatedDevice("0000 7F80", at: 0).decode(with: profile)[own.key] == .missing(.notANumber))
    #expect(SimulatedDevice("0001 7F80", at: 0).decode(with: profile)[own.key] == .missing(.notANumber))
  }

  @Test("an active power whose direction nobody wrote down is missing, and a number past 64 bits as well")
  func unknownDirection() {
    let power = Profiles.single(field(.activePower, 0, .s16, "W"))
    #expect(SimulatedDevice("0001", at: 0).decode(with: power).values.first == .missing(.directionUnknown))
    let energy = Profiles.single(field(.energyImport, 0, .u64, "MWh"))
    #expect(SimulatedDevice("FFFF FFFF FFFF FFFE", at: 0).decode(with: energy).values.first == .missing(.outOfRange))
  }

  @Test("an answer of another length than asked for is no answer, and a value is never put together from two answers")
  func lengths() {
    let profile = Profiles.single(field(.energyImport, 4, .u32, "Wh"))
    var image = RegisterImage()
    image.add([1], of: RegisterBlock(table: .holding, address: 4, count: 2))
    image.add([1, 2, 3], of: RegisterBlock(table: .holding, address: 4, count: 2))
    #expect(profile.decode(image).map(\.value) == [.missing(.notRead)])
    image.add([0, 0], of: RegisterBlock(table: .holding, address: 3, count: 2))
    image.add([7, 0], of: RegisterBlock(table: .holding, address: 5, count: 2))
    #expect(profile.decode(image).map(\.value) == [.missing(.notRead)])
    image.add([0, 7], of: RegisterBlock(table: .input, address: 4, count: 2))
    #expect(profile.decode(image).map(\.value) == [.missing(.notRead)])
    image.add([0, 0, 7, 0], of: RegisterBlock(table: .holding, address: 3, count: 4))
    #expect(profile.decode(image).map(\.value) == [.value(7000)])
  }

  @Test("a wrong scale, word order, sign or address in the profile does not decode the recording: the samples would catch it")
  func mutations() {
    let right = Recorded.goodWe.decode(with: Profiles.goodWe)
    var caught = 0
    for (position, field) in Profiles.goodWe.registers.enumerated() {
      for wrong in Mutation.allCases {
        guard let changed = wrong.applied(to: field) else { continue }
        var registers = Profiles.goodWe.registers
        registers[position] = changed
        let profile = DeviceProfile(maker: "GoodWe", model: "ET", kind: .hybridInverter, registers: registers)
        let value = Recorded.goodWe.decode(with: profile)[field.key]
        #expect(value != right[field.key], "\(wrong) of \(field.key) was not seen")
        caught += 1
      }
    }
    // 20 scales, the word orders of 9 values of two registers, 4 signs, 20 addresses.
    #expect(caught == 20 + 9 + 4 + 20)
  }

  /// One slip that a person makes in a profile.
  enum Mutation: CaseIterable {
    case scale, wordOrder, sign, address

    func applied(to field: RegisterField) -> RegisterField? {
      switch self {
      case .scale: return copy(of: field, scale: DecimalNumber(field.scale == nil ? "0.1" : "1"))
      case .wordOrder: return field.type.registerCount == 1 ? nil : copy(of: field, wordOrder: .lowFirst)
      case .sign:
        guard let positive = field.positive, field.channel.hasDirection else { return nil }
        let turned = Direction.allCases.first { $0.turns(.activePower) != positive.turns(.activePower) }
        return copy(of: field, positive: turned)
      case .address: return copy(of: field, address: field.address + 1)
      }
    }

    private func copy(
      of field: RegisterField, address: UInt16? = nil, scale: DecimalNumber? = nil, wordOrder: WordOrder? = nil,
      positive: Direction? = nil
    ) -> RegisterField {
      RegisterField(
        part: field.part, channel: field.channel, table: field.table, address: address ?? field.address, type: field.type,
        wordOrder: wordOrder ?? field.first.wordOrder, scale: scale ?? field.scale, unit: field.unit,
        positive: positive ?? field.positive)
    }
  }
}
