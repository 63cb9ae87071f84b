/// What the bits of a value mean before it is scaled.
public enum RawType: String, CaseIterable, Hashable, Sendable {
  /// Whole numbers without sign, of 1, 2 and 4 registers.
  case u16, u32, u64
  /// Whole numbers in two's complement.
  case s16, s32, s64
  /// IEEE 754 floating-point numbers.
  case f32, f64
  /// One entry of a table of bits: 0 or 1.
  case bit

  /// How many registers a value takes.
  public var registerCount: Int {
    switch self {
    case .u16, .s16, .bit: 1
    case .u32, .s32, .f32: 2
    case .u64, .s64, .f64: 4
    }
  }

  /// Whether values are floating-point numbers.
  var isFloat: Bool {
    switch self {
    case .f32, .f64: true
    case .u16, .u32, .u64, .s16, .s32, .s64, .bit: false
    }
  }

  /// Whether values are whole numbers without sign in registers, of which a part of the bits can be taken.
  public var isUnsigned: Bool { self == .u16 || self == .u32 || self == .u64 }

  /// How many bits a value has.
  public var bitCount: Int { self == .bit ? 1 : 16 * registerCount }

  /// The largest bit pattern that the registers can hold.
  public var largestPattern: UInt64 { UInt64.max >> UInt64(64 - bitCount) }

  /// The number that `bits` stand for; nil for a float that is no finite number.
  @inline(__always)
  func number(of bits: UInt64) -> RawNumber? {
    switch self {
    case .bit: return .integer(bits == 0 ? 0 : 1)
    case .u16, .u32, .u64: return .integer(Int128(bits))
    case .s16: return .integer(Int128(Int16(truncatingIfNeeded: bits)))
    case .s32: return .integer(Int128(Int32(truncatingIfNeeded: bits)))
    case .s64: return .integer(Int128(Int64(truncatingIfNeeded: bits)))
    case .f32:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      return value.isFinite ? .float(Double(value)) : nil
    case .f64:
      let value = Double(bitPattern: bits)
      return value.isFinite ? .float(value) : nil
    }
  }

  /// The bits that stand for `number`; nil when the type cannot hold it.
  func bits(of number: RawNumber) -> UInt64? {
    switch (self, number) {
    case (.bit, .integer(let value)): (0...1).contains(value) ? UInt64(value) : nil
    case (.u16, .integer(let value)): UInt16(exactly: value).map(UInt64.init)
    case (.u32, .integer(let value)): UInt32(exactly: value).map(UInt64.init)
    case (.u64, .integer(let value)): UInt64(exactly: value)
    case (.s16, .integer(let value)): Int16(exactly: value).map { UInt64(UInt16(bitPattern: $0)) }
    case (.s32, .integer(let value)): Int32(exactly: value).map { UInt64(UInt32(bitPattern: $0)) }
    case (.s64, .integer(let value)): Int64(exactly: value).map { UInt64(bitPattern: $0) }
    case (.f32, .float(let value)): Float(value).isFinite ? UInt64(Float(value).bitPattern) : nil
    case (.f64, .float(let value)): value.isFinite ? value.bitPattern : nil
    case (.f32, .integer), (.f64, .integer), (.u16, .float), (.u32, .float), (.u64, .float), (.s16, .float), (.s32, .float),
      (.s64, .float), (.bit, .float):
      nil
    }
  }
}

/// A value as the registers hold it, before scale and unit. Whole numbers stay exact.
enum RawNumber: Hashable, Sendable {
  /// A whole number of at most 64 bits with or without sign.
  case integer(Int128)
  /// A finite floating-point number.
  case float(Double)
}
