/// The tables of a Modbus device.
public enum RegisterTable: String, CaseIterable, Hashable, Sendable {
  /// Holding registers, function code 3.
  case holding
  /// Input registers, function code 4.
  case input
  /// Switches of one bit each, function code 1. Read, never switched.
  case coil
  /// Contacts of one bit each, function code 2.
  case discrete

  /// Whether an entry is a single bit, which is read as the word 0 or 1.
  public var holdsBits: Bool {
    switch self {
    case .coil, .discrete: true
    case .holding, .input: false
    }
  }
}

/// One register: its table and its address on the wire.
public struct RegisterAddress: Hashable, Sendable {
  /// The table.
  public let table: RegisterTable
  /// The address as it stands on the wire, counted from 0.
  public let address: UInt16

  /// The register `address` of `table`.
  public init(table: RegisterTable, address: UInt16) {
    self.table = table
    self.address = address
  }

  /// The register alone.
  var block: RegisterBlock { RegisterBlock(table: table, address: address, count: 1) }
}
