import DeviceProfiles
import Quantities
import Readings
import TestSupport
import Testing

@Suite("What is encoded decodes to the same value")
struct RoundTripTests {
  /// Any field: type, word order, scale, offset, unit, sign, address.
  private func anyField(_ random: inout SeededGenerator) -> RegisterField {
    let channel = random.pick(Channel.allCases)
    let scales: [String?] = [nil, "0.1", "0.01", "0.001", "10", "1000", "0.5", "-1", "2.5", "1e-6", "0.25"]
    return RegisterField(
      channel: channel, table: random.pick(RegisterTable.allCases), address: UInt16.random(in: 0...65531, using: &random),
      type: random.pick(RawType.allCases), wordOrder: random.pick(WordOrder.allCases),
      scale: random.pick(scales).flatMap { DecimalNumber($0) },
      offset: random.pick([nil, nil, nil, "-100", "0.5", "273.15"] as [String?]).flatMap { DecimalNumber($0) },
      unit: random.pick(channel.unit.symbols), positive: random.pick(Direction.allCases))
  }

  /// Whether a step of the register is at most one of the channel's unit.
  private func isFine(_ field: RegisterField) -> Bool {
    (field.scale?.double.magnitude ?? 1) * Double(field.unit.count) / Double(field.unit.per) <= 1
  }

  private func decode(_ words: [RegisterWords], with profile: DeviceProfile) -> DecodedValue? {
    profile.decode(RegisterImage(words)).first?.value
  }

  @Test("for whatever registers hold, with all types, word orders, scales, offsets, units and signs", arguments: UInt64(1)...20)
  func fromWords(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var values = 0
    for _ in 0..<500 {
      let field = anyField(&random)
      let profile = Profiles.single(field)
      let words = (0..<field.type.registerCount).map { _ in random.word() }
      let original = RegisterWords(table: field.table, address: field.address, words: words)
      guard case .value(let value) = decode([original], with: profile) else { continue }
      // Where registers are as fine as or finer than the channel's unit, the value may be rounded past what the type can hold.
      guard let encoded = try? profile.encode(value, for: field.key) else {
        #expect(isFine(field), "seed \(seed), \(field), \(words)")
        continue
      }
      #expect(encoded.map(\.block) == [original.block], "seed \(seed)")
      // With an offset of half a step, a value may lie between two registers; a double has 53 bits.
      let isLarge = field.type == .f64 ? value.magnitude >> 50 : 0
      let distance = decode(encoded, with: profile)?.count.map { ($0 - value).magnitude } ?? .max
      #expect(distance <= (field.offset == nil ? 0 : 1) + isLarge, "seed \(seed), \(field), \(words)")
      values += 1
    }
    #expect(values > 200, "seed \(seed)")
  }

