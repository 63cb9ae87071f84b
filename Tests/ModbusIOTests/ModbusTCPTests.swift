import Glibc
import Testing

@testable import ModbusIO

@Suite("Modbus TCP")
struct ModbusTCPTests {
  @Test("reads words of both tables")
  func happy() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    #expect(try await bus.read(Bench.block(.holding, 10, 3), unit: 1, deadline: Bench.patient) == [1010, 1011, 1012])
    #expect(try await bus.read(Bench.block(.input, 0, 1), unit: 1, deadline: Bench.patient) == [20000])
    #expect(server.connectionCount == 1)
  }

  @Test("reads blocks of every length from 1 to 125")
  func everyLength() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    for count in 1...125 {
      let words = try await bus.read(Bench.block(.input, 5, count), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<count).map { UInt16(20005 + $0) })
    }
    #expect(server.connectionCount == 1)
  }

  @Test("reads coils and discrete inputs of every number from 1 to 125")
  func bits() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bits()]))
    let bus = ModbusConnection(server.link)
    for count in 1...125 {
      #expect(try await bus.read(Bench.block(.coil, 1, count), unit: 1, deadline: Bench.patient) == Bench.thirds(1, count))
      #expect(try await bus.read(Bench.block(.discrete, 2, count), unit: 1, deadline: Bench.patient) == Bench.sevenths(2, count))
    }
    #expect(server.connectionCount == 1)
    #expect(Set(server.units.requests.map(\.functionCode)) == [1, 2])
  }

  @Test("finds the device by name")
  func byName() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(.tcp(host: "localhost", port: server.port))
    #expect(try await bus.read(Bench.block(), unit: 1, deadline: Bench.patient) == [1010, 1011, 1012])
  }

  @Test("mixes unit ids on one connection, 0 and 255 among them")
  func manyUnits() async throws {
    let ids: [UInt8] = [0, 1, 71, 126, 247, 255]
    let units = SimulatedUnits(Dictionary(uniqueKeysWithValues: ids.map { ($0, Bench.bank(plus: UInt16($0))) }))
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    for round in 0..<5 {
      for unit in ids.shuffled() {
        let words = try await bus.read(Bench.block(.holding, 10, 2), unit: unit, deadline: Bench.patient)
        #expect(words == [1010 + UInt16(unit), 1011 + UInt16(unit)], "round \(round)")
      }
    }
    #expect(await Bench.read(bus, try Bench.block(), unit: 9).kind == "exception")
    #expect(server.connectionCount == 1)
  }

  @Test("puts answers together that are split at any byte")
  func splits() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    for offset in 1..<(9 + 2 * 20) {
      units.inject(.split(after: offset, pause: .milliseconds(2)))
      let words = try await bus.read(Bench.block(.holding, 0, 20), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<20).map { 1000 + $0 }, "split at \(offset)")
    }
    #expect(server.connectionCount == 1)
  }

  @Test("hands every exception code on and keeps the connection", arguments: RegisterTable.allCases)
  func exceptions(table: RegisterTable) async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    let block = try Bench.block(table)
    for code in UInt8.min...UInt8.max {
      units.inject(.exception(ModbusException(rawValue: code)))
      let expected = ModbusError.exception(
        RegisterRequest(link: server.link, unit: 1, block: block), code: ModbusException(rawValue: code))
      #expect(await Bench.read(bus, block).failure == expected)
    }
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
    #expect(server.connectionCount == 1)
  }

  @Test("tells an unknown register from an unknown unit")
  func refusals() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    let beyond = try Bench.block(.holding, 199, 2)
    let request = RegisterRequest(link: server.link, unit: 1, block: beyond)
    #expect(await Bench.read(bus, beyond).failure == .exception(request, code: .illegalDataAddress))
    let stranger = RegisterRequest(link: server.link, unit: 2, block: try Bench.block())
    #expect(await Bench.read(bus, try Bench.block(), unit: 2).failure == .exception(stranger, code: .gatewayTargetNoAnswer))
  }

  @Test("finds nobody at a dead port at once")
  func deadPort() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([:]))
    let link = server.link
    server.stop()
    let bus = ModbusConnection(link)
    let block = try Bench.block()
    // Waiting for the deadline would end in another error.
    #expect(await Bench.read(bus, block).failure == .connectionRefused(RegisterRequest(link: link, unit: 1, block: block)))
  }

  @Test("says that a name is unknown, not that it was refused")
  func unknownName() async throws {
    let bus = ModbusConnection(.tcp(host: "no-such-device.invalid", port: 502))
    let failure = await Bench.read(bus, try Bench.block()).failure
    #expect(failure?.description.contains("the name 'no-such-device.invalid' has no address") == true)
  }

  @Test(
    "refuses settings that cannot be right before it opens anything",
    arguments: [
      ModbusLink.tcp(host: "", port: 502), .tcp(host: "http://10.0.0.1", port: 502), .tcp(host: "10.0.0.1 ", port: 502),
      .tcp(host: "127.0.0.1\0x", port: 502), .tcp(host: "127.0.0.1", port: 0), .tcp(host: "127.0.0.1", port: 70000),
      .serial(SerialLine(path: "")), .serial(SerialLine(path: "/dev/null", baud: 9601)), .serial(SerialLine(path: "x", baud: 0)),
      .serial(SerialLine(path: "/dev/null", dataBits: 7)), .serial(SerialLine(path: "/dev/null", stopBits: 3)),
    ])
  func invalidLinks(link: ModbusLink) async throws {
    #expect(await Bench.read(ModbusConnection(link), try Bench.block()).kind == "invalid")
  }

  @Test("refuses a deadline that leaves no time", arguments: [Duration.zero, .seconds(-1)])
  func noTime(deadline: Duration) async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    #expect(await Bench.read(ModbusConnection(server.link), try Bench.block(), within: deadline).kind == "invalid")
    #expect(server.units.requests.isEmpty)
  }

  @Test("opens again after close")
  func reopen() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    for expected in 1...3 {
      #expect(await Bench.read(bus, try Bench.block()).kind == "words")
      await bus.close()
      #expect(server.connectionCount == expected)
    }
  }

  @Test("leaves no descriptor open over 500 connections")
  func noLeak() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    for _ in 0..<500 {
      #expect(await Bench.read(bus, try Bench.block()).kind == "words")
      await bus.close()
    }
    #expect(server.connectionCount == 500)
    // Only those of this server count: other tests open descriptors at the same time.
    #expect(Bench.sockets(connectedTo: server.port) == 0)
  }

  @Test("leaves no descriptor open when a connection is let go of without close")
  func noLeakWithoutClose() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    for _ in 0..<50 { #expect(await Bench.read(ModbusConnection(server.link), try Bench.block()).kind == "words") }
    #expect(Bench.sockets(connectedTo: server.port) == 0)
  }

  @Test("asks nothing for a task that was cancelled")
  func cancelled() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(server.link)
    let block = try Bench.block()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await Bench.read(bus, block).kind
    }
    #expect(await task.value == "cancelled")
    #expect(server.units.requests.isEmpty)
  }

  @Test("waits on descriptors of any number, and closes them")
  func highDescriptor() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let frame = ReadFrame(unit: 1, block: try Bench.block(), transaction: 1)
    let request = RegisterRequest(link: server.link, unit: 1, block: frame.block)
    let low = try TCPDial(host: "127.0.0.1", port: server.port).connect(for: request, until: .now + Bench.patient)
    let high = fcntl(low, F_DUPFD, 1024)
    close(low)
    guard high >= 0 else { return }  // The system allows fewer descriptors.
    var line: SocketLine? = SocketLine(high, framing: .tcp)
    #expect(line?.exchange(frame, until: .now + Bench.patient) == .words([1010, 1011, 1012]))
    line = nil
    #expect(fcntl(high, F_GETFD) == -1)
  }

  /// More reads wait for a silent device than Swift's pool has threads; they end when the counter has counted to the end.
  @Test("lets other tasks run while devices are silent")
  func nobodyStalls() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    units.inject(.silent, times: nil)
    let block = try Bench.block()
    let kinds = await withTaskGroup(of: String.self) { group in
      for _ in 0..<16 {
        group.addTask { await Bench.read(ModbusConnection(server.link), block, within: .seconds(30)).kind }
      }
      group.addTask {
        while units.requests.count < 16 { await Task.yield() }
        for _ in 0..<1000 { await Task.yield() }
        server.stop()
        return "counted"
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(kinds.sorted() == ["counted"] + Array(repeating: "lost", count: 16))
  }
}
