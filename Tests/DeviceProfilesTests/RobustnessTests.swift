import DeviceProfiles
import Quantities
import Readings
import TestSupport
import Testing

@Suite("Whatever a device sends")
struct RobustnessTests {
  @Test("no sign for \"no value\" comes out as a number (fault V1), of whatever type")
  func noLeaks() {
    let count = FaultFigure.count(2000, large: 100_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    var leaks = 0
    for _ in 0..<count {
      let channel = random.pick(Channel.allCases)
      let type = random.pick(RawType.allCases)
      let order = random.pick(WordOrder.allCases)
      let patterns = Self.signs(of: type) + [random.next() & Self.mask(of: type)]
      let isOwn = Bool.random(using: &random)
      let field = RegisterField(
        channel: channel, table: random.pick(RegisterTable.allCases), address: UInt16.random(in: 0...65000, using: &random),
        type: type, wordOrder: isOwn ? order : nil,
        scale: random.pick([nil, "0.1", "10", "0.001"] as [String?]).flatMap { DecimalNumber($0) },
        scaleRegister: Bool.random(using: &random) ? RegisterAddress(table: .holding, address: 65010) : nil,
        unit: random.pick(channel.unit.symbols), positive: random.pick(Direction.allCases), notAvailable: isOwn ? patterns : nil)
      let profile = Profiles.single(field, order: order, notAvailable: isOwn ? [:] : [type: patterns])
      let words = Self.words(random.pick(patterns), type, order)
      var image = RegisterImage([RegisterWords(table: field.table, address: field.address, words: words)])
      image.add([random.word()], of: RegisterBlock(table: .holding, address: 65010, count: 1))
      if profile.decode(image).first?.value != .missing(.notAvailable) { leaks += 1 }
    }
    #expect(
      FaultFigure.tell(
        "V1 signs for no value of all types, read as numbers", ours: "\(leaks) of \(count)", limit: "\(count)", goal: "0",
        reached: leaks == 0))
  }

