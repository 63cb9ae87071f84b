import Testing

@testable import ModbusIO

/// Expected bytes: Modbus application protocol 1.1b3, sections 6.1 to 6.4 (the examples printed there), and the frame
/// 01 03 00 00 00 0A C5 CD, printed in many device manuals as the request for ten registers.
@Suite("Read frames")
struct ReadFrameTests {
  @Test("carry the standard's example request for holding registers")
  func exampleRequest() throws {
    let frame = ReadFrame(unit: 0x11, block: try RegisterBlock(table: .holding, address: 0x6B, count: 3), transaction: 0x1501)
    #expect(frame.bytes(.tcp) == [0x15, 0x01, 0, 0, 0, 6, 0x11, 3, 0, 0x6B, 0, 3])
  }

  @Test("carry the standard's example request for input registers")
  func exampleInputRequest() throws {
    let frame = ReadFrame(unit: 0x11, block: try RegisterBlock(table: .input, address: 8, count: 1), transaction: 0)
    #expect(frame.body == [0x11, 4, 0, 8, 0, 1])
  }

  @Test("end on a serial line with the checksum that manuals print")
  func printedChecksum() throws {
    let frame = ReadFrame(unit: 1, block: try RegisterBlock(table: .holding, address: 0, count: 10), transaction: 0)
    #expect(CRC16Modbus.trailer(for: frame.body) == [0xC5, 0xCD])
  }

  @Test("yield the words of the standard's example answers")
  func exampleAnswer() throws {
    let frame = ReadFrame(unit: 0x11, block: try RegisterBlock(table: .holding, address: 0x6B, count: 3), transaction: 0x1501)
    let reply: [UInt8] = [0x15, 0x01, 0, 0, 0, 9, 0x11, 3, 6, 0x02, 0x2B, 0, 0, 0, 0x64]
    #expect(frame.outcome(ofTCP: reply) == .words([555, 0, 100]))
    let input = ReadFrame(unit: 7, block: try RegisterBlock(table: .input, address: 8, count: 1), transaction: 2)
    #expect(input.outcome(ofTCP: [0, 2, 0, 0, 0, 5, 7, 4, 2, 0, 0x0A]) == .words([10]))
  }

  @Test("ask for coils and discrete inputs, and yield their bits, as in the standard's examples")
  func exampleBits() throws {
    let coils = ReadFrame(unit: 1, block: try RegisterBlock(table: .coil, address: 0x13, count: 19), transaction: 1)
    #expect(coils.body == [1, 1, 0, 0x13, 0, 0x13])
    // CD 6B 05 from the lowest bit on: coils 20 to 38.
    let states: [UInt16] = [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1]
    #expect(coils.outcome(ofTCP: [0, 1, 0, 0, 0, 6, 1, 1, 3, 0xCD, 0x6B, 0x05]) == .words(states))
    #expect(coils.outcome(ofTCP: [0, 1, 0, 0, 0, 5, 1, 1, 2, 0xCD, 0x6B]).isBroken)
    #expect(coils.outcome(ofTCP: [0, 1, 0, 0, 0, 7, 1, 1, 4, 0xCD, 0x6B, 0x05, 0]).isBroken)
    let inputs = ReadFrame(unit: 1, block: try RegisterBlock(table: .discrete, address: 0xC4, count: 22), transaction: 1)
    #expect(inputs.body == [1, 2, 0, 0xC4, 0, 0x16])
    let contacts: [UInt16] = [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1]
    #expect(inputs.outcome(ofTCP: [0, 1, 0, 0, 0, 6, 1, 2, 3, 0xAC, 0xDB, 0x35]) == .words(contacts))
  }

  @Test("take every exception code from 0 to 255 for a refusal", arguments: RegisterTable.allCases)
  func allExceptionCodes(table: RegisterTable) throws {
    let frame = ReadFrame(unit: 9, block: try RegisterBlock(table: table, address: 0, count: 1), transaction: 1)
    for code in UInt8.min...UInt8.max {
      let body: [UInt8] = [9, table.functionCode | 0x80, code]
      #expect(frame.outcome(ofTCP: [0, 1, 0, 0, 0, 3] + body) == .exception(ModbusException(rawValue: code)))
      #expect(frame.outcome(ofSerial: body + CRC16Modbus.trailer(for: body)) == .exception(ModbusException(rawValue: code)))
    }
  }

