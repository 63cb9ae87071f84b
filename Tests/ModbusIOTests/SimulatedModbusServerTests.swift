import ModbusIO
import Testing

@Suite("The simulated Modbus server")
struct SimulatedModbusServerTests {
  private func frame(_ message: [UInt8], unit: UInt8 = 1, transaction: UInt8 = 7) -> [UInt8] {
    [0, transaction, 0, 0, 0, UInt8(message.count + 1), unit] + message
  }

  @Test(
    "answers other function codes with exception 1 and changes nothing",
    arguments: [
      [5, 0, 0, 0xFF, 0], [6, 0, 0, 0, 9], [15, 0, 0, 0, 1, 1, 1], [16, 0, 0, 0, 1, 2, 0, 9],
      [22, 0, 0, 0, 0, 0, 0], [23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 9], [43, 14, 1, 0], [0], [127],
    ] as [[UInt8]])
  func otherFunctions(message: [UInt8]) throws {
    let bank = Bench.bank()
    let server = try SimulatedModbusServer(SimulatedUnits([1: bank]))
    let client = try RawClient(port: server.port)
    client.send(frame(message))
    #expect(client.receive(9) == [0, 7, 0, 0, 0, 3, 1, message[0] | 0x80, 1])
    #expect(bank.words(try Bench.block(.holding, 0, 2)) == [1000, 1001])
  }

  @Test("refuses wrong counts with exception 3, unknown registers with 2, unknown units with 11")
  func refusals() throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let client = try RawClient(port: server.port)
    for message: [UInt8] in [[3, 0, 0, 0, 0], [3, 0, 0, 0, 126], [4, 0, 0, 1, 0], [3, 0, 0, 0], [3, 0, 0, 0, 1, 0]] {
      client.send(frame(message))
      #expect(client.receive(9) == [0, 7, 0, 0, 0, 3, 1, message[0] | 0x80, 3], "\(message)")
    }
    client.send(frame([3, 0, 199, 0, 2]))
    #expect(client.receive(9).last == 2)
    client.send(frame([3, 0xFF, 0xFF, 0, 2]))
    #expect(client.receive(9).last == 2)
    client.send(frame([3, 0, 0, 0, 1], unit: 9))
    #expect(client.receive(9).last == 11)
  }

  @Test("takes requests in any pieces, and two in one piece")
  func pieces() throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let client = try RawClient(port: server.port)
    for byte in frame([3, 0, 1, 0, 1]) { client.send([byte]) }
    #expect(client.receive(11) == [0, 7, 0, 0, 0, 5, 1, 3, 2, 0x03, 0xE9])
    client.send(frame([3, 0, 2, 0, 1], transaction: 8) + frame([4, 0, 0, 0, 1], transaction: 9))
    #expect(client.receive(22) == [0, 8, 0, 0, 0, 5, 1, 3, 2, 0x03, 0xEA, 0, 9, 0, 0, 0, 5, 1, 4, 2, 0x4E, 0x20])
  }

  @Test(
    "closes a connection that does not speak Modbus and serves the others",
    arguments: [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [0, 1, 0, 0, 0xFF, 0xFF, 1, 3], [0, 1, 0, 0, 0, 1, 1], [0, 1, 0, 9, 0, 6, 1, 3],
    ])
  func notModbus(bytes: [UInt8]) throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let polite = try RawClient(port: server.port)
    let rude = try RawClient(port: server.port)
    rude.send(bytes)
    #expect(rude.receive(1) == [])
    polite.send(frame([3, 0, 1, 0, 1]))
    #expect(polite.receive(11).count == 11)
  }

  @Test("survives random bytes on many connections")
  func randomBytes() async throws {
    var random = Seeded(state: 20_260_105)
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]), maximumConnections: 200)
    for _ in 0..<100 {
      let client = try RawClient(port: server.port)
      client.send((0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    #expect(await Bench.read(ModbusConnection(server.link), try Bench.block()).kind == "words")
  }

  @Test("serves many connections at the same time")
  func manyConnections() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let block = try Bench.block()
    let good = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<40 {
        group.addTask {
          let bus = ModbusConnection(server.link)
          var good = 0
          for _ in 0..<10 where await Bench.read(bus, block).kind == "words" { good += 1 }
          return good
        }
      }
      return await group.reduce(0, +)
    }
    #expect(good == 400)
    #expect(server.connectionCount == 40)
    #expect(server.units.requests.count == 400)
  }

  @Test("that takes one connection turns a second one away, until the first has gone")
  func oneConnection() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]), maximumConnections: 1)
    let first = ModbusConnection(server.link)
    let second = ModbusConnection(server.link)
    #expect(await Bench.read(first, try Bench.block()).kind == "words")
    #expect(await Bench.read(second, try Bench.block()).kind == "lost")
    #expect(await Bench.read(first, try Bench.block()).kind == "words")
    await first.close()
    #expect(await Bench.read(second, try Bench.block()).kind == "words")
  }

  @Test("can be stopped twice, frees its port, and says when a port is taken or out of range")
  func stopAndPorts() throws {
    let units = SimulatedUnits([:])
    let first = try SimulatedModbusServer(units)
    #expect((1...65535).contains(first.port))
    #expect(throws: ModbusError.self) { try SimulatedModbusServer(units, port: first.port) }
    #expect(throws: ModbusError.self) { try SimulatedModbusServer(units, port: 65536) }
    #expect(throws: ModbusError.self) { try SimulatedModbusServer(units, port: -1) }
    first.stop()
    first.stop()
    let second = try SimulatedModbusServer(units, port: first.port)
    #expect(second.port == first.port)
  }

  @Test("stops when it is let go of")
  func letGo() async throws {
    var server: SimulatedModbusServer? = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let link = try #require(server?.link)
    server = nil
    #expect(await Bench.read(ModbusConnection(link), try Bench.block()).kind == "refused")
  }

  @Test("makes a fault for one unit only, as often as told")
  func faultForOneUnit() async throws {
    let units = SimulatedUnits([1: Bench.bank(), 2: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(.exception(.deviceBusy), times: 2, unit: 2)
    var kinds: [String] = []
    for unit: UInt8 in [1, 2, 1, 2, 2] { kinds.append(await Bench.read(bus, try Bench.block(), unit: unit).kind) }
    #expect(kinds == ["words", "exception", "words", "exception", "words"])
    units.inject(.exception(.deviceBusy), times: nil)
    #expect(await Bench.read(bus, try Bench.block()).kind == "exception")
    units.clearFaults()
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
  }

  @Test("shows registers that change while they are read all old or all new")
  func noTornBlocks() async throws {
    let bank = RegisterBank()
    bank.set([0, 0], at: 0)
    let server = try SimulatedModbusServer(SimulatedUnits([1: bank]))
    let bus = ModbusConnection(server.link)
    let block = try Bench.block(.holding, 0, 2)
    let writer = Task {
      var round: UInt16 = 0
      while !Task.isCancelled {
        round &+= 1
        bank.set([round, round], at: 0)
        await Task.yield()
      }
    }
    for _ in 0..<300 {
      let words = try await bus.read(block, unit: 1, deadline: Bench.patient)
      #expect(words[0] == words[1])
    }
    writer.cancel()
  }
}
