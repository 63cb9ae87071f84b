/// The one message that this room can put on a wire: "read these registers" (function code 1 to 4), and the check of what comes
/// back.
///
/// Pure: bytes in, words out. libmodbus 3.1.6 takes a wrong unit id, protocol id or length for an answer over TCP, so each field
/// of an answer is held against the request here.
struct ReadFrame {
  /// Bytes of the MBAP header with its unit id (Modbus messaging on TCP/IP 1.0b, section 3.1.3).
  static let headerLength = 7

  /// Bytes of the longest frame there is (sections 3.1.3 and 4.1).
  static let longest = 260

  /// How a frame is made of unit id, function code and data.
  enum Framing {
    /// Modbus TCP: a header with transaction, protocol and length in front.
    case tcp
    /// RTU: a checksum behind, on a serial line or carried over TCP unchanged.
    case serial

    /// Length of the frame that `bytes` begin with, as its function code and byte count announce it; nil while they are too few
    /// to tell. A function code that no read has announces nothing: the frame is then taken to be as short as a refusal.
    func length(of bytes: ArraySlice<UInt8>) -> Int? {
      let unit = bytes.startIndex + (self == .tcp ? headerLength - 1 : 0)
      guard bytes.endIndex >= unit + 3 else { return nil }
      let hasByteCount = (1...4).contains(bytes[unit + 1])
      return (unit - bytes.startIndex) + 3 + (hasByteCount ? Int(bytes[unit + 2]) : 0) + (self == .serial ? 2 : 0)
    }
  }

  /// What to say of a frame whose checksum does not fit its bytes.
  static let wrongChecksum =
    "its checksum is wrong; check baud rate, parity, wiring, termination, and that nothing else talks on the bus"

  /// What to do about a frame of another unit.
  static let wrongUnitAdvice = "check the unit ids on this bus"

  let unit: UInt8
  let block: RegisterBlock
  /// Ties answer to request on TCP; has no place on a serial line.
  let transaction: UInt16

  /// Unit id, function code, address, count: what goes out whatever the framing.
  var body: [UInt8] {
    [
      unit, block.table.functionCode, UInt8(block.address >> 8), UInt8(block.address & 0xFF), 0, UInt8(block.count),
    ]
  }

  /// The frame as it goes out.
  func bytes(_ framing: Framing) -> [UInt8] {
    switch framing {
    case .tcp:
      return [
        UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, 0, 6, unit, block.table.functionCode,
        UInt8(block.address >> 8), UInt8(block.address & 0xFF), 0, UInt8(block.count),
      ]
    case .serial: return body + CRC16Modbus.trailer(for: body)
    }
  }

  /// The words in the frame `reply`, a refusal, or what is wrong with it; never `noAnswer` or `lost`.
  func outcome(of reply: ArraySlice<UInt8>, _ framing: Framing) -> ReadOutcome {
    switch framing {
    case .tcp: outcome(ofTCP: reply)
    case .serial: outcome(ofSerial: reply)
    }
  }

  private func outcome(ofTCP reply: ArraySlice<UInt8>) -> ReadOutcome {
    guard reply.count >= Self.headerLength + 2 else { return .broken("it stopped after \(reply.count) bytes") }
    let start = reply.startIndex
    let answered = Self.word(reply, start)
    guard answered == transaction else {
      return .broken(
        "it belongs to request \(answered), not to \(transaction): a late answer, or a gateway that mixes up its clients")
    }
    guard Self.word(reply, start + 2) == 0 else {
      return .broken("protocol id \(Self.word(reply, start + 2)) instead of 0: whatever listens there does not speak Modbus TCP")
    }
    guard Int(Self.word(reply, start + 4)) == reply.count - 6 else {
      return .broken("its header announces \(Self.word(reply, start + 4)) bytes, \(reply.count - 6) came")
    }
    return outcome(ofBody: reply.dropFirst(6))
  }

  private func outcome(ofSerial reply: ArraySlice<UInt8>) -> ReadOutcome {
    guard reply.count >= 5 else { return .broken("it stopped after \(reply.count) bytes") }
    guard CRC16Modbus.trailer(for: reply.dropLast(2)) == Array(reply.suffix(2)) else { return .broken(Self.wrongChecksum) }
    return outcome(ofBody: reply.dropLast(2))
  }

  /// The words in `body`: unit id, function code, byte count, data.
  private func outcome(ofBody body: ArraySlice<UInt8>) -> ReadOutcome {
    let start = body.startIndex
    guard body.count >= 3 else { return .broken("it stopped after the unit id and function code") }
    guard body[start] == unit else {
      return .broken("unit \(body[start]) answered instead of unit \(unit); \(Self.wrongUnitAdvice)")
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
    return .words(
      [UInt16](unsafeUninitializedCapacity: block.count) { words, filled in
        body[data...].withUnsafeBytes { bytes in
          for index in 0..<block.count {
            words[index] = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
          }
        }
        filled = block.count
      })
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ index: Int) -> UInt16 {
    UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
  }
}
