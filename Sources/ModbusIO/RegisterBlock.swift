/// The two register tables of a Modbus device that can be read. This room knows no other function code.
public enum RegisterTable: String, Hashable, Sendable, CaseIterable {
  /// Holding registers, function code 3.
  case holding
  /// Input registers, function code 4.
  case input

  /// The function code that reads this table: 3 or 4.
  public var functionCode: UInt8 {
    switch self {
    case .holding: 3
    case .input: 4
    }
  }
}

/// Neighbouring registers that are read in one request.
public struct RegisterBlock: Hashable, Sendable {
  /// Most registers one request may ask for (Modbus application protocol 1.1b3, section 6.3).
  public static let maximumCount = 125

  /// The table the registers lie in.
  public let table: RegisterTable
  /// First register as it stands on the wire, counted from 0 (not a 3xxxx or 4xxxx number, not "register 1").
  public let address: UInt16
  /// Number of 16-bit registers, 1...125; the last one lies at 65535 or below.
  public let count: Int

  /// A block of `count` registers from `address` on.
  /// - Throws: `ModbusError.invalidBlock` if `count` is not 1...125 or the block ends past address 65535.
  public init(table: RegisterTable, address: UInt16, count: Int) throws(ModbusError) {
    guard (1...Self.maximumCount).contains(count) else {
      throw .invalidBlock(reason: "one request reads 1 to \(Self.maximumCount) registers, not \(count)")
    }
    guard Int(address) + count <= 0x1_0000 else {
      throw .invalidBlock(reason: "\(count) registers from \(address) on end past register 65535")
    }
    self.table = table
    self.address = address
    self.count = count
  }

  /// The registers of the block, first to last (wire addresses).
  public var addresses: ClosedRange<UInt16> { address...(address + UInt16(count - 1)) }
}

extension RegisterBlock: CustomStringConvertible {
  /// As in "registers 100-109 of the input table" or "register 7 of the holding table".
  public var description: String {
    count == 1
      ? "register \(address) of the \(table.rawValue) table"
      : "registers \(addresses.lowerBound)-\(addresses.upperBound) of the \(table.rawValue) table"
  }
}
