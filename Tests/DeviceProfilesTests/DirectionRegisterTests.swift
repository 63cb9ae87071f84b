import DeviceProfiles
import Quantities
import Readings
import Testing

@Suite("A value whose direction stands in another register")
struct DirectionRegisterTests {
  private static let watts = UnitOfMeasure("W", 1000)
  private static let key = PartChannel(.battery, .activePower)

  /// Solis RHI: magnitude in 33149 and 33150, 33135 is 0 for charging and 1 for discharging.
  private static let solis = power(
    33149, .s32, DirectionRegister(table: .input, address: 33135, codes: [0: .charge, 1: .discharge]))
  /// Sungrow SH with older firmware: magnitude in 13021, bit 1 of 13000 is charging, bit 2 discharging.
  private static let sungrow = power(
    13021, .s16, DirectionRegister(table: .input, address: 13000, bits: 1...2, codes: [1: .charge, 2: .discharge], idle: [0]))

  private static func power(_ address: UInt16, _ type: RawType, _ direction: DirectionRegister) -> RegisterField {
    RegisterField(
      part: .battery, channel: .activePower, table: .input, address: address, type: type, unit: watts, direction: direction)
  }

  private func decoded(_ field: RegisterField, _ words: [UInt16], code: UInt16?) -> DecodedValue? {
    var image = RegisterImage()
    image.add(words, of: field.block)
    if let code, let block = field.direction?.place.block { image.add([code], of: block) }
    return Profiles.single(field).decode(image).first?.value
  }

  @Test(
    "counts the way that the code says, whatever its own sign",
    arguments: [
      ([0, 3760], 0, 3_760_000), ([0, 3760], 1, -3_760_000), ([0xFFFF, 0xF150], 0, 3_760_000), ([0xFFFF, 0xF150], 1, -3_760_000),
      ([0, 0], 0, 0), ([0, 0], 1, 0),
    ] as [([UInt16], UInt16, Int64)])
  func codes(words: [UInt16], code: UInt16, expected: Int64) {
    #expect(decoded(Self.solis, words, code: code) == .value(expected))
  }

  @Test("is missing with a code that nobody listed, even where it is 0, and where the code was not read")
  func unknown() {
    for code: UInt16 in [2, 0xFFFF] {
      #expect(decoded(Self.solis, [0, 3760], code: code) == .missing(.directionUnknown))
      #expect(decoded(Self.solis, [0, 0], code: code) == .missing(.directionUnknown))
    }
    #expect(decoded(Self.solis, [0, 3760], code: nil) == .missing(.notRead))
  }

  @Test("takes the code from some bits; at rest only 0 is a value, and both bits at once say nothing")
  func bits() {
    // 0x13: sun, charging, feeding in. 0x2C: discharging, load, import.
    #expect(decoded(Self.sungrow, [3120], code: 0x13) == .value(3_120_000))
    #expect(decoded(Self.sungrow, [2710], code: 0x2C) == .value(-2_710_000))
    #expect(decoded(Self.sungrow, [0], code: 0x09) == .value(0))
    #expect(decoded(Self.sungrow, [15], code: 0x09) == .missing(.directionUnknown))
    #expect(decoded(Self.sungrow, [2710], code: 0x06) == .missing(.directionUnknown))
  }

  @Test("comes in one request with its direction where the limits allow, in the same round where they do not")
  func plan() {
    let profile = { (gap: Int) in
      DeviceProfile(
        maker: "test", model: "test", kind: .hybridInverter, limits: RequestLimits(gap: gap), registers: [Self.solis])
    }
    let blocks = { (gap: Int) in RegisterPlan(for: profile(gap), parts: [.battery]).requests.map { [Int($0.address), $0.count] } }
    #expect(blocks(13) == [[33135, 16]])
    #expect(blocks(12) == [[33135, 1], [33149, 2]])
    #expect(profile(0).places()[Self.key]?.map(\.address) == [33149, 33135])
  }

  @Test("is simulated by a magnitude and a code, and reads back the same", arguments: [-2_710_000, 0, 3_120_000] as [Int64])
  func roundTrip(value: Int64) throws {
    for field in [Self.solis, Self.sungrow] {
      let profile = Profiles.single(field)
      let image = try profile.encode([Self.key: value])
      #expect(profile.decode(image).first?.value == .value(value))
      let magnitude = UInt16(value.magnitude / 1000)
      #expect(image.words(of: field.block)?.last == magnitude)
      #expect(RegisterImage(try profile.encode(value, for: Self.key)) == RegisterImage(image.contents.reversed()))
    }
    let code = try Profiles.single(Self.sungrow).encode([Self.key: value])
      .words(of: RegisterBlock(table: .input, address: 13000, count: 1))
    #expect(code == [value == 0 ? 0 : value > 0 ? 0b010 : 0b100])
  }

  @Test("shares the register with the state that is read from it, and with other values that count the same way")
  func shared() throws {
    let current = RegisterField(
      part: .battery, channel: .dcCurrent, table: .input, address: 33134, type: .s16, scale: DecimalNumber("0.1"),
      unit: UnitOfMeasure("A", 1000), direction: Self.solis.direction)
    let state = field(.operatingState, part: .battery, 33135, .u16, table: .input)
    let profile = DeviceProfile(
      maker: "test", model: "test", kind: .hybridInverter, limits: RequestLimits(gap: 13),
      registers: [state, current, Self.solis])
    #expect(profile.problems == [])
    let values = [Self.key: Int64(-3_760_000), current.key: -9200]
    let decoded = profile.decode(try profile.encode(values))
    #expect(decoded.map(\.value) == [.value(1), .value(-9200), .value(-3_760_000)])
    #expect(throws: DeviceProfileError.doesNotFit(Self.key, value: 5000)) {
      try profile.encode([Self.key: 5000, current.key: -9200])
    }
    #expect(profile.decode(try profile.encode([Self.key: 0, current.key: -9200])).map(\.value.count) == [1, -9200, 0])
  }

  @Test("needs codes for both ways")
  func oneSided() {
    let field = Self.power(
      33149, .s32, DirectionRegister(table: .input, address: 33135, codes: [0: .charge, 1: .import]))
    #expect(Profiles.single(field).problems == [.directionOneSided(Self.key)])
  }
}
