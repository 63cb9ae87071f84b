import DeviceProfiles
import Quantities
import Readings
import TestSupport
import Testing

@Suite("Values of several registers, or of a few bits")
struct SumAndBitsTests {
  /// Some heat pumps count whole kWh up to 999 in one register and thousands in the next.
  private let heat = RegisterField(
    channel: .heatEnergy, sum: RegisterSummand(table: .input, address: 3501, type: .u16),
    [RegisterSummand(table: .input, address: 3503, type: .u16, scale: DecimalNumber("1000"))],
    unit: UnitOfMeasure("kWh", 1_000_000))

  /// Charging in one register, discharging in the other.
  private let battery = RegisterField(
    part: .battery, channel: .activePower, sum: RegisterSummand(table: .holding, address: 10, type: .u16),
    [RegisterSummand(table: .holding, address: 20, type: .u16, scale: DecimalNumber("-1"), notAvailable: [0xFFFF])],
    unit: UnitOfMeasure("W", 1000), positive: .charge)

  private func profile(_ fields: RegisterField..., limits: RequestLimits = RequestLimits()) -> DeviceProfile {
    DeviceProfile(maker: "test", model: "test", kind: .heatPump, limits: limits, registers: fields)
  }

  private func words(_ table: RegisterTable, _ address: UInt16, _ words: [UInt16]) -> RegisterWords {
    RegisterWords(table: table, address: address, words: words)
  }

  @Test("a counter of kWh and thousands of kWh is their sum")
  func counter() {
    let image = RegisterImage([words(.input, 3501, [345, 9, 12])])
    #expect(profile(heat).decode(image).map(\.value) == [.value(12_345_000_000)])
  }

  @Test("a counter is read with what lies between its registers, never in two pieces, and never taken from two answers")
  func oneAnswer() {
    let plan = RegisterPlan(for: profile(heat))
    let request = RegisterBlock(table: .input, address: 3501, count: 3)
    #expect(plan.requests == [request])
    #expect(plan.halves(of: request) == [])
    let pieces = RegisterImage([words(.input, 3501, [345]), words(.input, 3503, [12])])
    #expect(profile(heat).decode(pieces).map(\.value) == [.missing(.notRead)])
  }

  @Test("a momentary sum may come in two requests, and is missing where a summand is")
  func momentary() {
    #expect(RegisterPlan(for: profile(battery)).requests.count == 2)
    #expect(RegisterPlan(for: profile(battery, limits: RequestLimits(gap: 9))).requests.map(\.count) == [11])
    let image = RegisterImage([words(.holding, 10, [5]), words(.holding, 20, [1234])])
    #expect(profile(battery).decode(image).map(\.value) == [.value(-1_229_000)])
    let half = RegisterImage([words(.holding, 10, [5]), words(.holding, 20, [0xFFFF])])
    #expect(profile(battery).decode(half).map(\.value) == [.missing(.notAvailable)])
    #expect(profile(battery).decode(RegisterImage([words(.holding, 10, [5])])).map(\.value) == [.missing(.notRead)])
  }

  @Test("summands of different scales add up exactly, floats with one rounding each")
  func scales() {
    let tenths = RegisterField(
      channel: .energyImport, sum: RegisterSummand(table: .holding, address: 0, type: .u16, scale: DecimalNumber("0.1")),
      [RegisterSummand(table: .holding, address: 1, type: .u16, scale: DecimalNumber("65.536"))],
      scale: DecimalNumber("0.1"), unit: UnitOfMeasure("kWh", 1_000_000))
    // (0.7 + 3 * 65.536) * 0.1 = 19.7308 kWh
    #expect(profile(tenths).decode(RegisterImage([words(.holding, 0, [7, 3])])).map(\.value) == [.value(19_730_800)])
    let floats = RegisterField(
      channel: .voltageL1, sum: RegisterSummand(table: .holding, address: 0, type: .f32),
      [RegisterSummand(table: .holding, address: 2, type: .s16, scale: DecimalNumber("0.5"))], unit: UnitOfMeasure("V", 1000))
    // 0x41480000 is 12.5; -3 * 0.5 = -1.5
    let image = RegisterImage([words(.holding, 0, [0x4148, 0, 0xFFFD])])
    #expect(profile(floats).decode(image).map(\.value) == [.value(11_000)])
  }

