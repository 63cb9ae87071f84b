import Glibc
import ModbusIO
import Testing

@Suite("Modbus RTU over a pseudo terminal")
struct ModbusRTUTests {
  @Test("reads words of both tables and blocks of every tenth length")
  func happy() async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(device.link)
    #expect(try await bus.read(Bench.block(.input, 0, 1), unit: 1, deadline: Bench.patient) == [20000])
    for count in [1, 2, 10, 60, 120, 124, 125] {
      let words = try await bus.read(Bench.block(.holding, 5, count), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<count).map { UInt16(1005 + $0) })
    }
  }

  @Test("reads coils and discrete inputs")
  func bits() async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bits()]))
    let bus = ModbusConnection(device.link)
    for count in [1, 7, 8, 9, 125] {
      #expect(try await bus.read(Bench.block(.coil, 1, count), unit: 1, deadline: Bench.patient) == Bench.thirds(1, count))
      #expect(try await bus.read(Bench.block(.discrete, 2, count), unit: 1, deadline: Bench.patient) == Bench.sevenths(2, count))
    }
  }

  @Test("works with each parity and stop bit setting", arguments: SerialLine.Parity.allCases, [1, 2])
  func characterFormats(parity: SerialLine.Parity, stopBits: Int) async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]))
    let line = SerialLine(path: device.path, baud: 19200, parity: parity, stopBits: stopBits)
    #expect(await Bench.read(ModbusConnection(.serial(line)), try Bench.block()).kind == "words")
  }

  @Test("mixes unit ids on one line, the reserved ones with which some devices ship among them")
  func manyUnits() async throws {
    let ids: [UInt8] = [1, 2, 100, 247, 248, 255]
    let units = SimulatedUnits(Dictionary(uniqueKeysWithValues: ids.map { ($0, Bench.bank(plus: UInt16($0))) }))
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    for unit in ids + ids.reversed() {
      #expect(try await bus.read(Bench.block(.holding, 0, 1), unit: unit, deadline: Bench.patient) == [1000 + UInt16(unit)])
    }
    units.inject(.exception(.deviceBusy))
    #expect(await Bench.read(bus, try Bench.block(), unit: 255).kind == "exception")
  }

  @Test("does not ask unit 0, which is the broadcast address of a serial line")
  func broadcast() async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([0: Bench.bank()]))
    #expect(await Bench.read(ModbusConnection(device.link), try Bench.block(), unit: 0).kind == "invalid")
    #expect(device.units.requests.isEmpty)
  }

  @Test("hears nothing from a unit that does not exist, and the next unit at once")
  func unknownUnit() async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(device.link)
    #expect(await Bench.read(bus, try Bench.block(), unit: 9, within: Bench.brief).kind == "no answer")
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
  }

  @Test("hands every exception code on")
  func exceptions() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    let block = try Bench.block(.input)
    let request = RegisterRequest(link: device.link, unit: 1, block: block)
    for code in UInt8.min...UInt8.max {
      units.inject(.exception(ModbusException(rawValue: code)))
      #expect(await Bench.read(bus, block).failure == .exception(request, code: ModbusException(rawValue: code)))
    }
  }

  @Test("puts answers together that are split at any byte")
  func splits() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    for offset in 1..<(5 + 2 * 10) {
      units.inject(.split(after: offset, pause: .milliseconds(2)))
      let words = try await bus.read(Bench.block(.holding, 0, 10), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<10).map { 1000 + $0 }, "split at \(offset)")
    }
  }

  @Test(
    "takes no value from a faulty answer and is healed by the next request",
    arguments: [
      FaultCase(fault: .lastByteWrong, expected: "broken"), FaultCase(fault: .wrongUnit, expected: "broken"),
      FaultCase(fault: .wrongFunction, expected: "broken"), FaultCase(fault: .registerMissing, expected: "broken"),
      FaultCase(fault: .registerTooMany, expected: "broken"), FaultCase(fault: .echo, expected: "broken"),
    ], [1, 6] as [UInt8])
  func faults(fault: FaultCase, unit: UInt8) async throws {
    try await failThenHeal(fault, unit: unit, within: Bench.patient)
  }

  @Test(
    "takes no value from what is no whole answer and is healed by the next request",
    arguments: [
      FaultCase(fault: .silent, expected: "no answer"), FaultCase(fault: .halfThenSilent, expected: "no answer"),
    ])
  func slowFaults(fault: FaultCase) async throws {
    try await failThenHeal(fault, unit: 1, within: Bench.brief)
  }

  /// Without a bound on the whole answer 125 registers, a byte each 30 ms, would arrive after 7.6 s and count as an answer.
  @Test("is held by a device that dribbles its bytes no longer than the deadline and a little")
  func dribble() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    units.inject(.dribble(every: .milliseconds(30)))
    let bus = ModbusConnection(device.link)
    let block = try Bench.block(.holding, 0, 125)
    #expect(await Bench.read(bus, block, within: .milliseconds(200)).kind == "no answer")
  }

  @Test("is healed by the next request after noise of any length", arguments: 1...40)
  func noise(length: Int) async throws {
    var random = Seeded(state: UInt64(length))
    let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    units.inject(SimulatedFault("noise") { [.send(bytes + $0.bytes)] })
    #expect(["broken", "no answer"].contains(await Bench.read(bus, try Bench.block(), within: Bench.brief).kind))
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  private func failThenHeal(_ fault: FaultCase, unit: UInt8, within deadline: Duration) async throws {
    let units = SimulatedUnits([unit: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    let block = try Bench.block()
    #expect(await Bench.read(bus, block, unit: unit).kind == "words")
    units.inject(fault.fault)
    #expect(await Bench.read(bus, block, unit: unit, within: deadline).kind == fault.expected)
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: unit, deadline: Bench.patient) == [1020, 1021, 1022])
    #expect(Set(units.requests.map(\.functionCode)) == [3])
  }

  @Test("throws a late answer away, although nothing in it tells it from the answer to the next request")
  func lateAnswer() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    units.inject(.delay(.milliseconds(550)))
    #expect(await Bench.read(bus, try Bench.block(.holding, 10, 3), within: .milliseconds(400)).kind == "no answer")
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  @Test("throws away an answer that comes after noise had ended the wait for it")
  func answerAfterNoise() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    units.inject(
      SimulatedFault("noise, answer later") { [.send([1, 3, 1, 2, 3, 4]), .pause(.milliseconds(400)), .send($0.bytes)] })
    #expect(await Bench.read(bus, try Bench.block(.holding, 10, 3), within: .seconds(2)).kind == "broken")
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  @Test("throws a late answer away although the line was closed in between")
  func lateAnswerAfterClose() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    units.inject(.delay(.milliseconds(550)))
    #expect(await Bench.read(bus, try Bench.block(.holding, 10, 3), within: .milliseconds(400)).kind == "no answer")
    await bus.close()
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  /// At 300 baud 8E1 a character takes 36.7 ms, 3.5 of them 128 ms; a pseudo terminal itself takes no time.
  @Test("leaves 3.5 characters of silence between two frames")
  func frameGap() async throws {
    let arrivals = Recorder<ContinuousClock.Instant>()
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]) { _ in arrivals.add(.now) })
    let bus = ModbusConnection(.serial(SerialLine(path: device.path, baud: 300)))
    for _ in 0..<3 { #expect(await Bench.read(bus, try Bench.block()).kind == "words") }
    for (earlier, later) in zip(arrivals.entries, arrivals.entries.dropFirst()) {
      #expect(earlier.duration(to: later) >= .milliseconds(128))
    }
  }

  @Test(
    "says what is wrong with a path", arguments: [("/dev/no-such-tty", "no such device file"), ("/dev/null", "no serial device")])
  func wrongPath(path: String, expected: String) async throws {
    let failure = await Bench.read(ModbusConnection(.serial(SerialLine(path: path))), try Bench.block()).failure
    #expect(failure?.description.contains(expected) == true)
  }

  @Test("is used by one program at a time: a second one is told who has it, and has it when that one is done")
  func alone() async throws {
    let device = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]))
    let first = ModbusConnection(device.link)
    #expect(await Bench.read(first, try Bench.block()).kind == "words")
    let second = ModbusConnection(device.link)
    let failure = await Bench.read(second, try Bench.block()).failure
    #expect(failure?.description.hasPrefix("another program uses this line: ") == true)
    #expect(failure?.description.contains("(process \(getpid()))") == true)
    await first.close()
    #expect(await Bench.read(second, try Bench.block()).kind == "words")
  }

  @Test("drops a second copy of an answer before it asks again")
  func twice() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let device = try SimulatedSerialDevice(units)
    let bus = ModbusConnection(device.link)
    units.inject(.twice)
    #expect(try await bus.read(Bench.block(.holding, 10, 3), unit: 1, deadline: Bench.patient) == [1010, 1011, 1012])
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  @Test("finds an adapter again that was plugged in anew, by its stable name")
  func replugged() async throws {
    var template = Array("/tmp/modbus-test-XXXXXX\0".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let name = folder + "/meter-bus"
    defer {
      unlink(name)
      rmdir(folder)
    }
    let bus = ModbusConnection(.serial(SerialLine(path: name, baud: 115_200)))
    #expect(await Bench.read(bus, try Bench.block()).kind == "unreachable")
    let first = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank()]))
    symlink(first.path, name)
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
    first.stop()
    unlink(name)
    #expect(["lost", "unreachable"].contains(await Bench.read(bus, try Bench.block()).kind))
    #expect(await Bench.read(bus, try Bench.block()).kind == "unreachable")
    let second = try SimulatedSerialDevice(SimulatedUnits([1: Bench.bank(plus: 3)]))
    symlink(second.path, name)
    #expect(try await bus.read(Bench.block(.holding, 0, 1), unit: 1, deadline: Bench.patient) == [1003])
  }

  @Test("answers other function codes with exception 1 and changes nothing")
  func writesToTheDevice() async throws {
    let bank = Bench.bank()
    let device = try SimulatedSerialDevice(SimulatedUnits([1: bank]))
    let line = open(device.path, O_RDWR | O_NOCTTY)
    defer { close(line) }
    for message: [UInt8] in [
      [6, 0, 0, 0, 9], [16, 0, 0, 0, 1, 2, 0, 9], [5, 0, 0, 0xFF, 0], [15, 0, 0, 0, 1, 1, 1], [43, 14, 1, 0],
    ] {
      let body = [1] + message
      let frame = body + CRC16Modbus.trailer(for: body)
      _ = write(line, frame, frame.count)
      var answer: [UInt8] = []
      while answer.count < 5 {
        var buffer = [UInt8](repeating: 0, count: 5 - answer.count)
        let got = read(line, &buffer, buffer.count)
        guard got > 0 else { break }
        answer += buffer.prefix(got)
      }
      let refusal: [UInt8] = [1, message[0] | 0x80, 1]
      #expect(answer == refusal + CRC16Modbus.trailer(for: refusal))
    }
    #expect(bank.words(try Bench.block(.holding, 0, 1)) == [1000])
  }
}
