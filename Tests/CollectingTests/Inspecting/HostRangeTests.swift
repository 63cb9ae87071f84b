import Collecting
import ModbusIO
import Testing

@Suite("What is searched")
struct HostRangeTests {
  @Test(
    "is exactly what was named",
    arguments: [
      ("192.168.1.40", ["192.168.1.40"], nil), ("inverter.local:1502", ["inverter.local"], 1502),
      ("192.168.1.254-255:5020", ["192.168.1.254", "192.168.1.255"], 5020),
      ("10.0.0.255-10.0.1.1", ["10.0.0.255", "10.0.1.0", "10.0.1.1"], nil),
      ("192.168.7.9/30", ["192.168.7.9", "192.168.7.10"], nil), ("10.1.1.1/32", ["10.1.1.1"], nil),
      ("meter-2", ["meter-2"], nil),
    ] as [(String, [String], Int?)])
  func named(text: String, hosts: [String], port: Int?) throws {
    let range = try HostRange(text)
    #expect(range.hosts == hosts)
    #expect(range.port == port)
  }

  @Test(
    "is refused when it is none, or too much",
    arguments: [
      ("192.168.1.40-10", "lower address first"), ("192.168.1.40-300", "last number"), ("10.0.0.0/8", "16777214 addresses"),
      ("10.0.0.0/33", "prefix"), ("192.168.1.1:0", "port"), ("", "names no host"), ("a b", "names no host"),
    ])
  func refused(text: String, reason: String) {
    let flaw = #expect(throws: HostRange.Flaw.self) { try HostRange(text) }
    #expect(flaw?.description.contains(reason) == true)
  }

  @Test("of serial settings: the usual ones first, narrowed to what is known, and the known one even when it is rare")
  func serialTrial() {
    let all = SerialTrial.lines(at: "/dev/x").map(\.description)
    #expect(all.first == "/dev/x (9600 8N1)")
    #expect(all.contains("/dev/x (19200 8E1)"))
    #expect(Set(all).count == all.count)
    #expect(
      SerialTrial.lines(at: "/dev/x", baud: 19200).map(\.description) == [
        "/dev/x (19200 8E1)", "/dev/x (19200 8N1)", "/dev/x (19200 8O1)",
      ])
    #expect(SerialTrial.lines(at: "/dev/x", baud: 1200, parity: .odd).map(\.description) == ["/dev/x (1200 8O1)"])
  }
}
