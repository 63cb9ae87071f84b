import DeviceProfiles
import Quantities
import Readings

/// Shorthand for tests: a field in the unit with this symbol.
func field(
  _ channel: Channel, part: DevicePart = .main, _ address: UInt16, _ type: RawType, _ symbol: String = "1",
  table: RegisterTable = .holding, scale: String? = nil, offset: String? = nil, order: WordOrder? = nil,
  scaleRegister: UInt16? = nil,
  positive: Direction? = nil, notAvailable: [UInt64]? = nil, modulus: String? = nil
) -> RegisterField {
  RegisterField(
    part: part, channel: channel, table: table, address: address, type: type, wordOrder: order,
    scale: scale.flatMap { DecimalNumber($0) }, offset: offset.flatMap { DecimalNumber($0) },
    scaleRegister: scaleRegister.map { RegisterAddress(table: table, address: $0) },
    unit: channel.unit.symbols.first { $0.symbol == symbol } ?? UnitOfMeasure("?", 0), positive: positive,
    notAvailable: notAvailable, counter: modulus.map { RegisterField.Counter(modulus: DecimalNumber($0)) })
}

/// Profiles for tests, from the makers' register lists.
enum Profiles {
  /// A profile of one field and nothing else.
  static func single(_ field: RegisterField, order: WordOrder = .highFirst, notAvailable: [RawType: [UInt64]] = [:])
    -> DeviceProfile
  {
    DeviceProfile(maker: "test", model: "test", kind: .meter, wordOrder: order, notAvailable: notAvailable, registers: [field])
  }

  /// Eastron SDM630: input registers, floats, high word first (manual; evcc, mbmd, nmakel).
  static let sdm630 = DeviceProfile(
    maker: "Eastron", model: "SDM630", kind: .meter, limits: RequestLimits(registersPerRequest: 80),
    registers: [
      field(.voltageL1, 0, .f32, "V", table: .input), field(.voltageL2, 2, .f32, "V", table: .input),
      field(.voltageL3, 4, .f32, "V", table: .input),
      field(.currentL1, 6, .f32, "A", table: .input), field(.currentL2, 8, .f32, "A", table: .input),
      field(.currentL3, 10, .f32, "A", table: .input),
      field(.activePowerL1, 12, .f32, "W", table: .input, positive: .import),
      field(.activePowerL2, 14, .f32, "W", table: .input, positive: .import),
      field(.activePowerL3, 16, .f32, "W", table: .input, positive: .import),
      field(.apparentPowerL1, 18, .f32, "VA", table: .input), field(.reactivePowerL1, 24, .f32, "var", table: .input),
      field(.powerFactorL1, 30, .f32, table: .input), field(.current, 48, .f32, "A", table: .input),
      field(.activePower, 52, .f32, "W", table: .input, positive: .import), field(.apparentPower, 56, .f32, "VA", table: .input),
      field(.reactivePower, 60, .f32, "var", table: .input), field(.powerFactor, 62, .f32, table: .input),
      field(.frequency, 70, .f32, "Hz", table: .input), field(.energyImport, 72, .f32, "kWh", table: .input),
      field(.energyExport, 74, .f32, "kWh", table: .input),
    ])

  /// GoodWe ET: holding registers of three kinds, battery power positive for discharging (marcelblijleven/goodwe).
  static let goodWe = DeviceProfile(
    maker: "GoodWe", model: "ET", kind: .hybridInverter, notAvailable: [.u16: [0xFFFF], .s16: [0x7FFF]],
    registers: [
      field(.dcVoltage1, part: .pv, 35103, .u16, "V", scale: "0.1"),
      field(.dcCurrent1, part: .pv, 35104, .u16, "A", scale: "0.1"),
      field(.dcPower1, part: .pv, 35105, .u32, "W", positive: .production), field(.dcPower2, part: .pv, 35109, .u32, "W"),
      field(.voltageL1, 35121, .u16, "V", scale: "0.1"), field(.currentL1, 35122, .u16, "A", scale: "0.1"),
      field(.frequency, 35123, .u16, "Hz", scale: "0.01"), field(.activePowerL1, 35125, .s16, "W", positive: .production),
      field(.activePower, 35138, .s16, "W", positive: .production), field(.temperature, 35176, .s16, "degC", scale: "0.1"),
      field(.dcVoltage, part: .battery, 35180, .u16, "V", scale: "0.1"),
      field(.activePower, part: .battery, 35182, .s32, "W", positive: .discharge),
      field(.energyExport, part: .pv, 35191, .u32, "kWh", scale: "0.1"),
      field(.energyImport, part: .battery, 35206, .u32, "kWh", scale: "0.1"),
      field(.energyExport, part: .battery, 35209, .u32, "kWh", scale: "0.1"),
      field(.energyExport, part: .grid, 36015, .f32, "Wh"), field(.energyImport, part: .grid, 36017, .f32, "Wh"),
      field(.activePower, part: .grid, 36025, .s32, "W", positive: .export),
      field(.stateOfCharge, part: .battery, 37007, .u16, "%"), field(.stateOfHealth, part: .battery, 37008, .u16, "%"),
    ])

