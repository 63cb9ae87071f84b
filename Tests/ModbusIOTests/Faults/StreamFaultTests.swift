import ModbusIO
import TestSupport
import Testing

/// Fault rows M3 (half frames), M4 (splits), M6 (late replies), M15 (noise on a serial line), on the wire.
@Suite("Fault rows M3, M4, M6, M15: what a stream does to answers", .timeLimit(.minutes(60)))
struct StreamFaultTests {
  @Test("M3: half a frame, then a close, a reset or silence, is healed by the next request")
  func halfFrames() async throws {
    let count = FaultFigure.count(200, large: 10_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    var (accepted, healed) = (0, 0)
    for _ in 0..<count {
      let cut = Int.random(in: 0..<15, using: &random)
      let end: [SimulatedStep] = random.pick([[.close], [.reset], []])
      units.inject(
        SimulatedFault("half") { reply in
          let half: [SimulatedStep] = [.send(Array(reply.bytes.prefix(cut)))]
          return half + end
        })
      if await Bench.read(bus, try Bench.block(.holding, 10, 3), within: .milliseconds(5)).kind == "words" { accepted += 1 }
      let next = try? await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient)
      if next == [1020, 1021, 1022] { healed += 1 }
    }
    #expect(
      FaultFigure.tell(
        "M3 half frames healed in one request", ours: "\(healed) of \(count), \(accepted) accepted", limit: "\(count)",
        goal: "all, 0 accepted", reached: healed == count && accepted == 0))
  }

  @Test("M4: an answer is the same however it is split, and two in one segment do no harm")
  func splits() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    var (right, asked) = (0, 0)
    func read(_ words: Int, splitAt places: [Int], pause: Duration) async throws {
      units.inject(
        SimulatedFault("split") { reply in
          let bytes = reply.bytes
          let edges = [0] + places.filter { $0 < bytes.count } + [bytes.count]
          return zip(edges, edges.dropFirst()).flatMap { start, end -> [SimulatedStep] in
            [.send(Array(bytes[start..<end])), .pause(pause)]
          }
        })
      asked += 1
      if try await bus.read(Bench.block(.holding, 30, words), unit: 1, deadline: Bench.patient)
        == (0..<words).map({ UInt16(1030 + $0) })
      {
        right += 1
      }
    }
    // Every set of places in an answer of eleven bytes: one word.
    for set in 0..<1 << 10 { try await read(1, splitAt: (1...10).filter { set >> ($0 - 1) & 1 == 1 }, pause: .zero) }
    let count = FaultFigure.count(1000, large: 1_000_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    for _ in 0..<count {
      let words = Int.random(in: 1...125, using: &random)
      let places = Set(
        (0..<Int.random(in: 1...8, using: &random)).map { _ in Int.random(in: 1..<(9 + 2 * words), using: &random) })
      try await read(words, splitAt: places.sorted(), pause: .zero)
    }
    // With time between, so that each piece arrives alone.
    for place in 1...10 { try await read(1, splitAt: [place], pause: .milliseconds(1)) }
    #expect(
      FaultFigure.tell(
        "M4 answers right in spite of splits", ours: "\(right) of \(asked)", limit: "\(asked)", goal: "all",
        reached: right == asked))
    #expect(server.connectionCount == 1)
  }

  @Test("M6: a late answer is never taken for a newer request's", arguments: [true, false])
  func lateAnswers(overTCP: Bool) async throws {
    // Without transaction ids the bus listens for a late answer after each, so that a run takes its time.
    let count = overTCP ? FaultFigure.count(300, large: 100_000) : FaultFigure.count(20, large: 1000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units, framing: overTCP ? .tcp : .serial)
    let bus = ModbusConnection(server.link)
    var (mispaired, read) = (0, 0)
    for _ in 0..<count {
      units.inject(.lateByOneRequest)
      for _ in 0..<2 {
        let address = UInt16.random(in: 0..<150, using: &random)
        let block = try Bench.block(.holding, address, 3)
        guard case .success(let words) = await Bench.read(bus, block, within: .milliseconds(2)) else { continue }
        read += 1
        if words != (0..<3).map({ 1000 + address + $0 }) { mispaired += 1 }
      }
    }
    #expect(
      FaultFigure.tell(
        "M6 late answers paired with a newer request, \(overTCP ? "TCP" : "RTU over TCP")",
        ours: "\(mispaired) of \(count) (\(read) reads answered)", limit: "\(count)", goal: "0", reached: mispaired == 0))
  }

  @Test("M15: after noise, an echo or another baud rate's bytes a serial line is healed by the next request")
  func noise() async throws {
    let count = FaultFigure.count(25, large: 1000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    var (accepted, healed) = (0, 0)
    for number in 0..<count {
      let noise = (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      // At half the rate each bit is seen twice: 0x55 becomes 0x33.
      let faults = [
        SimulatedFault("noise") { [.send(noise + $0.bytes)] }, SimulatedFault("noise alone") { _ in [.send(noise)] }, .echo,
        SimulatedFault("half the rate") { [.send($0.bytes.map { $0 & 0x0F | $0 << 4 })] },
      ]
      units.inject(faults[number % faults.count])
      if await Bench.read(bus, try Bench.block(), within: Bench.brief).kind == "words" { accepted += 1 }
      let next = try? await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient)
      if next == [1020, 1021, 1022] { healed += 1 }
    }
    #expect(
      FaultFigure.tell(
        "M15 noise on a serial line, healed by the next request", ours: "\(healed) of \(count), \(accepted) accepted",
        limit: "\(count)", goal: "all within 1 poll, 0 accepted", reached: healed == count && accepted == 0))
  }
}
