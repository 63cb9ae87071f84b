import TestSupport
import Testing

@testable import ModbusIO

/// Fault rows M5 (transaction), M7 (unit), M8 (protocol, length, byte count, function), M13 (exception codes), M14 (checksum).
@Suite("Fault rows M5, M7, M8, M13, M14: wrong answers", .timeLimit(.minutes(60)))
struct WrongAnswerTests {
  @Test(
    "M5, M7, M8: a wrong field of the header is never a value",
    arguments: [
      ("M5 wrong transaction ids accepted", .wrongTransaction), ("M7 wrong units accepted", .wrongUnit),
      ("M8 wrong protocol ids accepted", .wrongProtocol), ("M8 wrong lengths accepted", .wrongLength),
      ("M8 wrong functions accepted", .wrongFunction), ("M8 missing registers accepted", .registerMissing),
      ("M8 surplus registers accepted", .registerTooMany),
    ] as [(String, SimulatedFault)])
  func fields(name: String, fault: SimulatedFault) async throws {
    let count = FaultFigure.count(50, large: 5000)
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(fault, times: count)
    var accepted = 0
    for _ in 0..<count {
      if await Bench.read(bus, try Bench.block()).kind == "words" { accepted += 1 }
    }
    let healed = await Bench.read(bus, try Bench.block()).kind == "words"
    #expect(healed)
    #expect(
      FaultFigure.tell(name, ours: "\(accepted) of \(count)", limit: "\(count)", goal: "0", reached: accepted == 0))
  }

  @Test("M8: of mutated TCP answers none is a value whose header, length or byte count was touched")
  func mutatedTCP() throws {
    let count = FaultFigure.count(20_000, large: 1_000_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let frame = ReadFrame(unit: 17, block: try RegisterBlock(table: .input, address: 40, count: 6), transaction: 0x1234)
    let right: [UInt8] = [0x12, 0x34, 0, 0, 0, 15, 17, 4, 12] + (0..<12).map { UInt8($0 * 7) }
    var (accepted, unnoticeable, mutated) = (0, 0, 0)
    while mutated < count {
      let reply = Self.mutated(right, by: &random)
      guard reply != right else { continue }
      mutated += 1
      guard case .words = frame.outcome(of: reply[...], .tcp) else { continue }
      // Modbus TCP has no checksum: bytes of values that another took the place of look like any others.
      if reply.count == right.count, reply.prefix(9) == right.prefix(9) { unnoticeable += 1 } else { accepted += 1 }
    }
    #expect(
      FaultFigure.tell(
        "M8 mutated TCP answers accepted", ours: "\(accepted) of \(mutated) (and \(unnoticeable) with only value bytes changed)",
        limit: "\(mutated)", goal: "0", reached: accepted == 0))
  }

  @Test("M14: of RTU answers with one to three flipped bits, which CRC-16 always finds, none is a value; of more, its share")
  func flippedRTU() throws {
    let count = FaultFigure.count(20_000, large: 1_000_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let frame = ReadFrame(unit: 17, block: try RegisterBlock(table: .input, address: 40, count: 6), transaction: 0)
    let body: [UInt8] = [17, 4, 12] + (0..<12).map { UInt8($0 * 7) }
    let right = body + CRC16Modbus.trailer(for: body)
    func accepted(flips: ClosedRange<Int>) -> Int {
      (0..<count).count { _ in
        var bits: Set<Int> = []
        let flips = Int.random(in: flips, using: &random)
        while bits.count < flips { bits.insert(Int.random(in: 0..<right.count * 8, using: &random)) }
        var reply = right
        for bit in bits { reply[bit / 8] ^= 1 << UInt8(bit % 8) }
        if case .words = frame.outcome(of: reply[...], .serial) { return true }
        return false
      }
    }
    let few = accepted(flips: 1...3)
    let many = accepted(flips: 4...40)
    #expect(
      FaultFigure.tell(
        "M14 RTU answers with 1 to 3 flipped bits accepted", ours: "\(few) of \(count)", limit: "\(count)", goal: "0",
        reached: few == 0))
    // A checksum of 16 bits lets 1 of 65536 through; the field checks let fewer.
    let expected = Double(count) / 65_536
    FaultFigure.tell(
      "M14 RTU answers with 4 to 40 flipped bits accepted", ours: "\(many) of \(count)",
      limit: "\(count)/65536 = \(Int(expected))",
      goal: "no more than the checksum lets through", reached: Double(many) <= 2 * expected + 3)
    #expect(Double(many) <= 2 * expected + 3)
  }

  @Test("M14: over a serial line a wrong checksum is never a value")
  func wrongChecksums() async throws {
    let count = FaultFigure.count(20, large: 500)
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    var accepted = 0
    for _ in 0..<count {
      units.inject(.lastByteWrong)
      if await Bench.read(bus, try Bench.block(), within: Bench.brief).kind == "words" { accepted += 1 }
      #expect(await Bench.read(bus, try Bench.block()).kind == "words")
    }
    #expect(
      FaultFigure.tell(
        "M14 wrong checksums accepted on a line", ours: "\(accepted) of \(count)", limit: "\(count)", goal: "0",
        reached: accepted == 0))
  }

  @Test("M13: each of the 256 exception codes comes out as itself, and the connection stays")
  func exceptionCodes() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    let request = RegisterRequest(link: server.link, unit: 1, block: try Bench.block())
    var handled = 0
    for code in UInt8.min...UInt8.max {
      units.inject(.exception(ModbusException(rawValue: code)))
      if await Bench.read(bus, request.block).failure == .exception(request, code: ModbusException(rawValue: code)) {
        handled += 1
      }
    }
    #expect(
      FaultFigure.tell(
        "M13 exception codes handled", ours: "\(handled) of 256", limit: "256", goal: "256", reached: handled == 256))
    #expect(server.connectionCount == 1)
  }

  /// One to four bytes changed, put in or taken out, or the whole cut.
  private static func mutated(_ right: [UInt8], by random: inout SeededGenerator) -> [UInt8] {
    var reply = right
    for _ in 0..<Int.random(in: 1...4, using: &random) where !reply.isEmpty {
      let index = Int.random(in: 0..<reply.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: reply[index] = UInt8.random(in: .min ... .max, using: &random)
      case 1: reply[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: reply.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
      case 3: reply.remove(at: index)
      default: reply = Array(reply.prefix(index))
      }
    }
    return reply
  }
}