  /// A device that is read through SunSpec alone.
  static func sunSpec(
    _ kind: DeviceKind = .inverter, bases: [UInt16] = [40000, 50000, 0, 4096], inverterPositive: Direction? = .production,
    meterPositive: Direction? = .import, modules: SunSpecMapping.Modules? = nil, registersPerRequest: Int = 125
  ) -> DeviceProfile {
    DeviceProfile(
      maker: "test", model: "SunSpec", kind: kind, limits: RequestLimits(registersPerRequest: registersPerRequest),
      sunSpec: SunSpecMapping(
        bases: bases, inverterPositive: inverterPositive, meterPositive: meterPositive, modules: modules,
        models: SunSpecModels.all))
  }
}

/// Words of public dumps, copied so that these tests need no other folder.
enum Recorded {
  /// Eastron SDM630, 80 input registers from 0: SolarNetwork/solarnetwork-node, commit bcd44c0d7, SDM630DataTests.java.
  static let sdm630 = SimulatedDevice(
    """
    4364 B333 0000 0000 0000 0000 4100 28F6 0000 0000 0000 0000 C4E5 199A 0000 0000
    0000 0000 44E5 1F15 0000 0000 0000 0000 4190 CCCD 0000 0000 0000 0000 BF7F FCCC
    0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 4364 C49C 0000 0000 415A 45A2
    0000 0000 0000 0000 449D 99EC 0000 0000 C49F 6842 0000 0000 4190 E560 BF7F FCCC
    0000 0000 0000 0000 0000 0000 4247 CCCD 3DC6 A7F0 3D13 74BC 3C13 74BC 0000 0000
    """, at: 0, in: .input)

  /// GoodWe GW10K-ET, three answers: marcelblijleven/goodwe, tests/sample/et, GW10K_ET_Test.
  static let goodWe: SimulatedDevice = {
    var device = SimulatedDevice(
      """
      1508 160B 0B0C 0CFE 0033 0000 069F 0CFE 0035 0000 06E1 0000 0000 0000 0000 0000
      0000 0000 0000 0000 0202 0959 000F 1387 0000 0150 096F 000D 1387 0000 011F 096B
      000B 1387 0000 00CE 0001 0000 033F FFFF FFFD 0000 0000 0000 0000 0956 0006 1386
      0001 0000 006B 096D 0009 1388 0001 0000 00BD 096C 0002 1387 0001 0000 0000 0000
      00E0 0000 0050 0000 00E9 0000 0138 0000 020A 0004 01FE 0000 024B 0000 1F64 0FB2
      09EE FF9E FFFF F630 0003 0000 0020 0001 0000 0000 0000 0000 EDB5 0000 007D 0000
      B852 0000 241E 0062 0000 0244 0000 0001 588A 0074 0000 6BBD 0035 0000 5F65 001D
      0005 0000 0001 0000 0000 0000 0000 0001 0700 0800 0002 09EE 0000
      """, at: 35100)
    device.set(
      SimulatedDevice.words(
        """
        0001 0023 000A 0000 0001 FFC7 FFD2 FFFA FF92 0538 FF6F FF84 FFF2 FFB0 138D 4624
        4980 4A46 A2F9 FFFF FFC7 FFFF FFD2 FFFF FFFA FFFF FF92
        """), at: 36000)
    device.set(SimulatedDevice.words("00FF 0100 0001 015E 0019 0019 0000 0044 0063"), at: 37000)
    return device
  }()

  /// Fronius IG+ V11.4, common and inverter model from 40000: SolarNetwork/solarnetwork-node, commit bcd44c0d7, test-data-101-01.txt.
  static let fronius101 = SimulatedDevice(
    """
    5375 6E53 0001 0041 4672 6F6E 6975 7300 0000 0000 0000 0000 0000 0000 0000 0000
    0000 0000 0000 0000 4947 2B56 3131 2E34 0000 0000 0000 0000 0000 0000 0000 0000
    0000 0000 0000 0000 322E 312E 3138 0000 0000 0000 0000 0000 352E 3130 2E30 0000
    0000 0000 0000 0000 3530 2E30 3030 3030 3000 0000 0000 0000 0000 0000 0000 0000
    0000 0000 0000 0000 0005 0065 0032 001C 001C FFFF FFFF FFFE FFFF FFFF FFFF 00F9
    FFFF FFFF 0000 002D 0000 1770 FFFE 0046 0000 0035 0000 0282 FFFF 048E EE76 0000
    0010 FFFE 00E7 0000 0E70 FFFE 8000 8000 8000 8000 8000 0004 0004 0000 0000 0000
    0000 0001 0002 0003 0004 0005 0006 0007 0008 FFFF 0000
    """, at: 40000)
}
