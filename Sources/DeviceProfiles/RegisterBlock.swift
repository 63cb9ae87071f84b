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

  /// Whether every register of `other` is one of this block's.
  func contains(_ other: RegisterBlock) -> Bool { table == other.table && start <= other.start && other.end <= end }
}

extension RegisterBlock: Comparable {
  /// Holding before input registers, then by address, the shorter block first.
  public static func < (left: RegisterBlock, right: RegisterBlock) -> Bool {
    let leftIsInput = left.table == .input
    if left.table != right.table { return !leftIsInput }
    return (left.start, left.count) < (right.start, right.count)
  }
}

extension RegisterBlock: CustomStringConvertible {
  /// As in "holding registers 40000-40001" or "input register 7".
  public var description: String {
    count == 1 ? "\(table.rawValue) register \(start)" : "\(table.rawValue) registers \(start)-\(end - 1)"
  }
}
