import Synchronization
import TestSupport
import Testing

@testable import ModbusIO

@Suite("A server of registers, for reading only", .timeLimit(.minutes(1)))
struct ModbusReadServerTests {
  /// Keeps what it was asked and told; register n of unit 1 holds n + 1000.
  private final class Desk: Sendable {
    let asked = Recorder<String>()
    let told = Recorder<ModbusReadServer.Event>()

    func server(_ terms: ModbusReadServer.Terms = .init()) throws -> ModbusReadServer {
      try ModbusReadServer(host: "127.0.0.1", port: 0, terms: terms) { event in
        self.told.add(event)
      } answering: { block, unit in
        self.asked.add("\(unit): \(block)")
        guard unit == 1 else { return .refusal(.gatewayPathUnavailable) }
        return .words(block.addresses.map { block.table.holdsBits ? $0 % 3 == 0 ? 1 : 0 : $0 + 1000 })
      }
    }
  }

  private static func frame(_ message: [UInt8], unit: UInt8 = 1, transaction: UInt8 = 7) -> [UInt8] {
    [0, transaction, 0, 0, 0, UInt8(message.count + 1), unit] + message
  }

  @Test("gives words and bits of each table, and the exceptions it is told")
  func reads() async throws {
    let desk = Desk()
    let server = try desk.server()
    let bus = ModbusConnection(.tcp(host: "127.0.0.1", port: server.port))
    for table in RegisterTable.allCases {
      let words = try await bus.read(Bench.block(table, 10, 5), unit: 1, deadline: Bench.patient)
      #expect(words == (table.holdsBits ? [0, 0, 1, 0, 0] : [1010, 1011, 1012, 1013, 1014]))
    }
    let refused = await Bench.read(bus, try Bench.block(), unit: 9)
    #expect("\(refused)".contains("gateway path unavailable"))
    #expect(server.connectionCount == 1)
    #expect(desk.told.entries.isEmpty)
  }

  @Test(
    "refuses everything but reading with exception 1, asks nobody, and tells it once for each client",
    arguments: [
      [5, 0, 0, 0xFF, 0], [6, 0, 0, 0, 9], [15, 0, 0, 0, 1, 1, 1], [16, 0, 0, 0, 1, 2, 0, 9], [22, 0, 0, 0, 0, 0, 0],
      [23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 9], [43, 14, 1, 0], [0], [127], [0x83, 2],
    ] as [[UInt8]])
  func writes(message: [UInt8]) throws {
    let desk = Desk()
    let server = try desk.server()
    for _ in 0..<2 {
      let client = try RawClient(port: server.port)
      client.send(Self.frame(message) + Self.frame(message))
      let refusal: [UInt8] = [0, 7, 0, 0, 0, 3, 1, message[0] | 0x80, 1]
      #expect(client.receive(18) == refusal + refusal)
    }
    #expect(desk.asked.entries.isEmpty)
    #expect(desk.told.entries == [.refused(client: "127.0.0.1", function: message[0], unit: 1)])
  }

  @Test("refuses impossible counts with exception 3, registers past 65535 with 2, and asks nobody")
  func impossible() throws {
    let desk = Desk()
    let server = try desk.server()
    let client = try RawClient(port: server.port)
    for message: [UInt8] in [[3, 0, 0, 0, 0], [3, 0, 0, 0, 126], [4, 0, 0, 1, 0], [3, 0, 0, 0], [3, 0, 0, 0, 1, 0]] {
      client.send(Self.frame(message))
      #expect(client.receive(9) == [0, 7, 0, 0, 0, 3, 1, message[0] | 0x80, 3], "\(message)")
    }
    client.send(Self.frame([3, 0xFF, 0xFF, 0, 2]))
    #expect(client.receive(9).last == 2)
    #expect(desk.asked.entries.isEmpty)
  }

