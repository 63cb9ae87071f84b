public import Quantities

/// Registers that hold a number, or a part of one: where they lie and how their bits read.
public struct RegisterSummand: Hashable, Sendable {
  /// The table.
  public let table: RegisterTable
  /// The first register as it stands on the wire.
  public let address: UInt16
  /// What the bits mean; `bit` in tables of bits and nowhere else.
  public let type: RawType
  /// Its own word order; nil for the profile's.
  public let wordOrder: WordOrder?
  /// The bits that count, 0 for the least significant one after word order, read as a number without sign; nil for all.
  public let bits: ClosedRange<Int>?
  /// What the number is multiplied by before it is added to the others; nil for 1. Not zero.
  public let scale: DecimalNumber?
  /// Its own bit patterns for "no value", compared with the bits that count; nil for the profile's of its type.
  public let notAvailable: [UInt64]?

  /// A summand; see the properties.
  public init(
    table: RegisterTable, address: UInt16, type: RawType, wordOrder: WordOrder? = nil, bits: ClosedRange<Int>? = nil,
    scale: DecimalNumber? = nil, notAvailable: [UInt64]? = nil
  ) {
    self.table = table
    self.address = address
    self.type = type
    self.wordOrder = wordOrder
    self.bits = bits
    self.scale = scale
    self.notAvailable = notAvailable
  }

  /// Its registers.
  public var block: RegisterBlock { RegisterBlock(table: table, address: address, count: type.registerCount) }

  /// The largest pattern that the bits that count can hold.
  public var largestPattern: UInt64 { bits.map { UInt64.max >> UInt64(64 - $0.count) } ?? type.largestPattern }

  /// The bits that count out of all bits of the registers, shifted down.
  func taken(from registerBits: UInt64) -> UInt64 {
    guard let bits else { return registerBits }
    return registerBits >> UInt64(bits.lowerBound) & largestPattern
  }

  /// The bits that count, back at their places in the registers.
  func placed(_ taken: UInt64) -> UInt64 { taken << UInt64(bits?.lowerBound ?? 0) }

  /// The least and the greatest whole number that it can hold.
  var range: ClosedRange<Int128> {
    switch type {
    case .u16, .u32, .u64, .bit: 0...Int128(largestPattern)
    case .s16, .s32, .s64: -(Int128(largestPattern) + 1) / 2...Int128(largestPattern) / 2
    case .f32, .f64: 0...0
    }
  }
}

/// The sum of raw numbers, each times its scale: exact for whole numbers, as `number / 10^decimals`.
struct RawSum: Hashable {
  let number: RawNumber
  let decimals: Int

  struct Term {
    let number: RawNumber
    let scale: DecimalNumber?
  }

  /// The sum; nil where it does not fit 127 bits.
  init?(_ terms: [Term]) {
    let decimals = terms.map { $0.scale?.decimals ?? 0 }.max() ?? 0
    var whole: Int128 = 0
    var float = 0.0
    var isFloat = false
    for term in terms {
      switch term.number {
      case .float(let value):
        isFloat = true
        float += value * (term.scale?.double ?? 1)
      case .integer(let value):
        guard let part = Self.whole(value, times: term.scale, decimals: decimals) else { return nil }
        let (sum, overflow) = whole.addingReportingOverflow(part)
        if overflow { return nil }
        whole = sum
      }
    }
    if isFloat {
      let divisor = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
      number = .float(float + Double(whole) / divisor)
      self.decimals = 0
    } else {
      number = .integer(whole)
      self.decimals = decimals
    }
  }

  /// `value * scale` in steps of `10^-decimals`.
  static func whole(_ value: Int128, times scale: DecimalNumber?, decimals: Int) -> Int128? {
    var factor = Int128(scale?.mantissa ?? 1)
    for _ in (scale?.decimals ?? 0)..<decimals { factor *= 10 }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// By amount, whatever the sign; of whole numbers only.
  static func < (left: RawSum, right: RawSum) -> Bool { left.amount < right.amount }

  private var amount: Double {
    let divisor = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    switch number {
    case .integer(let value): return Double(value.magnitude) / divisor
    case .float(let value): return value.magnitude / divisor
    }
  }
}
