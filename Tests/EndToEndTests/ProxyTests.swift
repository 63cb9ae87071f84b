import Foundation
import Testing

@Suite("A device that takes one connection only")
struct ProxyTests {
  /// What `read_registers.py` prints.
  private struct Reader: Decodable {
    let answers: [String: Int]
    let written: String
  }

  @Test("is read by the collector and by two other programs through its proxy, all with the right values; none of them can write")
  func sharedDevice() async throws {
    let folder = try TemporaryFolder()
    let simulator = try ChildProcess(
      .collector, "simulate", "--profile", "abb/b23", "--tcp", "127.0.0.1:0", "--at", "2026-06-21T12:00:00Z", "--fault",
      "one-connection")
    try await simulator.says("serving")
    let device = try #require(simulator.output.firstMatch(of: /simulated: (127\.0\.0\.1:\d+), units 1 \(b23\)/)).1
    let proxy = try await Self.freeAddress()
    let yaml = """
      version: 1
      buses:
        - {id: cellar, tcp: "\(device)", proxy: {listen: "\(proxy)", max_age: 200 ms}}
      devices:
        - {id: meter, profile: abb/b23, bus: cellar, measures: METER, every: 1 s}
      """
    let store = folder.file("readings.sqlite")
    let collector = try ChildProcess(
      .collector, "run", try folder.write(yaml, to: "collector.yaml"), "--store", store, "--commit-every", "1")
    try await collector.says("is served at")

    // ABB's manual: 0x5B00 voltage L1-N and 0x5B2C frequency, in steps of 0.1 V and 0.01 Hz: 230.0 V, 50.00 Hz.
    let voltage = try ChildProcess(
      try await ModbusBench.python.value, [Checkout.script("read_registers.py"), proxy, "1", "0x5B00", "2", "30"])
    let frequency = try ChildProcess(
      try await ModbusBench.python.value, [Checkout.script("read_registers.py"), proxy, "1", "0x5B2C", "1", "30"])
    let volts = try JSONDecoder().decode(Reader.self, from: Data(try await voltage.end().output.utf8))
    let hertz = try JSONDecoder().decode(Reader.self, from: Data(try await frequency.end().output.utf8))
    #expect(volts.answers == ["0000 08FC": 30])
    #expect(hertz.answers == ["1388": 30])
    #expect(volts.written == "exception 1" && hertz.written == "exception 1")

    let stored = try await StoredReadings.read(store, waitingFor: ["METER"], count: 3)
    #expect(Set(stored.readings.filter { $0.series == "METER.voltage_l1" }.map(\.value)) == [230_000])
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    #expect(stopped.errors.components(separatedBy: "the proxy only reads").count == 2, "one line for the one client's address")
    #expect(!stopped.errors.contains("does not answer"))
    _ = try await simulator.stop()
  }

  /// An address of this machine on which nothing listens.
  private static func freeAddress() async throws -> String {
    let holder = try await ModbusBench.closed()
    let address = holder.recordings[0].address
    try await holder.stop()
    return address
  }
}
