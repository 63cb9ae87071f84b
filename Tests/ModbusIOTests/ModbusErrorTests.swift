import ModbusIO
import Testing

@Suite("Modbus errors in words")
struct ModbusErrorTests {
  private let link = ModbusLink.tcp(host: "192.168.1.20", port: 502)

  private func request() throws -> RegisterRequest {
    RegisterRequest(link: link, unit: 3, block: try RegisterBlock(table: .input, address: 100, count: 10))
  }

  @Test("say where, what happened and what to do next")
  func illegalAddress() throws {
    #expect(
      ModbusError.exception(try request(), code: .illegalDataAddress).description
        == "192.168.1.20:502 unit 3, registers 100-109 of the input table: illegal data address (exception 2), "
        + "the device does not know registers 100-109 of the input table; check profile and model")
  }

  @Test("name the time that was waited")
  func noAnswer() throws {
    let text = ModbusError.noAnswer(try request(), after: .milliseconds(250)).description
    #expect(text.contains("no complete answer within 0.25 seconds"))
  }

  @Test("have a sentence for each of the 256 exception codes")
  func allCodes() throws {
    let texts = Set(
      try (UInt8.min...UInt8.max).map { ModbusError.exception(try request(), code: ModbusException(rawValue: $0)).description })
    #expect(texts.count == 256)
    #expect(ModbusException(rawValue: 200).description == "unknown exception (exception 200)")
  }

  @Test("carry the request where there was one")
  func payload() throws {
    #expect(ModbusError.connectionRefused(try request()).request == (try request()))
    #expect(ModbusError.invalidBlock(reason: "").request == nil)
  }

  @Test("of links name host and port, or the device with its character format")
  func links() {
    #expect(link.description == "192.168.1.20:502")
    #expect(ModbusLink.tcp(host: "fe80::1", port: 1502).description == "[fe80::1]:1502")
    #expect(
      ModbusLink.serial(SerialLine(path: "/dev/ttyUSB0", baud: 19200, parity: .odd, dataBits: 8, stopBits: 2)).description
        == "/dev/ttyUSB0 (19200 8O2)")
  }

  /// 11 bits at 9600 baud: 1.1458 ms a character, 4.01 ms for 3.5; the standard fixes 1.75 ms above 19200 baud.
  @Test("stand beside a frame gap of 3.5 characters, or 1.75 ms on fast lines")
  func frameGap() {
    #expect(SerialLine(path: "x", baud: 9600, parity: .even).characterTime == .nanoseconds(1_145_833))
    #expect(SerialLine(path: "x", baud: 9600, parity: .even).frameGap > .microseconds(4010))
    #expect(SerialLine(path: "x", baud: 9600, parity: .even).frameGap < .microseconds(4011))
    #expect(SerialLine(path: "x", baud: 115_200).frameGap == .microseconds(1750))
  }
}