  @Test("within half a step of the register, for any value that fits", arguments: UInt64(1)...20)
  func withinResolution(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let field = anyField(&random)
      guard field.type != .f32, field.type != .f64 else { continue }
      let profile = Profiles.single(field)
      let value = Int64.random(in: -(1 << 40)...(1 << 40), using: &random) >> Int64.random(in: 0..<40, using: &random)
      guard let encoded = try? profile.encode(value, for: field.key), let decoded = decode(encoded, with: profile)?.count else {
        continue
      }
      // Twice the distance is at most one step and one unit, all times the step's divisor.
      let scale = field.scale ?? DecimalNumber("1")
      var divisor = Int128(field.unit.per)
      for _ in 0..<(scale?.decimals ?? 0) { divisor *= 10 }
      let step = Int128(field.unit.count) * Int128(scale?.mantissa.magnitude ?? 1)
      #expect(2 * Int128((decoded - value).magnitude) * divisor <= step + divisor, "seed \(seed), \(field), \(value)")
    }
  }

  @Test("floats keep seven digits, or sixteen", arguments: [RawType.f32, .f64])
  func floats(type: RawType) throws {
    let profile = Profiles.single(field(.voltageL1, 0, type, "V", order: .lowFirst))
    for value in [0, 1, -1, 228_700, 230_123, 400_999, -7, 12_345] as [Int64] {
      let words = try profile.encode(value, for: PartChannel(.main, .voltageL1))
      #expect(decode(words, with: profile) == .value(value))
    }
    let large = try profile.encode(1_234_567_890_123, for: PartChannel(.main, .voltageL1))
    let decoded = try #require(decode(large, with: profile)?.count)
    #expect(abs(decoded - 1_234_567_890_123) <= (type == .f64 ? 1 : 64_000))
  }

  @Test("what does not fit is refused, and so is what would read as \"no value\"")
  func refusals() {
    let key = PartChannel(.main, .voltageL1)
    let profile = Profiles.single(field(.voltageL1, 0, .u16, "V", scale: "0.1"), notAvailable: [.u16: [0xFFFF]])
    #expect(throws: DeviceProfileError.doesNotFit(key, value: 6_553_600)) { try profile.encode(6_553_600, for: key) }
    #expect(throws: DeviceProfileError.doesNotFit(key, value: 6_553_500)) { try profile.encode(6_553_500, for: key) }
    #expect(throws: DeviceProfileError.doesNotFit(key, value: -100)) { try profile.encode(-100, for: key) }
    #expect(throws: Never.self) { try profile.encode(6_553_400, for: key) }
    let stranger = PartChannel(.pv, .voltageL1)
    #expect(throws: DeviceProfileError.noSuchChannel(stranger)) { try profile.encode(1, for: stranger) }
    #expect(throws: DeviceProfileError.noSuchChannel(stranger)) { try profile.encode([stranger: 1]) }
  }

  @Test("counters with a modulus start again: 6553.6 kWh in 16 bits")
  func wrap() throws {
    let profile = Profiles.single(field(.energyImport, 0, .u16, "kWh", scale: "0.1", modulus: "6553.6"))
    let key = PartChannel(.main, .energyImport)
    #expect(try profile.encode(6_553_500_000, for: key).map(\.words) == [[0xFFFF]])
    #expect(try profile.encode(6_553_600_000, for: key).map(\.words) == [[0]])
    #expect(try profile.encode(6_553_700_000, for: key).map(\.words) == [[1]])
    #expect(profile.registers[0].counterModulus == 6_553_600_000)
  }

  @Test("a whole map, with scale registers that fit all of their values, and texts")
  func wholeMap() throws {
    let profile = DeviceProfile(
      maker: "test", model: "test", kind: .meter, wordOrder: .lowFirst, notAvailable: [.s16: [0x8000]],
      identity: [
        IdentityField(.serial, table: .input, address: 100, type: .number(.u32)),
        IdentityField(.model, table: .input, address: 102, type: .string(registers: 4)),
      ],
      registers: [
        field(.activePower, 10, .s16, "W", scaleRegister: 20, positive: .export),
        field(.activePowerL1, 11, .s16, "W", scaleRegister: 20, positive: .export),
        field(.frequency, 12, .f32, "Hz"), field(.voltageL1, 14, .s16, "V", scaleRegister: 21), field(.voltageL2, 15, .s16, "V"),
      ])
    // -40 kW in 16 bits takes steps of 10 W; 50.01 Hz is a float.
    let values: [PartChannel: Int64] = [
      PartChannel(.main, .activePower): 40_000_000, PartChannel(.main, .activePowerL1): -1_230_000,
      PartChannel(.main, .frequency): 50_010,
    ]
    let image = try profile.encode(values, identity: DeviceIdentity(model: "B23", serial: "305419896"))
    let decoded = Dictionary(uniqueKeysWithValues: profile.decode(image).map { ($0.key, $0.value) })
    for (key, value) in values { #expect(decoded[key] == .value(value), "\(key)") }
    #expect(decoded[PartChannel(.main, .voltageL1)] == .missing(.notAvailable))
    #expect(decoded[PartChannel(.main, .voltageL2)] == .missing(.notAvailable))
    #expect(image.words(of: RegisterBlock(table: .holding, address: 10, count: 1)) == [UInt16(bitPattern: -4000)])
    #expect(image.words(of: RegisterBlock(table: .holding, address: 20, count: 1)) == [1])
    #expect(image.words(of: RegisterBlock(table: .input, address: 100, count: 2)) == [0x5678, 0x1234])
    #expect(profile.identity(in: image) == DeviceIdentity(model: "B23", serial: "305419896"))
    // A device that always counts in steps of 100 W, and one whose scale cannot hold the value.
    let coarse = try profile.encode(values, powers: [RegisterAddress(table: .holding, address: 20): 2])
    #expect(profile.decode(coarse)[1].value == .value(-1_200_000))
    #expect(throws: DeviceProfileError.doesNotFit(PartChannel(.main, .activePower), value: 40_000_000)) {
      try profile.encode(values, powers: [RegisterAddress(table: .holding, address: 20): 0])
    }
    #expect(throws: DeviceProfileError.identityDoesNotFit(.serial, text: "x1")) {
      try profile.encode([:], identity: DeviceIdentity(serial: "x1"))
    }
  }

  @Test("without a value a register says so, and is not there where the device has no way to say it: a zero would be a value")
  func noValue() throws {
    let patterns: [RawType: [UInt64]] = [
      .u16: [0xFFFF], .s16: [0x7FFF, 0x8000], .u32: [0xFFFF_FFFF], .s64: [1 << 63], .f32: [0xFF7F_FFFF],
    ]
    for type in RawType.allCases {
      let field = field(.voltageL1, 0, type, "V", order: .lowFirst)
      let profile = Profiles.single(field, notAvailable: patterns)
      let decoded = decode(try profile.encode(nil, for: field.key), with: profile)
      switch type {
      case .u16, .s16, .u32, .s64, .f32: #expect(decoded == .missing(.notAvailable), "\(type)")
      case .f64: #expect(decoded == .missing(.notANumber))
      case .s32, .u64, .bit: #expect(decoded?.count == nil, "\(type)")
      }
    }
  }

  @Test("a SunSpec chain of common model, inverter and DC inputs", arguments: [101, 103, 113])
  func sunSpec(inverter: Int) throws {
    let profile = Profiles.sunSpec(.hybridInverter, modules: .init(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4))
    let values: [PartChannel: Int64] = [
      PartChannel(.main, .activePower): -9_870_000, PartChannel(.main, .voltageL1): 231_400,
      PartChannel(.main, .frequency): 49_980,
      PartChannel(.main, .energyExport): 11_937_020_000, PartChannel(.main, .powerFactor): -998_700,
      PartChannel(.main, .temperature): -12_500, PartChannel(.main, .operatingState): 4, PartChannel(.pv, .dcPower1): 5_600_000,
      PartChannel(.pv, .dcEnergy2): 5_000, PartChannel(.battery, .activePower): -1_250_000,
      PartChannel(.battery, .energyImport): 700_000, PartChannel(.battery, .energyExport): 650_000,
    ]
    let identity = DeviceIdentity(manufacturer: "Fronius", model: "GEN24", firmware: "1.33", serial: "00000000")
    let image = try profile.encodeSunSpec(values, identity: identity, models: [1, inverter, 160], groups: 4)
    let device = SimulatedDevice(image.contents)
    let mapping = try #require(profile.sunSpec)
    let walk = device.walk(mapping)
    #expect(walk.chain?.models.map(\.id) == [1, inverter, 160])
    #expect(walk.chain?.models.map(\.length) == [66, inverter == 113 ? 60 : 50, 88])
    #expect(walk.chain?.isPartial == false)
    #expect(profile.identity(in: walk.image, chain: walk.chain) == identity)
    let decoded = device.decode(with: profile)
    for (key, value) in values { #expect(decoded[key] == .value(value), "\(key)") }
    for (key, value) in decoded where values[key] == nil { #expect(value.count == nil, "\(key) is \(value)") }
    #expect(decoded.count == 24 + 2 * 4 + 3)
  }

  @Test("a SunSpec chain with any values that devices have", arguments: UInt64(1)...100)
  func randomSunSpec(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = Profiles.sunSpec(.hybridInverter, modules: .init(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4))
    var values: [PartChannel: Int64] = [
      PartChannel(.main, .activePower): Int64.random(in: -300_000_000...300_000_000, using: &random),
      PartChannel(.main, .energyExport): Int64.random(in: 1...4_000_000_000_000_000, using: &random),
      PartChannel(.main, .powerFactor): Int64.random(in: -1_000_000...1_000_000, using: &random),
      PartChannel(.battery, .activePower): Int64.random(in: -20_000_000...20_000_000, using: &random),
      PartChannel(.pv, .dcPower1): Int64.random(in: 0...20_000_000, using: &random),
    ]
    if Bool.random(using: &random) { values[PartChannel(.pv, .dcPower2)] = Int64.random(in: 0...20_000_000, using: &random) }
    let decoded = SimulatedDevice(try profile.encodeSunSpec(values, models: [1, 103, 160], groups: 4).contents).decode(
      with: profile)
    for (key, value) in values {
      let got = try #require(decoded[key]?.count, "seed \(seed), \(key)")
      // 15 bits and more: half a step is at most a 6553th of the largest value that shares the scale.
      let largest = key.channel == .powerFactor ? 1_000_000 : key.part == .main ? value.magnitude : 20_000_000
      #expect((got - value).magnitude <= largest / 6553 + 500, "seed \(seed), \(key): \(value) became \(got)")
    }
  }

  @Test("a SunSpec chain with fixed scales, and what it refuses")
  func sunSpecRefusals() throws {
    let profile = Profiles.sunSpec()
    let power = PartChannel(.main, .activePower)
    let image = try profile.encodeSunSpec([power: -14_470_000], models: [103], powers: ["W_SF": 1])
    // Marker, header, then W at offset 14: 1447 * 10^1 W.
    #expect(image.contents[0].words[2 + 14] == 1447 && image.contents[0].words[2 + 15] == 1)
    #expect(throws: DeviceProfileError.doesNotFit(power, value: -40_000_000)) {
      try profile.encodeSunSpec([power: -40_000_000], models: [103], powers: ["W_SF": 0])
    }
    #expect(throws: DeviceProfileError.noSuchModel(64001)) { try profile.encodeSunSpec([:], models: [64001]) }
    #expect(throws: DeviceProfileError.noSuchChannel(power)) { try profile.encodeSunSpec([power: 1], models: [1]) }
    #expect(throws: DeviceProfileError.noSunSpec) { try Profiles.sdm630.encodeSunSpec([:], models: [1]) }
    #expect(throws: DeviceProfileError.chainTooLong) { try profile.encodeSunSpec([:], models: [160], groups: 3000) }
    #expect(throws: DeviceProfileError.identityDoesNotFit(.firmware, text: "a version of 24 letters!")) {
      try profile.encodeSunSpec([:], identity: DeviceIdentity(firmware: "a version of 24 letters!"), models: [1])
    }
  }
}