  @Test("bits of a register are shifted down, compared with their own pattern, and may share it with others")
  func bits() {
    func state(_ channel: Channel, _ bits: ClosedRange<Int>, notAvailable: [UInt64]? = nil) -> RegisterField {
      RegisterField(
        channel: channel, table: .holding, address: 7, type: .u32, wordOrder: .lowFirst, bits: bits,
        unit: UnitOfMeasure("1", 1), notAvailable: notAvailable)
    }
    let profile = profile(
      state(.operatingState, 8...15), state(.plugState, 31...31), state(.errorFlags, 16...23, notAvailable: [0xAB]))
    #expect(profile.problems == [])
    // Low word first: 0x80AB_12FF.
    let image = RegisterImage([words(.holding, 7, [0x12FF, 0x80AB])])
    #expect(profile.decode(image).map(\.value) == [.value(0x12), .value(1), .missing(.notAvailable)])
    #expect(RegisterPlan(for: profile).requests == [RegisterBlock(table: .holding, address: 7, count: 2)])
  }

  @Test("coils and discrete inputs are 0 or 1, and are read in requests of their own")
  func singleBits() {
    func contact(_ channel: Channel, _ table: RegisterTable, _ address: UInt16) -> RegisterField {
      RegisterField(channel: channel, table: table, address: address, type: .bit, unit: UnitOfMeasure("1", 1))
    }
    let profile = profile(contact(.plugState, .discrete, 3), contact(.sgReadyState, .coil, 4), contact(.phases, .coil, 5))
    #expect(profile.problems == [])
    #expect(RegisterPlan(for: profile).requests.map(\.description) == ["coils 4-5", "discrete input 3"])
    let image = RegisterImage([words(.coil, 4, [0, 1]), words(.discrete, 3, [1])])
    #expect(profile.decode(image).map(\.value) == [.value(1), .value(0), .value(1)])
  }

  @Test("a profile with bits elsewhere, bits that a type has not, or a counter of two tables is told so")
  func problems() {
    func number(_ channel: Channel, _ table: RegisterTable, _ type: RawType, bits: ClosedRange<Int>? = nil) -> RegisterField {
      RegisterField(channel: channel, table: table, address: 0, type: type, bits: bits, unit: UnitOfMeasure("1", 1))
    }
    let key = PartChannel(.main, .phases)
    #expect(profile(number(.phases, .coil, .u16)).problems == [.foreignType(key, table: .coil)])
    #expect(profile(number(.phases, .input, .bit)).problems == [.foreignType(key, table: .input)])
    #expect(profile(number(.phases, .input, .s16, bits: 0...3)).problems == [.foreignBits(key)])
    #expect(profile(number(.phases, .input, .u16, bits: 8...16)).problems == [.foreignBits(key)])
    let split = RegisterField(
      channel: .heatEnergy, sum: RegisterSummand(table: .input, address: 0, type: .u16),
      [RegisterSummand(table: .holding, address: 0, type: .u16, scale: DecimalNumber("1000"))],
      unit: UnitOfMeasure("kWh", 1_000_000))
    #expect(profile(split).problems == [.splitCounter(split.key)])
  }

  @Test("what is encoded into sums and bits decodes to the same value", arguments: UInt64(1)...10)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let low = RegisterField(
      channel: .operatingState, table: .holding, address: 40, type: .u16, bits: 0...7, unit: UnitOfMeasure("1", 1))
    let high = RegisterField(
      channel: .errorFlags, table: .holding, address: 40, type: .u16, bits: 8...15, unit: UnitOfMeasure("1", 1))
    let profile = profile(heat, battery, low, high)
    for _ in 0..<200 {
      let values: [PartChannel: Int64] = [
        heat.key: Int64.random(in: 0...65_000_000, using: &random) * 1_000_000,
        battery.key: Int64.random(in: -65_534...65_535, using: &random) * 1000,
        low.key: Int64.random(in: 0...255, using: &random), high.key: Int64.random(in: 0...255, using: &random),
      ]
      // As the planned requests bring it.
      var image = RegisterImage()
      let device = SimulatedDevice(try profile.encode(values).contents)
      image = device.read(RegisterPlan(for: profile))
      let decoded = profile.decode(image).reduce(into: [PartChannel: Int64]()) { $0[$1.key] = $1.value.count }
      #expect(decoded == values, "seed \(seed)")
    }
    #expect(throws: DeviceProfileError.doesNotFit(battery.key, value: 70_000_000)) {
      try profile.encode(70_000_000, for: battery.key)
    }
    #expect(throws: DeviceProfileError.doesNotFit(low.key, value: 256)) { try profile.encode(256, for: low.key) }
  }
}
