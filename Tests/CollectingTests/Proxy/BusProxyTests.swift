import CommunityModel
import DeviceProfiles
import Glibc
import MarketTime
import ModbusIO
import Readings
import Synchronization
import Testing

@testable import Collecting

@Suite("A bus served to others", .timeLimit(.minutes(2)))
struct BusProxyTests {
  private let book = LogBook()
  private let store = InMemoryReadingStore()

  private static let row = DeviceProfile(
    maker: "test", model: "row", kind: .meter, limits: RequestLimits(timeout: .seconds(2)), registers: Profiles.row.registers)

  /// A bus that is polled every 200 ms and served while `body` runs, on a clock that goes on by the collector's pauses alone: in each,
  /// readers have their turn first. Their patience has no end.
  private func serving(
    _ device: SimulatedModbusServer, further: Set<UInt8> = [], while body: (_ port: Int) async throws -> Void
  ) async throws {
    let plan = ProxyPlan(host: "127.0.0.1", port: 0, maximumAge: .milliseconds(100), units: further)
    let bus = BusPlan(
      id: "roof", link: device.link, devices: [.device(Self.row, every: .milliseconds(200))], proxy: plan)
    let time = PausedTime()
    let pacing = DevicePoller.Pacing(now: { noon + time.now }, pause: time.pause, uptime: { time.now })
    let lent = LentBus(bus, proxy: plan, source: ModbusConnection(device.link), pacing: pacing)
    let server = try BusProxy(bus: bus, plan: plan, lent: lent, logger: book.logger, pause: pacing.pause).start()
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let loop = BusLoop(
      bus: bus, source: lent, recorder: recorder, pacing: pacing, logger: book.logger, jitter: { 0 }, lent: lent)
    let polling = Task { await loop.run() }
    try await body(server.port)
    polling.cancel()
    await polling.value
    await lent.end()
    server.stop()
    recorder.commit()
  }

  @Test("that takes one connection only gives the collector and two clients the right values")
  func oneConnection() async throws {
    let units = SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6, 70, 80], at: 0)])
    let device = try SimulatedModbusServer(units, maximumConnections: 1)
    try await serving(device) { port in
      try await withThrowingTaskGroup(of: Int.self) { clients in
        for first in [UInt16(0), 6] {
          clients.addTask {
            let client = ModbusConnection(.tcp(host: "127.0.0.1", port: port))
            var right = 0
            for _ in 0..<100 {
              let block = try ModbusIO.RegisterBlock(table: .holding, address: first, count: 2)
              // Beside other tests on a busy machine the bus may have its turn late.
              let words = try await client.read(block, unit: 1, deadline: .seconds(60))
              if words == (first == 0 ? [1, 2] : [70, 80]) { right += 1 }
            }
            return right
          }
        }
        for try await right in clients { #expect(right == 100) }
      }
    }
    #expect(device.connectionCount == 1)
    #expect(units.requests.allSatisfy { $0.functionCode == 3 })
    let polls = units.asked.count { $0 == "0+6" }
    #expect(polls >= 2)
    // Answers younger than 100 ms are given again: readers ask less often than they want to know.
    print("proxy, requests on the bus for 200 readers' questions | \(units.asked.count - polls) | 200 | - | < 200 | measured")
    #expect(units.asked.count - polls < 200)
    #expect(Set(store.values("M1", .voltageL2)) == [2000])
  }

  @Test("hears no write: 0 of them reach it, each client is told of in one line")
  func writes() async throws {
    let units = SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)])
    let device = try SimulatedModbusServer(units)
    try await serving(device) { port in
      for function: UInt8 in [5, 6, 15, 16, 22, 23] {
        #expect(
          Self.exchange([0, 1, 0, 0, 0, 6, 1, function, 0, 0, 0, 9], port: port, count: 9).suffix(2) == [function | 0x80, 1])
      }
    }
    let foreign = units.requests.count { !(1...4).contains($0.functionCode) }
    print("proxy, write codes that reach the device | \(foreign) of 6 | - | - | 0 | \(foreign == 0 ? "reached" : "short")")
    #expect(foreign == 0)
    #expect(book.lines.count { $0.contains("refused, the proxy only reads") } == 1)
  }

  @Test("polls at each of its moments beside clients that are dead, slow, greedy, or ask for a unit that is silent")
  func pace() async throws {
    let units = SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0), 9: RegisterBank([1], at: 0)])
    units.inject(.silent, times: nil, unit: 9)
    let device = try SimulatedModbusServer(units)
    try await serving(device, further: [9]) { port in
      let half = Self.connected(to: port, sending: [0, 1, 0, 0, 0, 6, 1])
      let deaf = Self.connected(to: port, sending: (0..<1000).flatMap { _ in [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 6] as [UInt8] })
      defer {
        close(half)
        close(deaf)
      }
      let block = try ModbusIO.RegisterBlock(table: .holding, address: 0, count: 1)
      let clients = [UInt8(1), 9].map { unit in
        Task {
          let client = ModbusConnection(.tcp(host: "127.0.0.1", port: port))
          while !Task.isCancelled { _ = try? await client.read(block, unit: unit, deadline: .seconds(5)) }
        }
      }
      while units.asked.count(where: { $0 == "0+6" }) < 30 || !units.requests.contains(where: { $0.unit == 9 }) {
        try Task.checkCancellation()
        await Task.yield()
      }
      for client in clients {
        client.cancel()
        await client.value
      }
    }
    let times = store.samples(of: SeriesKey("M1", .voltageL1), in: noon..<noon + .seconds(1_000_000)).map(\.time)
    #expect(times.count >= 30)
    #expect(zip(times, 0...).first { $0 != noon + .milliseconds(200 * $1) } == nil, "none late, none left out")
  }

  /// A socket connected to `port`, on which `bytes` were sent.
  private static func connected(to port: Int, sending bytes: [UInt8]) -> Int32 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    _ = send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    return number
  }

  /// The first `count` bytes that answer `bytes`.
  private static func exchange(_ bytes: [UInt8], port: Int, count: Int) -> [UInt8] {
    let number = connected(to: port, sending: bytes)
    defer { close(number) }
    var answer = [UInt8](repeating: 0, count: count)
    let got = recv(number, &answer, count, Int32(MSG_WAITALL))
    return Array(answer.prefix(max(got, 0)))
  }
}

/// A clock that goes on by pauses of less than a second, each after others have had their turn; longer ones last until the task is
/// cancelled.
private final class PausedTime: Sendable {
  private let state = Mutex(Duration.zero)

  var now: Duration { state.withLock { $0 } }

  @Sendable func pause(_ length: Duration) async {
    guard length < .seconds(1) else {
      let (never, _) = AsyncStream.makeStream(of: Void.self)
      for await _ in never {}
      return
    }
    let end = now + length
    for _ in 0..<50 { await Task.yield() }
    state.withLock { $0 = max($0, end) }
  }
}