  @Test("no float that is infinite or none comes out as a number, whether a profile names it or not", arguments: UInt64(1)...5)
  func noNaN(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let type = random.pick([RawType.f32, .f64])
      // All exponent bits set; sign and payload any.
      let bits = type == .f32 ? (random.next() & 0xFFFF_FFFF) | 0x7F80_0000 : random.next() | 0x7FF0_0000_0000_0000
      let field = field(.voltageL1, 0, type, "V", order: random.pick(WordOrder.allCases))
      let words = Self.words(bits, type, field.first.wordOrder ?? .highFirst)
      let image = RegisterImage([RegisterWords(table: .holding, address: 0, words: words)])
      #expect(Profiles.single(field).decode(image).first?.value == .missing(.notANumber), "seed \(seed)")
    }
  }

  @Test("no SunSpec sign for \"not implemented\" comes out as a number, whatever the scale factor", arguments: UInt64(1)...5)
  func noSunSpecLeaks(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = Profiles.sunSpec(.hybridInverter, modules: .init(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4))
    for _ in 0..<100 {
      let models = random.pick([[1, 101, 160], [103, 124], [113, 160, 203], [203, 124]])
      let image = try profile.encodeSunSpec([:], models: models, groups: 4)
      var words = try #require(image.contents.first).words
      // Powers of ten become anything; they stand where the definition says, model after model.
      var start = 2
      for id in models {
        let definition = SunSpecModels.model(id)
        for point in definition.points where point.type == .sunssf { words[start + point.offset] = random.word() }
        start += 2 + Int(words[start + 1])
      }
      let device = SimulatedDevice([RegisterWords(table: .holding, address: 40000, words: words)])
      for (key, value) in device.decode(with: profile) { #expect(value.count == nil, "seed \(seed), \(key)") }
    }
  }

  @Test("random words never trap, in register maps", arguments: UInt64(1)...20)
  func randomWords(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let profile = random.pick([Profiles.sdm630, Profiles.goodWe])
      var image = RegisterImage()
      for request in RegisterPlan(for: profile).requests where Int.random(in: 0..<8, using: &random) > 0 {
        let length = Int.random(in: 0..<20, using: &random) == 0 ? request.count - 1 : request.count
        image.add((0..<length).map { _ in random.word() }, of: request)
      }
      #expect(profile.decode(image).count == profile.registers.count)
    }
    for _ in 0..<500 {
      let channel = random.pick(Channel.allCases)
      let field = RegisterField(
        channel: channel, table: .holding, address: 0, type: random.pick(RawType.allCases),
        scale: DecimalNumber(random.pick(["9223372036854775807", "-0.000000000000000001", "0.123456789012345678", "0", "1e18"])),
        offset: DecimalNumber(random.pick(["9223372036854775807", "-0.000000000000000001", "0"])),
        scaleRegister: RegisterAddress(table: .holding, address: 4), unit: random.pick(channel.unit.symbols),
        positive: random.pick(Direction.allCases))
      let image = RegisterImage([
        RegisterWords(table: .holding, address: 0, words: (0..<4).map { _ in random.word() }),
        RegisterWords(table: .holding, address: 4, words: [UInt16(truncatingIfNeeded: Int.random(in: -10...10, using: &random))]),
      ])
      let profile = Profiles.single(field)
      let value = profile.decode(image).first?.value.count
      _ = try? profile.encode(
        value ?? Int64(bitPattern: random.next()), for: field.key, power: Int.random(in: -12...12, using: &random))
    }
  }

  @Test("random words never trap, in SunSpec models, and plans stay within limits", arguments: UInt64(1)...20)
  func randomModels(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let limit = random.pick([1, 2, 20, 64, 125])
      let profile = Profiles.sunSpec(
        random.pick(DeviceKind.allCases),
        modules: random.pick([nil, .init(pv: [1, 9, -1, 70000], batteryCharge: 2, batteryDischarge: 3)]),
        registersPerRequest: limit)
      var models: [SunSpecModelInstance] = []
      var address = 40002
      while models.count < 10, address < 65000 {
        let length = random.pick([0, 1, 7, 8, 9, 30, 50, 65, 66, 88, 105, 128, 10_000])
        let id = random.pick([1, 101, 103, 113, 124, 160, 203, 64001])
        models.append(SunSpecModelInstance(id: id, address: UInt16(address), length: length, device: models.count / 3))
        address += 2 + length
      }
      let chain = SunSpecChain(base: 40000, models: models)
      let plan = RegisterPlan(for: profile, chain: chain)
      var image = RegisterImage()
      for request in plan.requests {
        #expect((1...limit).contains(request.count) && Int(request.address) + request.count <= 0x1_0000, "seed \(seed)")
        if Int.random(in: 0..<8, using: &random) > 0 { image.add((0..<request.count).map { _ in random.word() }, of: request) }
      }
      let fields = profile.decode(image, chain: chain)
      #expect(Set(fields.map(\.key)).count == fields.count, "seed \(seed)")
      _ = profile.identity(in: image, chain: chain)
    }
  }

  @Test("however small the requests, the values are the same", arguments: UInt64(1)...10)
  func sameForAllLimits(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      var models: [SunSpecModelInstance] = []
      var address = 40002
      for id in [1, 103, 160, 124, 203] {
        let length = random.pick([9, 24, 50, 88, 105, 128])
        models.append(SunSpecModelInstance(id: id, address: UInt16(address), length: length))
        address += 2 + length
      }
      var device = SimulatedDevice()
      device.set((0..<1000).map { _ in random.word() }, at: 40000)
      let chain = SunSpecChain(base: 40000, models: models)
      let decoded = [125, 64, 20, 4, 2].map { limit in
        let profile = Profiles.sunSpec(
          .hybridInverter, modules: .init(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4), registersPerRequest: limit)
        return profile.decode(device.read(RegisterPlan(for: profile, chain: chain)), chain: chain)
      }
      #expect(decoded.dropFirst().allSatisfy { $0 == decoded[0] }, "seed \(seed)")
      #expect(decoded[0].contains { $0.value.count != nil }, "seed \(seed)")
    }
  }

  /// What devices use as signs, for each type.
  private static func signs(of type: RawType) -> [UInt64] {
    switch type {
    case .u16, .s16: [0xFFFF, 0x8000, 0x7FFF]
    case .u32, .s32: [0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 0x00FF_FFFD]
    case .u64, .s64: [.max, 1 << 63, .max >> 1]
    case .f32: [0x7FC0_0000, 0xFFC0_0000, 0xFF7F_FFFF, 0xBF80_0000, 0x7F80_0000]
    case .bit: [1]
    case .f64: [0x7FF8_0000_0000_0000, 0xBFF0_0000_0000_0000]
    }
  }

  private static func mask(of type: RawType) -> UInt64 { UInt64.max >> UInt64(64 - 16 * type.registerCount) }

  /// The words of `bits` on the wire, worked out apart from the code under test.
  private static func words(_ bits: UInt64, _ type: RawType, _ order: WordOrder) -> [UInt16] {
    let highFirst = (0..<type.registerCount).map { UInt16((bits >> UInt64(16 * (type.registerCount - 1 - $0))) & 0xFFFF) }
    return order == .highFirst ? highFirst : Array(highFirst.reversed())
  }
}
