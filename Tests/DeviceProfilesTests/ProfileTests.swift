import DeviceProfiles
import Quantities
import Readings
import Testing

@Suite("A profile says what is wrong with it")
struct ProfileTests {
  @Test("nothing, where nothing is")
  func sound() {
    #expect(Profiles.sdm630.problems == [])
    #expect(Profiles.goodWe.problems == [])
    #expect(Profiles.sunSpec().problems == [])
  }

  @Test("each slip by its name")
  func slips() {
    let twice = DeviceProfile(
      maker: "test", model: "test", kind: .meter, limits: RequestLimits(registersPerRequest: 3), notAvailable: [.u16: [0x1_0000]],
      registers: [
        field(.voltageL1, 0, .u16, "V"), field(.voltageL1, 1, .u16, "V"), field(.activePower, 2, .u32, "W"),
        field(.energyImport, 3, .u32, "V"), field(.frequency, 10, .u16, "Hz", scale: "0"), field(.energyExport, 20, .u64, "Wh"),
        field(.voltageL2, 30, .s16, "V", notAvailable: [0x8000, 0xFFFF_8000]),
      ])
    #expect(
      twice.problems == [
        .directionMissing(PartChannel(.main, .activePower)), .foreignUnit(PartChannel(.main, .energyImport), symbol: "?"),
        .scaleZero(PartChannel(.main, .frequency)), .patternTooLong(.s16, pattern: 0xFFFF_8000),
        .channelTwice(PartChannel(.main, .voltageL1)), .patternTooLong(.u16, pattern: 0x1_0000),
        .unreadable(RegisterBlock(table: .holding, address: 20, count: 4)),
        .overlap(RegisterBlock(table: .holding, address: 2, count: 2), RegisterBlock(table: .holding, address: 3, count: 2)),
      ])
  }

  @Test("also in its SunSpec models")
  func models() {
    let points = [
      SunSpecPoint(
        "W", offset: 2, type: .int16, scaleFactor: .point("W_SF"), unit: UnitOfMeasure("V", 1000), channel: .activePower)
    ]
    let mapping = SunSpecMapping(models: [SunSpecModelDefinition(id: 103, name: "test", points: points)])
    #expect(
      DeviceProfile(maker: "test", model: "test", kind: .inverter, sunSpec: mapping).problems == [
        .noSuchScaleFactor(model: 103, point: "W"), .foreignModelUnit(model: 103, point: "W", symbol: "V"),
        .modelDirectionMissing(model: 103),
      ])
  }

  @Test(
    "texts end at the first zero, lose blanks around them, and are missing when nothing is left",
    arguments: [
      ("4232 3320", "B23"), ("2020 4142 2020", "AB"), ("4100 4242", "A"), ("0000 4142", nil), ("FFFF FFFF", nil),
      ("2020 2020", nil),
      ("4107 4200", "AB"), ("C3A4 0000", "ä"), ("41FF 4200", "A\u{FFFD}B"),
    ])
  func texts(words: String, expected: String?) {
    let registers = SimulatedDevice.words(words).count
    let profile = DeviceProfile(
      maker: "test", model: "test", kind: .meter,
      identity: [IdentityField(.model, table: .holding, address: 35168, type: .string(registers: registers))])
    let image = SimulatedDevice(words, at: 35168).read(RegisterPlan(identityOf: profile))
    #expect(profile.identity(in: image).model == expected)
  }

  @Test("numbers tell a serial in decimal (KEBA guide: 0119 04D6 is 18416854), unless they stand for none")
  func serialNumber() {
    let profile = DeviceProfile(
      maker: "KEBA", model: "P30", kind: .wallbox, notAvailable: [.u32: [0xFFFF_FFFF]],
      identity: [
        IdentityField(.serial, table: .holding, address: 1014, type: .number(.u32)),
        IdentityField(.firmware, table: .holding, address: 1018, type: .number(.u32)),
      ])
    let image = SimulatedDevice("0119 04D6 0000 0000 FFFF FFFF", at: 1014).read(RegisterPlan(identityOf: profile))
    #expect(profile.identity(in: image) == DeviceIdentity(serial: "18416854"))
    #expect(profile.identity(in: RegisterImage()) == DeviceIdentity())
  }

  @Test("limits stay what the protocol allows")
  func limits() {
    #expect(RequestLimits().registersPerRequest == 125 && RequestLimits().gap == 0)
    #expect(RequestLimits(registersPerRequest: 200).registersPerRequest == 125)
    #expect(RequestLimits(registersPerRequest: 0, gap: -1) == RequestLimits(registersPerRequest: 1, gap: 0))
  }
}
