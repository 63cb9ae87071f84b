/// Neighbouring registers of one table: what one request reads, or where one value lies.
public struct RegisterBlock: Hashable, Sendable {
  /// The table.
  public let table: RegisterTable
  /// The first register as it stands on the wire, counted from 0.
  public let address: UInt16
  /// How many registers, at least 1.
  public let count: Int

  /// `count` registers from `address` on.
  public init(table: RegisterTable, address: UInt16, count: Int) {
    self.table = table
    self.address = address
    self.count = count
  }
}

extension RegisterBlock {
  /// The first register.
  var start: Int { Int(address) }
  /// The register after the last one; 65536 for a block that ends with the table.
  var end: Int { Int(address) + count }
  /// Whether all registers exist: at least one, none past 65535.
  var isWithinTable: Bool { count >= 1 && end <= 0x1_0000 }

  /// Each of its registers.
  public var registers: [RegisterAddress] {
    (0..<count).map { RegisterAddress(table: table, address: address + UInt16($0)) }
  }

  /// Whether every register of `other` is one of this block's.
  func contains(_ other: RegisterBlock) -> Bool { table == other.table && start <= other.start && other.end <= end }
}

extension RegisterBlock: Comparable {
  /// Holding before input registers, coils and discrete inputs, then by address, the shorter block first.
  public static func < (left: RegisterBlock, right: RegisterBlock) -> Bool {
    (left.table.place, left.start, left.count) < (right.table.place, right.start, right.count)
  }
}

extension RegisterBlock: CustomStringConvertible {
  /// As in "holding registers 40000-40001", "input register 7", "coil 3" or "discrete inputs 0-15".
  public var description: String { count == 1 ? "\(table.noun) \(start)" : "\(table.noun)s \(start)-\(end - 1)" }

  /// As in "holding 40000-40001" or "input 7", the way profiles and samples call the tables.
  public var short: String { "\(table.rawValue) \(count == 1 ? "\(start)" : "\(start)-\(end - 1)")" }
}

extension RegisterTable {
  fileprivate var place: Int {
    switch self {
    case .holding: 0
    case .input: 1
    case .coil: 2
    case .discrete: 3
    }
  }

  fileprivate var noun: String {
    switch self {
    case .holding: "holding register"
    case .input: "input register"
    case .coil: "coil"
    case .discrete: "discrete input"
    }
  }
}