  @Test("reject an answer cut short at any byte")
  func cutShort() throws {
    let frame = ReadFrame(unit: 1, block: try RegisterBlock(table: .holding, address: 0, count: 4), transaction: 77)
    let reply: [UInt8] = [0, 77, 0, 0, 0, 11, 1, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8]
    #expect(frame.outcome(ofTCP: reply) == .words([0x0102, 0x0304, 0x0506, 0x0708]))
    let serial = Array(reply[6...]) + CRC16Modbus.trailer(for: reply[6...])
    #expect(frame.outcome(ofSerial: serial) == .words([0x0102, 0x0304, 0x0506, 0x0708]))
    for length in 0..<reply.count { #expect(frame.outcome(ofTCP: Array(reply.prefix(length))).isBroken) }
    for length in 0..<serial.count { #expect(frame.outcome(ofSerial: Array(serial.prefix(length))).isBroken) }
  }

  @Test("reject any change of any bit in the fields before the registers on TCP")
  func headerBits() throws {
    let frame = ReadFrame(unit: 5, block: try RegisterBlock(table: .input, address: 3, count: 2), transaction: 0x0102)
    let reply: [UInt8] = [1, 2, 0, 0, 0, 7, 5, 4, 4, 0, 1, 0, 2]
    for bit in 0..<(9 * 8) {
      var changed = reply
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(frame.outcome(ofTCP: changed).isBroken, "bit \(bit)")
    }
  }

  @Test("accept nothing but the right answer among mutated TCP answers")
  func mutatedTCP() throws {
    var random = Seeded(state: 20_260_101)
    let frame = ReadFrame(unit: 17, block: try RegisterBlock(table: .holding, address: 40, count: 6), transaction: 0xBEEF)
    let right: [UInt8] = [0xBE, 0xEF, 0, 0, 0, 15, 17, 3, 12] + (0..<12).map { UInt8($0) }
    for _ in 0..<50_000 {
      let reply = mutated(right, by: &random)
      guard case .words(let words) = frame.outcome(ofTCP: reply) else { continue }
      #expect(reply.count == right.count && reply.prefix(9) == right.prefix(9), "\(reply)")
      #expect(words.count == 6)
    }
  }

  @Test("accept no frame with flipped bits on a serial line, up to the three flips that its checksum always finds")
  func mutatedSerial() throws {
    var random = Seeded(state: 20_260_102)
    let frame = ReadFrame(unit: 17, block: try RegisterBlock(table: .input, address: 40, count: 6), transaction: 0)
    let body: [UInt8] = [17, 4, 12] + (0..<12).map { UInt8($0 * 7) }
    let right = body + CRC16Modbus.trailer(for: body)
    for _ in 0..<50_000 {
      var reply = right
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        reply[Int.random(in: 0..<reply.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      if reply != right { #expect(frame.outcome(ofSerial: reply).isBroken, "\(reply)") }
    }
  }

  @Test("survive random bytes")
  func randomBytes() throws {
    var random = Seeded(state: 20_260_103)
    let frame = ReadFrame(unit: 1, block: try RegisterBlock(table: .holding, address: 0, count: 125), transaction: 1)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...260, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(frame.outcome(ofTCP: bytes).isBroken)
      #expect(frame.outcome(ofSerial: bytes).isBroken)
    }
  }

  /// One to four bytes changed, put in or taken out, or the whole cut.
  private func mutated(_ right: [UInt8], by random: inout Seeded) -> [UInt8] {
    var reply = right
    for _ in 0..<Int.random(in: 1...4, using: &random) where !reply.isEmpty {
      let index = Int.random(in: 0..<reply.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: reply[index] = UInt8.random(in: 0...255, using: &random)
      case 1: reply[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: reply.insert(UInt8.random(in: 0...255, using: &random), at: index)
      case 3: reply.remove(at: index)
      default: reply = Array(reply.prefix(index))
      }
    }
    return reply
  }
}

extension ReadOutcome {
  var isBroken: Bool { if case .broken = self { true } else { false } }
}

extension ReadFrame {
  fileprivate func outcome(ofTCP reply: [UInt8]) -> ReadOutcome { outcome(of: reply[...], .tcp) }
  fileprivate func outcome(ofSerial reply: [UInt8]) -> ReadOutcome { outcome(of: reply[...], .serial) }
}
