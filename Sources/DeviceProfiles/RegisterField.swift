public import Quantities
public import Readings

/// One entry of a register map: where a channel's value lies and how its bits become a number of the channel's unit.
public struct RegisterField: Hashable, Sendable {
  /// Which part of the device it describes.
  public let part: DevicePart
  /// What it measures.
  public let channel: Channel
  /// The registers of the value; of a sum those of its first summand.
  public let first: RegisterSummand
  /// The other summands of a value that several registers add up to; empty for most.
  public let others: [RegisterSummand]
  /// The number is multiplied by this; nil for 1. Not zero.
  public let scale: DecimalNumber?
  /// Added after scaling, in `unit`; nil for 0. Some devices send temperatures this way.
  public let offset: DecimalNumber?
  /// The register with the power of ten (-10...10, signed) by which the number is multiplied as well; nil where there is none.
  public let scaleRegister: RegisterAddress?
  /// The unit after scaling, one of `channel.unit.symbols`.
  public let unit: UnitOfMeasure
  /// What positive numbers mean; must be said for channels that have a direction (`Direction.turns` says which it touches).
  public let positive: Direction?
  /// The register that tells which way a number without sign counts, in place of `positive`; nil for most.
  public let direction: DirectionRegister?
  /// How the counter behaves; nil for momentary values and for counters that never wrap in practice.
  public let counter: Counter?
  /// What the numbers of a state mean; empty where nobody says.
  public let states: [Int64: String]

  /// A field that holds the sum of `summands`, of which there is at least one more than `first`; see the properties.
  public init(
    part: DevicePart = .main, channel: Channel, sum first: RegisterSummand, _ others: [RegisterSummand] = [],
    scale: DecimalNumber? = nil, offset: DecimalNumber? = nil, scaleRegister: RegisterAddress? = nil, unit: UnitOfMeasure,
    positive: Direction? = nil, direction: DirectionRegister? = nil, counter: Counter? = nil, states: [Int64: String] = [:]
  ) {
    self.part = part
    self.channel = channel
    self.first = first
    self.others = others
    self.scale = scale
    self.offset = offset
    self.scaleRegister = scaleRegister
    self.unit = unit
    self.positive = positive
    self.direction = direction
    self.counter = counter
    self.states = states
  }

  /// A field in one place; see the properties here and of `RegisterSummand`.
  public init(
    part: DevicePart = .main, channel: Channel, table: RegisterTable, address: UInt16, type: RawType,
    wordOrder: WordOrder? = nil, bits: ClosedRange<Int>? = nil, scale: DecimalNumber? = nil, offset: DecimalNumber? = nil,
    scaleRegister: RegisterAddress? = nil, unit: UnitOfMeasure, positive: Direction? = nil, direction: DirectionRegister? = nil,
    notAvailable: [UInt64]? = nil, counter: Counter? = nil, states: [Int64: String] = [:]
  ) {
    self.init(
      part: part, channel: channel,
      sum: RegisterSummand(
        table: table, address: address, type: type, wordOrder: wordOrder, bits: bits, notAvailable: notAvailable),
      scale: scale, offset: offset, scaleRegister: scaleRegister, unit: unit, positive: positive, direction: direction,
      counter: counter, states: states)
  }

  /// How a counter goes on.
  public struct Counter: Hashable, Sendable {
    /// The counter starts again at zero here, in the field's unit: 6553.6 for 16 bits of 0.1 kWh. nil: it does not.
    public let modulus: DecimalNumber?

    /// A counter; see the property.
    public init(modulus: DecimalNumber? = nil) { self.modulus = modulus }
  }

  /// Part and channel.
  public var key: PartChannel { PartChannel(part, channel) }
  /// Everything that is added up; one for most fields.
  public var summands: [RegisterSummand] { [first] + others }
  /// The table of the value, or of its first summand.
  public var table: RegisterTable { first.table }
  /// The first register of the value, or of its first summand, as it stands on the wire.
  public var address: UInt16 { first.address }
  /// The type of the value, or of its first summand.
  public var type: RawType { first.type }
  /// The registers of the value, or of its first summand.
  public var block: RegisterBlock { first.block }
  /// Where the counter starts again, in whole numbers of the channel's unit; nil when it does not.
  public var counterModulus: Int64? { counter?.modulus?.scaled(by: unit.count, over: unit.per) }

  /// Whether all registers must come from one answer: a counter that is read in two pieces jumps when it carries between them.
  public var isReadAtOnce: Bool {
    !others.isEmpty && channel.isCounter && !others.contains { $0.table != first.table }
  }

  /// All registers from the first to the last summand, for a field whose summands lie in one table.
  public var span: RegisterBlock {
    let start = summands.map(\.block.start).min() ?? first.block.start
    let end = summands.map(\.block.end).max() ?? first.block.end
    return RegisterBlock(table: first.table, address: UInt16(start), count: end - start)
  }

  /// What has to be read beside the value: the register that scales it, and the one that tells which way it counts.
  var companions: [RegisterBlock] { [scaleRegister?.block, direction?.place.block].compactMap { $0 } }

  /// What has to be read for it.
  var need: RegisterNeed { RegisterNeed((isReadAtOnce ? [span] : summands.map(\.block)) + companions) }

  /// Whether it is known which way the value counts, as far as that matters.
  var isDirectionKnown: Bool { positive != nil || direction != nil || !channel.hasDirection }

  /// What the value's own registers show of `value`: the magnitude where another register tells the direction.
  func shown(_ value: Int64) -> Int64 { direction == nil ? value : Int64(clamping: value.magnitude) }

  /// Reading and writing share this: the way from the raw number to the channel's unit.
  func conversion(exponent: Int) -> ValueConversion {
    ValueConversion(
      unit: unit, scale: scale, offset: offset, exponent: exponent, isTurned: positive?.turns(channel) ?? false)
  }
}
