public import Quantities
public import Readings

/// One entry of a register map: where a channel's value lies and how its bits become a number of the channel's unit.
public struct RegisterField: Hashable, Sendable {
  /// Which part of the device it describes.
  public let part: DevicePart
  /// What it measures.
  public let channel: Channel
  /// The table it lies in.
  public let table: RegisterTable
  /// Its first register as it stands on the wire.
  public let address: UInt16
  /// What its bits mean.
  public let type: RawType
  /// Its own word order; nil for the profile's.
  public let wordOrder: WordOrder?
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
  /// Its own bit patterns for "no value"; nil for the profile's of its type.
  public let notAvailable: [UInt64]?
  /// How the counter behaves; nil for momentary values and for counters that never wrap in practice.
  public let counter: Counter?

  /// A field; see the properties.
  public init(
    part: DevicePart = .main, channel: Channel, table: RegisterTable, address: UInt16, type: RawType,
    wordOrder: WordOrder? = nil, scale: DecimalNumber? = nil, offset: DecimalNumber? = nil,
    scaleRegister: RegisterAddress? = nil, unit: UnitOfMeasure, positive: Direction? = nil, notAvailable: [UInt64]? = nil,
    counter: Counter? = nil
  ) {
    self.part = part
    self.channel = channel
    self.table = table
    self.address = address
    self.type = type
    self.wordOrder = wordOrder
    self.scale = scale
    self.offset = offset
    self.scaleRegister = scaleRegister
    self.unit = unit
    self.positive = positive
    self.notAvailable = notAvailable
    self.counter = counter
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
  /// The registers of the value.
  public var block: RegisterBlock { RegisterBlock(table: table, address: address, count: type.registerCount) }
  /// Where the counter starts again, in whole numbers of the channel's unit; nil when it does not.
  public var counterModulus: Int64? { counter?.modulus?.scaled(by: unit.count, over: unit.per) }

  /// Reading and writing share this: the way from the raw number to the channel's unit.
  func conversion(exponent: Int) -> ValueConversion {
    ValueConversion(
      unit: unit, scale: scale, offset: offset, exponent: exponent, isTurned: positive?.turns(channel) ?? false)
  }
}
