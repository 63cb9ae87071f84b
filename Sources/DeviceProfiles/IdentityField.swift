/// Where a register map says who the device is.
public struct IdentityField: Hashable, Sendable {
  /// What the field tells.
  public let item: Item
  /// The table it lies in.
  public let table: RegisterTable
  /// Its first register as it stands on the wire.
  public let address: UInt16
  /// What its bits mean.
  public let type: Kind
  /// Its own word order; nil for the profile's. Texts have none.
  public let wordOrder: WordOrder?

  /// A field; see the properties.
  public init(_ item: Item, table: RegisterTable, address: UInt16, type: Kind, wordOrder: WordOrder? = nil) {
    self.item = item
    self.table = table
    self.address = address
    self.type = type
    self.wordOrder = wordOrder
  }

  /// The things that a device tells about itself.
  public enum Item: String, CaseIterable, Hashable, Sendable {
    /// Who made it.
    case manufacturer
    /// Its type.
    case model
    /// A variant or a role; meters behind inverters put theirs here.
    case options
    /// The version of its software.
    case firmware
    /// Its serial number.
    case serial
  }

  /// How an item is written.
  public enum Kind: Hashable, Sendable {
    /// A number, told in decimal.
    case number(RawType)
    /// A text of two characters a register, high byte first, padded with zeros or blanks.
    case string(registers: Int)

    /// How many registers it takes.
    public var registerCount: Int {
      switch self {
      case .number(let type): type.registerCount
      case .string(let registers): registers
      }
    }
  }

  /// The registers of the field.
  public var block: RegisterBlock { RegisterBlock(table: table, address: address, count: type.registerCount) }
}
