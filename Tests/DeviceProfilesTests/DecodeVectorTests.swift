import DeviceProfiles
import Quantities
import Readings
import Testing

/// Vectors from other projects' tests and makers' manuals; `origin` names them:
/// evcc: evcc-io/evcc util/modbus/register_test.go. nibe: yozik04/nibe tests/connection/test_encoders.py and test_modbus.py.
/// keba: KEBA KeContact P30 Modbus TCP programmers guide, examples. solaredge: openWB/core packages/modules/devices/solaredge and
/// WillCodeForCats/solaredge-modbus-multi. spec: SunSpec device information model, values for "not implemented".
@Suite("Vectors of others decode as they do there")
struct DecodeVectorTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let origin: String
    let type: RawType
    let order: WordOrder
    let words: String
    /// nil: the device has no value.
    let value: Int64?
    var scale: String?
    var channel: Channel = .operatingState
    var symbol = "1"
    var patterns: [UInt64] = []

    var testDescription: String { "\(origin): \(type) \(order) \(words)" }

    init(
      _ origin: String, _ type: RawType, _ order: WordOrder, _ words: String, _ value: Int64?, scale: String? = nil,
      _ channel: Channel = .operatingState, _ symbol: String = "1", patterns: [UInt64] = []
    ) {
      (self.origin, self.type, self.order, self.words, self.value) = (origin, type, order, words, value)
      (self.scale, self.channel, self.symbol, self.patterns) = (scale, channel, symbol, patterns)
    }
  }

  static let vectors: [Vector] = [
    Vector("evcc", .s16, .highFirst, "1234", 4660),
    Vector("evcc", .u32, .highFirst, "1234 5678", 305_419_896),
    Vector("evcc", .u32, .lowFirst, "5678 1234", 305_419_896),
    Vector("evcc", .f32, .highFirst, "4B3C 614E", 12_345_678),
    Vector("evcc", .f32, .lowFirst, "614E 4B3C", 12_345_678),
    Vector("evcc", .u64, .highFirst, "0004 0003 0002 0001", 1_125_912_791_875_585),
    Vector("evcc", .u64, .lowFirst, "0004 0003 0002 0001", 281_483_566_841_860),
    Vector("evcc", .f32, .highFirst, "FFFF FF7F", nil),
    Vector("evcc", .f32, .lowFirst, "FF7F FFFF", nil),
    Vector("nibe", .s16, .highFirst, "0097", 151),
    Vector("nibe", .s16, .highFirst, "FFF6", -10),
    Vector("nibe", .s32, .highFirst, "0000 5432", 21554),
    Vector("nibe", .s32, .lowFirst, "5432 0000", 21554),
    Vector("nibe", .s32, .highFirst, "FFFF F9D8", -1576),
    Vector("nibe", .s32, .lowFirst, "F9D8 FFFF", -1576),
    Vector("nibe", .u32, .lowFirst, "0001 0000", 1),
    Vector("nibe", .u32, .lowFirst, "0000 8000", 2_147_483_648),
    Vector("nibe, s8 in a full register", .s16, .highFirst, "FFFC", -4),
    Vector("nibe, u8 in a full register", .u16, .highFirst, "00FF", 255),
    Vector("keba, register 1008: 645 mA", .u32, .highFirst, "0000 0285", 645, scale: "0.001", .current, "A"),
    Vector("keba, register 1014: serial number", .u32, .highFirst, "0119 04D6", 18_416_854),
    Vector("solaredge, missing battery value", .f32, .lowFirst, "FFFF FF7F", nil, patterns: [0xFF7F_FFFF]),
  ]

  @Test("in register maps", arguments: vectors)
  func decodes(_ vector: Vector) {
    let field = field(vector.channel, 7, vector.type, vector.symbol, scale: vector.scale, order: vector.order)
    let profile = Profiles.single(field, notAvailable: [vector.type: vector.patterns])
    let value = SimulatedDevice(vector.words, at: 7).decode(with: profile)[field.key]
    if let expected = vector.value {
      #expect(value == .value(expected))
    } else {
      #expect(value?.count == nil)
    }
  }

  @Test(
    "and SunSpec's values for \"not implemented\" are missing (origin: spec)",
    arguments: [
      (SunSpecType.int16, "8000"), (.uint16, "FFFF"), (.int32, "8000 0000"), (.uint32, "FFFF FFFF"),
      (.int64, "8000 0000 0000 0000"), (.uint64, "FFFF FFFF FFFF FFFF"), (.float32, "7FC0 0000"), (.sunssf, "8000"),
      (.enum16, "FFFF"), (.bitfield32, "FFFF FFFF"),
    ])
  func notImplemented(_ type: SunSpecType, _ words: String) {
    let point = SunSpecPoint("P", offset: 2, type: type, channel: .operatingState)
    let mapping = SunSpecMapping(models: [SunSpecModelDefinition(id: 103, name: "test", points: [point])])
    let profile = DeviceProfile(maker: "test", model: "test", kind: .inverter, sunSpec: mapping)
    let length = String(type.registerCount, radix: 16)
    let device = SimulatedDevice("5375 6E53 0067 \(length) \(words) FFFF", at: 40000)
    #expect(device.decode(with: profile)[PartChannel(.main, .operatingState)] == .missing(.notAvailable))
  }
}