  @Test("takes requests in any pieces, and answers several in one piece in their order")
  func pieces() async throws {
    try await Bench.onThread {
      let server = try Desk().server()
      let client = try RawClient(port: server.port)
      for byte in Self.frame([3, 0, 1, 0, 1]) { client.send([byte]) }
      #expect(client.receive(11) == [0, 7, 0, 0, 0, 5, 1, 3, 2, 0x03, 0xE9])
      client.send((0..<50).flatMap { Self.frame([4, 0, $0, 0, 1], transaction: $0) })
      let answers = (0..<50).flatMap { number -> [UInt8] in [0, number, 0, 0, 0, 5, 1, 4, 2, 3, 0xE8 &+ number] }
      let got = client.receive(50 * 11)
      // 1000 is 0x03E8: from 24 on the high byte is 4.
      #expect(got.count == answers.count)
      for number in 0..<50 {
        let answer = Array(got[(number * 11)..<(number * 11 + 11)])
        #expect(answer[1] == UInt8(number))
        #expect(Int(answer[9]) << 8 | Int(answer[10]) == 1000 + number)
      }
    }
  }

  @Test(
    "closes a connection that does not speak Modbus TCP, and serves the others",
    arguments: [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [0, 1, 0, 0, 0xFF, 0xFF, 1, 3], [0, 1, 0, 0, 0, 1, 1], [0, 1, 0, 9, 0, 6, 1, 3],
      [0, 1, 1, 0],
    ])
  func notModbus(bytes: [UInt8]) async throws {
    try await Bench.onThread {
      let desk = Desk()
      let server = try desk.server()
      let polite = try RawClient(port: server.port)
      let rude = try RawClient(port: server.port)
      rude.send(bytes)
      #expect(rude.receive(1) == [])
      polite.send(Self.frame([3, 0, 1, 0, 1]))
      #expect(polite.receive(11).count == 11)
      #expect(desk.asked.entries.count == 1)
    }
  }

  @Test("closes a client that leaves a request half said, or says nothing")
  func timeLimits() throws {
    let server = try Desk().server(.init(idleLimit: .milliseconds(300), frameLimit: .milliseconds(50)))
    let silent = try RawClient(port: server.port)
    let half = try RawClient(port: server.port)
    half.send([0, 1, 0, 0, 0, 6, 1])
    #expect(half.receive(1) == [])
    #expect(silent.receive(1) == [])
  }

  @Test("lets in as many as it may, and the next when one has gone")
  func full() async throws {
    try await Bench.onThread {
      let desk = Desk()
      let server = try desk.server(.init(maximumConnections: 2))
      let request = Self.frame([3, 0, 1, 0, 1])
      func isServed(_ client: borrowing RawClient) -> Bool {
        client.send(request)
        return client.receive(11).count == 11
      }
      let first = try RawClient(port: server.port)
      var served = [isServed(first)]
      do {
        let second = try RawClient(port: server.port)
        served.append(isServed(second))
        let third = try RawClient(port: server.port)
        served.append(isServed(third))
      }
      #expect(served == [true, true, false])
      #expect(desk.told.entries == [.full(client: "127.0.0.1")])
      // The second one's end may take a moment to be noticed.
      var isLetIn = false
      let limit = ContinuousClock.now + .seconds(10)
      while !isLetIn, .now < limit {
        let fourth = try RawClient(port: server.port)
        isLetIn = isServed(fourth)
      }
      let isFirstStillServed = isServed(first)
      #expect(isLetIn && isFirstStillServed)
    }
  }

