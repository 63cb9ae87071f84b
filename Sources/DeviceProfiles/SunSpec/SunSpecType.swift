/// The types of SunSpec points. The highest word always comes first.
public enum SunSpecType: Hashable, Sendable {
  case int16, int32, int64
  case uint16, uint32, uint64
  /// Counters, which say "not accumulating" with zero.
  case acc16, acc32, acc64
  case float32, float64
  /// The power of ten by which other points are multiplied.
  case sunssf
  case enum16, enum32
  /// Flags; where the highest one is set, the others mean nothing.
  case bitfield16, bitfield32
  /// Text of two characters a register.
  case string(registers: Int)
  /// How many groups follow.
  case count
  /// A register that fills up.
  case pad

  /// The types by the name that model definitions use; `string` stands apart, because it has a length.
  private static let named: [String: SunSpecType] = [
    "int16": .int16, "int32": .int32, "int64": .int64, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64,
    "acc16": .acc16, "acc32": .acc32, "acc64": .acc64, "float32": .float32, "float64": .float64, "sunssf": .sunssf,
    "enum16": .enum16, "enum32": .enum32, "bitfield16": .bitfield16, "bitfield32": .bitfield32, "count": .count, "pad": .pad,
  ]

  /// The names that `init(name:registers:)` knows, in alphabetical order.
  public static let names: [String] = (named.keys + ["string"]).sorted()

  /// The type called `name` in a model definition; `registers` is the length of a string and must be nil for all others.
  public init?(name: String, registers: Int? = nil) {
    if name == "string", let registers, registers >= 1 {
      self = .string(registers: registers)
    } else if registers == nil, let type = Self.named[name] {
      self = type
    } else {
      return nil
    }
  }

  /// How many registers a value takes.
  public var registerCount: Int {
    if case .string(let registers) = self { return registers }
    return raw?.registerCount ?? 1
  }

  /// How the bits read as a number; nil for text and for padding.
  var raw: RawType? {
    switch self {
    case .int16, .sunssf: .s16
    case .int32: .s32
    case .int64: .s64
    case .uint16, .acc16, .enum16, .bitfield16, .count: .u16
    case .uint32, .acc32, .enum32, .bitfield32: .u32
    case .uint64, .acc64: .u64
    case .float32: .f32
    case .float64: .f64
    case .string, .pad: nil
    }
  }

  /// What a device sends where it has no value.
  var notAvailable: UInt64 {
    switch self {
    case .int16, .sunssf, .pad: 0x8000
    case .int32: 0x8000_0000
    case .int64: 0x8000_0000_0000_0000
    case .uint16, .enum16, .bitfield16, .count: 0xFFFF
    case .uint32, .enum32, .bitfield32: 0xFFFF_FFFF
    case .uint64: .max
    case .float32: 0x7FC0_0000
    case .float64: 0x7FF8_0000_0000_0000
    case .acc16, .acc32, .acc64, .string: 0
    }
  }

  /// The number that `bits` stand for, or why there is none.
  func number(of bits: UInt64) -> Result<RawNumber, SunSpecGap> {
    switch self {
    case .acc16, .acc32, .acc64:
      if bits == 0 { return .failure(SunSpecGap(reason: .notAccumulating)) }
    case .bitfield16:
      if bits & 0x8000 != 0 { return .failure(SunSpecGap(reason: .notAvailable)) }
    case .bitfield32:
      if bits & 0x8000_0000 != 0 { return .failure(SunSpecGap(reason: .notAvailable)) }
    case .float32:
      if Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN { return .failure(SunSpecGap(reason: .notAvailable)) }
    case .float64:
      if Double(bitPattern: bits).isNaN { return .failure(SunSpecGap(reason: .notAvailable)) }
    case .int16, .int32, .int64, .uint16, .uint32, .uint64, .sunssf, .enum16, .enum32, .string, .count, .pad:
      if bits == notAvailable { return .failure(SunSpecGap(reason: .notAvailable)) }
    }
    guard let number = raw?.number(of: bits) else { return .failure(SunSpecGap(reason: .notANumber)) }
    return .success(number)
  }
}

/// Why a point has no number.
struct SunSpecGap: Error, Hashable {
  let reason: MissingReason
}
