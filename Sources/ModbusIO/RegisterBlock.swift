/// The four tables of a Modbus device, all of them only ever read. This room knows no other function code.
public enum RegisterTable: String, Hashable, Sendable, CaseIterable {
  /// Coils: switches of one bit each, function code 1. Read, never switched.
  case coil
  /// Discrete inputs: contacts of one bit each, function code 2.
  case discrete
  /// Holding registers, function code 3.
  case holding
  /// Input registers, function code 4.
  case input

  /// The function code that reads this table: 1 to 4.
  public var functionCode: UInt8 {
    switch self {
    case .coil: 1
    case .discrete: 2
    case .holding: 3
    case .input: 4
    }
  }

  /// Whether an address of this table holds a single bit; it is read as the word 0 or 1.
  public var holdsBits: Bool {
    switch self {
    case .coil, .discrete: true
    case .holding, .input: false
    }
  }
}

/// Neighbouring registers that are read in one request.
public struct RegisterBlock: Hashable, Sendable {
  /// Most registers one request may ask for (Modbus application protocol 1.1b3, section 6.3). Of bits the protocol allows 2000;
  /// they keep to the same bound here.
  public static let maximumCount = 125

  /// The table the registers lie in.
  public let table: RegisterTable
  /// First register as it stands on the wire, counted from 0 (not a 3xxxx or 4xxxx number, not "register 1").
  public let address: UInt16
  /// Number of 16-bit registers or bits, 1...125; the last one lies at 65535 or below.
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

  /// Bytes that its values take in an answer: two for a register, one for each eight bits begun (sections 6.1 to 6.4).
  var byteCount: Int { table.holdsBits ? (count + 7) / 8 : 2 * count }
}

extension RegisterBlock: CustomStringConvertible {
  /// As in "registers 100-109 of the input table", "register 7 of the holding table" or "bit 3 of the coil table".
  public var description: String {
    let noun = table.holdsBits ? "bit" : "register"
    return count == 1
      ? "\(noun) \(address) of the \(table.rawValue) table"
      : "\(noun)s \(addresses.lowerBound)-\(addresses.upperBound) of the \(table.rawValue) table"
  }
}
