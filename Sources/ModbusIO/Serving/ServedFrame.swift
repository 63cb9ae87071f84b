/// A Modbus TCP request as a server cuts it out of what a client sends, each field of its header held against the standard
/// (Modbus messaging on TCP/IP 1.0b, section 3.1.3).
struct ServedFrame: Equatable {
  let transaction: UInt16
  let unit: UInt8
  /// Function code and what follows it, 1...253 bytes.
  let message: [UInt8]

  /// What a client's bytes begin with.
  enum Finding: Equatable {
    /// Too few bytes to tell.
    case incomplete
    /// Something that no client sends that speaks Modbus TCP.
    case foreign
    /// A whole request and its length in bytes.
    case whole(ServedFrame, length: Int)
  }

  /// Looks at the beginning of `bytes`.
  static func find(in bytes: [UInt8]) -> Finding {
    guard bytes.count >= 4 else { return .incomplete }
    guard bytes[2] == 0, bytes[3] == 0 else { return .foreign }
    guard bytes.count >= 6 else { return .incomplete }
    let length = 6 + (Int(bytes[4]) << 8 | Int(bytes[5]))
    guard (8...ReadFrame.longest).contains(length) else { return .foreign }
    guard bytes.count >= length else { return .incomplete }
    let frame = ServedFrame(
      transaction: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), unit: bytes[6], message: Array(bytes[7..<length]))
    return .whole(frame, length: length)
  }

  /// What the client wants to read, or the exception it gets instead: 1 for every function code but the four that read, 3 for a count
  /// outside 1...125, 2 for registers past 65535 (Modbus application protocol 1.1b3, sections 6.1 to 6.4).
  static func block(in message: [UInt8]) -> Result<RegisterBlock, ModbusException> {
    guard let table = RegisterTable.allCases.first(where: { $0.functionCode == message.first }) else {
      return .failure(.illegalFunction)
    }
    guard message.count == 5 else { return .failure(.illegalDataValue) }
    let address = UInt16(message[1]) << 8 | UInt16(message[2])
    let count = Int(message[3]) << 8 | Int(message[4])
    guard (1...RegisterBlock.maximumCount).contains(count) else { return .failure(.illegalDataValue) }
    guard let block = try? RegisterBlock(table: table, address: address, count: count) else {
      return .failure(.illegalDataAddress)
    }
    return .success(block)
  }

  /// Function code, byte count and values of the answer with `words`; of a word read as a bit, only whether it is zero.
  static func answer(_ words: [UInt16], from table: RegisterTable) -> [UInt8] {
    guard table.holdsBits else {
      return [table.functionCode, UInt8(2 * words.count)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
    var bytes = [UInt8](repeating: 0, count: (words.count + 7) / 8)
    for (index, word) in words.enumerated() where word != 0 { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return [table.functionCode, UInt8(bytes.count)] + bytes
  }

  /// The answer that refuses a request with this function code.
  static func refusal(of function: UInt8, _ code: ModbusException) -> [UInt8] { [function | 0x80, code.rawValue] }

  /// The frame that answers this one with `message`.
  func reply(_ message: [UInt8]) -> [UInt8] {
    let length = message.count + 1
    return [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8), UInt8(length & 0xFF), unit] + message
  }
}

extension ModbusException: Error {}