  @Test("gives up a client that never takes its answers, and serves the others")
  func deafClient() async throws {
    let server = try Desk().server()
    let deaf = try RawClient(port: server.port)
    // 100,000 answers of 259 bytes do not fit the system's buffers.
    let many = (0..<1000).flatMap { _ in Self.frame([3, 0, 0, 0, 125]) }
    for _ in 0..<100 { deaf.send(many, waiting: false) }
    let bus = ModbusConnection(.tcp(host: "127.0.0.1", port: server.port))
    for _ in 0..<100 { #expect(await Bench.read(bus, try Bench.block()).kind == "words") }
  }

  @Test("survives 10,000 random frames that are no reads, and asks nobody because of them")
  func malformed() async throws {
    var random = SeededGenerator(seed: 20_261_125)
    let desk = Desk()
    let server = try desk.server()
    var sent = 0
    while sent < 10_000 {
      let client = try RawClient(port: server.port)
      for _ in 0..<Int.random(in: 1...100, using: &random) {
        client.send(Self.noRead(&random))
        sent += 1
      }
    }
    #expect(desk.asked.entries == [])
    let bus = ModbusConnection(.tcp(host: "127.0.0.1", port: server.port))
    // Those that are gone may still hold their places for a moment.
    let limit = ContinuousClock.now + .seconds(10)
    while await Bench.read(bus, try Bench.block()).kind != "words", .now < limit { await Task.yield() }
    #expect(desk.asked.entries.count == 1)
    print("proxy, malformed frames that reach the bus | \(desk.asked.entries.count - 1) of \(sent) | 0 | - | 0 | reached")
  }

  /// Random bytes, or a request with something wrong in it; whatever follows it cannot become a read either.
  private static func noRead(_ random: inout SeededGenerator) -> [UInt8] {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) } }
    let table = UInt8.random(in: 1...4, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:  // another protocol
      return bytes(2) + [UInt8.random(in: 1...255, using: &random)] + bytes(9)
    case 1:  // an impossible length
      return bytes(2) + [0, 0, UInt8.random(in: 1...255, using: &random), 255] + bytes(6)
    case 2:  // another function, whole
      let message = [UInt8.random(in: 5...255, using: &random)] + bytes(Int.random(in: 0...200, using: &random))
      return bytes(2) + [0, 0, 0, UInt8(message.count + 1)] + bytes(1) + message
    case 3:  // an impossible count
      return bytes(2) + [0, 0, 0, 6] + bytes(1) + [table] + bytes(2) + [UInt8.random(in: 1...255, using: &random), 0]
    case 4:  // too long for a read
      let rest = bytes(Int.random(in: 5...200, using: &random))
      return bytes(2) + [0, 0, 0, UInt8(rest.count + 2)] + bytes(1) + [table] + rest
    default:  // a length of less than a unit and a function
      return bytes(2) + [0, 0, 0, UInt8.random(in: 0...1, using: &random)] + bytes(4)
    }
  }

  @Test("says when a port is taken, or an address is none of this machine")
  func noListening() throws {
    let server = try Desk().server()
    #expect(throws: ModbusError.self) {
      try ModbusReadServer(host: "127.0.0.1", port: server.port) { _, _ in .words([]) }
    }
    for host in ["192.0.2.7", "localhost", ""] {
      #expect(throws: ModbusError.self, "\(host)") { try ModbusReadServer(host: host, port: 0) { _, _ in .words([]) } }
    }
    server.stop()
    #expect(try ModbusReadServer(host: "127.0.0.1", port: server.port) { _, _ in .words([]) }.port == server.port)
  }

  @Test("lets in who is allowed, by the beginning of the address")
  func ranges() {
    let network = AddressRange(bytes: [192, 168, 1, 128], prefix: 25)
    #expect(network.contains([192, 168, 1, 128]) && network.contains([192, 168, 1, 255]))
    #expect(!network.contains([192, 168, 1, 127]) && !network.contains([192, 168, 2, 200]))
    let all = AddressRange(bytes: [0, 0, 0, 0], prefix: 0)
    #expect(all.contains([8, 8, 8, 8]) && !all.contains(Array(repeating: 0, count: 16)))
    let one = AddressRange(bytes: [10, 0, 0, 7], prefix: 32)
    #expect(one.contains([10, 0, 0, 7]) && !one.contains([10, 0, 0, 6]))
    #expect(AddressRange.loopback.contains { $0.contains([127, 3, 2, 1]) })
  }
}
