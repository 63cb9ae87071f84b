import Foundation
import ModbusIO
import TestSupport
import Testing

/// Fault row M19: nothing but the four read functions ever leaves the process.
///
/// By construction: a line sends `ReadFrame`s only, whose function code comes from `RegisterTable`, which has four. That the test
/// of the sources holds; the others watch the bytes.
@Suite("What leaves the process")
struct OnlyReadsTests {
  private static let readFunctions: ClosedRange<UInt8> = 1...4

  private func randomBlock(_ random: inout SeededGenerator) throws -> RegisterBlock {
    let count = Int.random(in: 1...125, using: &random)
    return try RegisterBlock(
      table: random.pick(RegisterTable.allCases), address: UInt16.random(in: 0...UInt16(65536 - count), using: &random),
      count: count)
  }

  /// Random requests, broadcasts and impossible deadlines among them; gives all runs of bytes that came, and how many may have left.
  private func runs(of trap: any ByteTrap, requests: Int, seed: UInt64) async throws -> [[UInt8]] {
    var random = SeededGenerator(seed: seed)
    let bus = ModbusConnection(trap.link)
    var runs: [[UInt8]] = []
    for _ in 0..<requests {
      let deadline = Duration.milliseconds(Int.random(in: -1...3, using: &random))
      _ = await Bench.read(
        bus, try randomBlock(&random), unit: UInt8.random(in: 0...255, using: &random), within: deadline)
      runs += trap.takeRuns()
    }
    await bus.close()
    return (runs + trap.takeRuns()).filter { !$0.isEmpty }
  }

  private func report(_ name: String, _ frames: [[UInt8]], functionAt offset: Int) {
    let foreign = frames.count { !Self.readFunctions.contains($0[offset]) }
    print(
      "M19 write codes sent, \(name) | \(foreign) of \(frames.count) requests | - | - | 0 | \(foreign == 0 ? "reached" : "short")"
    )
    #expect(foreign == 0)
  }

  @Test("over TCP is whole read requests, whatever is asked")
  func tcp() async throws {
    let runs = try await runs(of: try SocketTrap(rtu: false), requests: 400, seed: 19)
    let frames = runs.flatMap { run in stride(from: 0, to: run.count, by: 12).map { Array(run[$0..<min($0 + 12, run.count)]) } }
    #expect(frames.count > 100)
    // Modbus messaging 1.0b, section 3.1.3: protocol 0, six bytes follow; application protocol, sections 6.1 to 6.4: a count.
    #expect(frames.allSatisfy { $0.count == 12 && $0[2..<6] == [0, 0, 0, 6] && $0[10] == 0 && (1...125).contains($0[11]) })
    report("TCP", frames, functionAt: 7)
  }

  @Test("over RTU and RTU over TCP is whole read requests with their checksums", arguments: [true, false])
  func serial(overTCP: Bool) async throws {
    let trap: any ByteTrap = overTCP ? try SocketTrap(rtu: true) : try SerialTrap()
    let runs = try await runs(of: trap, requests: 150, seed: 20)
    let frames = runs.flatMap { run in stride(from: 0, to: run.count, by: 8).map { Array(run[$0..<min($0 + 8, run.count)]) } }
    #expect(frames.count > 40)
    // A frame with its checksum behind has the checksum 0.
    #expect(frames.allSatisfy { $0.count == 8 && CRC16Modbus.checksum($0) == 0 && $0[0] != 0 && (1...125).contains($0[5]) })
    report(overTCP ? "RTU over TCP" : "RTU", frames, functionAt: 1)
  }

  @Test("leaves it in two places, which can send a read request and nothing else")
  func sources() throws {
    let folder = projectFile("Sources/ModbusIO")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
    #expect(names.count > 10)
    // Calls of the system and of libmodbus that can put bytes on a descriptor, and what would hide one.
    let calls = try Regex(
      "\\b(send|sendto|sendmsg|sendmmsg|sendfile|splice|write|writev|pwrite|pwritev|dprintf|vdprintf|fdopen|vmsplice|"
        + "syscall|dlsym|ioctl|modbus_send_raw_request|modbus_write_\\w+|modbus_mask_write_\\w+|modbus_reply\\w*|"
        + "modbus_read_\\w+|modbus_report_\\w+)\\s*\\(")
    var found: [String] = []
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for line in text.split(separator: "\n") where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
        for match in line.matches(of: calls) {
          let call = String(line[match.range].dropLast())
          // Setting a terminal's exclusive use sends nothing.
          let isOwn = ["func send(", "= send(frame)", "UInt(TIOCEXCL)", "UInt(TIOCNXCL)"].contains { line.contains($0) }
          if !isOwn { found.append("\(name): \(call)") }
        }
      }
    }
    #expect(found == ["SerialBusLine.swift: modbus_send_raw_request", "SocketLine.swift: send"])
    // What serves others has no line to a bus: it sends on connections that it accepted, and its pipe only wakes its own thread.
    let serving = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "Serving").path)
    for name in serving {
      let text = try String(contentsOf: folder.appending(path: "Serving/\(name)"), encoding: .utf8)
      for foreign in ["ModbusConnection", "BusLine", "TCPDial", "SocketLine", "connect("] {
        #expect(!text.contains(foreign), "\(name) knows \(foreign)")
      }
    }
    #expect(RegisterTable.allCases.allSatisfy { Self.readFunctions.contains($0.functionCode) })
  }
}
