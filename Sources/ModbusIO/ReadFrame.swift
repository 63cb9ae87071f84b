/// The one message that this room can put on a wire: "read these registers" (function code 1 to 4), and the check of what comes
/// back.
///
/// Pure: bytes in, words out. libmodbus 3.1.6 takes a wrong unit id, protocol id or length for an answer over TCP, so each field
/// of an answer is held against the request here.
struct ReadFrame {
  /// Bytes of the MBAP header with its unit id (Modbus messaging on TCP/IP 1.0b, section 3.1.3).
  static let headerLength = 7

  /// What to say of a frame whose checksum does not fit its bytes.
  static let wrongChecksum =
    "its checksum is wrong; check baud rate, parity, wiring, termination, and that nothing else talks on the bus"

  let unit: UInt8
  let block: RegisterBlock
  /// Ties answer to request on TCP; has no place on a serial line.
  let transaction: UInt16

  /// Unit id, function code, address, count: what goes out on a serial line before the checksum.
  var serialBody: [UInt8] {
    [
      unit, block.table.functionCode, UInt8(block.address >> 8), UInt8(block.address & 0xFF), 0, UInt8(block.count),
    ]
  }

  /// The frame as it goes out on TCP.
  var tcpBytes: [UInt8] {
    let body = serialBody
    return [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, 0, UInt8(body.count)] + body
  }

  /// The words in the TCP frame `reply`, a refusal, or what is wrong with it; never `noAnswer` or `lost`.
  func outcome(ofTCP reply: [UInt8]) -> ReadOutcome {
    guard reply.count >= Self.headerLength + 2 else { return .broken("it stopped after \(reply.count) bytes") }
    let answered = Self.word(reply, 0)
    guard answered == transaction else {
      return .broken(
        "it belongs to request \(answered), not to \(transaction): a late answer, or a gateway that mixes up its clients")
    }
    guard Self.word(reply, 2) == 0 else {
      return .broken("protocol id \(Self.word(reply, 2)) instead of 0: whatever listens there does not speak Modbus TCP")
    }
    guard Int(Self.word(reply, 4)) == reply.count - 6 else {
      return .broken("its header announces \(Self.word(reply, 4)) bytes, \(reply.count - 6) came")
    }
    return outcome(ofBody: reply[6...])
  }

  /// The words in the serial frame `reply` (its checksum included), a refusal, or what is wrong with it.
  func outcome(ofSerial reply: [UInt8]) -> ReadOutcome {
    guard reply.count >= 5 else { return .broken("it stopped after \(reply.count) bytes") }
    guard CRC16Modbus.trailer(for: reply.dropLast(2)) == Array(reply.suffix(2)) else { return .broken(Self.wrongChecksum) }
    return outcome(ofBody: reply.dropLast(2))
  }

  /// Length of the TCP frame that `bytes` begin with, told by function code and byte count as libmodbus does; nil while they are
  /// too few for it.
  static func tcpLength(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= headerLength + 2 else { return nil }
    let length = headerLength + 2 + (bytes[7] <= 4 ? Int(bytes[8]) : 0)
    return bytes.count >= length ? length : nil
  }

  /// Length of the serial frame that begins with the first three bytes of `reply`, checksum included; 5 for a refusal.
  func serialLength(of reply: [UInt8]) -> Int {
    guard reply.count >= 3 else { return reply.count }
    return min(reply[1] & 0x80 == 0 ? 5 + Int(reply[2]) : 5, reply.count)
  }

  /// The words in `body`: unit id, function code, byte count, data.
  private func outcome(ofBody body: ArraySlice<UInt8>) -> ReadOutcome {
    let start = body.startIndex
    guard body.count >= 3 else { return .broken("it stopped after the unit id and function code") }
    guard body[start] == unit else {
      return .broken("unit \(body[start]) answered instead of unit \(unit); check the unit ids on this bus")
    }
    let function = body[start + 1]
    if function == block.table.functionCode | 0x80, body.count == 3 {
      return .exception(ModbusException(rawValue: body[start + 2]))
    }
    guard function == block.table.functionCode else {
      return .broken("function code \(function) instead of \(block.table.functionCode)")
    }
    let byteCount = Int(body[start + 2])
    guard byteCount == block.byteCount, body.count == 3 + byteCount else {
      return .broken("\(byteCount) bytes of values announced and \(body.count - 3) sent instead of \(block.byteCount)")
    }
    let data = start + 3
    if block.table.holdsBits {
      // The lowest bit of the first byte comes first; what fills up the last byte means nothing.
      return .words((0..<block.count).map { UInt16(body[data + $0 / 8] >> UInt8($0 % 8) & 1) })
    }
    return .words((0..<block.count).map { Self.word(body, data + 2 * $0) })
  }

  private static func word<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, _ index: Int) -> UInt16
  where Bytes.Index == Int {
    UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
  }
}
