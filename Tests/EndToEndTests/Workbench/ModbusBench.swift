import Foundation
import TestSupport

/// Devices that an independent implementation of Modbus serves, from `Support/serve_dump.py`.
final class ModbusBench: Sendable {
  /// What is served, in the file's order.
  let recordings: [Recording]
  private let server: ChildProcess

  /// A recording and where it is served.
  struct Recording: Sendable, Decodable {
    /// What happens in it.
    let name: String
    /// `127.0.0.1:PORT`, or the path of a serial line.
    let address: String
    /// Its unit number.
    let unit: Int
    /// The parts of the device that it tells about.
    let parts: [String]
    /// `PART.CHANNEL` and the number to be stored.
    let expected: [String: Int64]
    /// `PART.CHANNEL` of which nothing may be stored.
    let missing: [String]
    /// Whether nothing else may be stored either.
    let complete: Bool

    /// The port on 127.0.0.1.
    var port: String { String(address.split(separator: ":").last ?? "") }
  }

  /// How the devices are reached.
  enum Link: String { case tcp, rtu }

  /// The python that has pymodbus, in its own virtual environment; made once.
  static let python = Task {
    let made = try await ChildProcess(Checkout.script("pymodbus-venv.sh"), []).end(within: .seconds(300))
    guard made.status == 0 else { throw Checkout.Missing(what: "pymodbus", hint: made.errors) }
    return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private init(_ arguments: [String]) async throws {
    server = try ChildProcess(try await Self.python.value, [Checkout.script("serve_dump.py")] + arguments)
    try await server.says("\n", within: .seconds(60))
    let line = server.output.prefix { $0 != "\n" }
    recordings = try JSONDecoder().decode([String: [Recording]].self, from: Data(line.utf8))["recordings"] ?? []
  }

  /// Serves the recordings of `file`, whose registers mean what `profile` says.
  convenience init(_ link: Link = .tcp, file: String, profile: String, port: String = "0") async throws {
    try await self.init([link.rawValue, file, "--devices", Checkout.devices, "--profile", profile, "--port", port])
  }

  /// Serves the samples of a profile.
  convenience init(_ link: Link = .tcp, samplesOf profile: String, port: String = "0") async throws {
    try await self.init(link, file: "\(Checkout.devices)/\(profile).samples.yaml", profile: profile, port: port)
  }

  /// A port that accepts connections and never answers.
  static func silent() async throws -> ModbusBench { try await ModbusBench(["silent"]) }

  /// A port that refuses connections.
  static func closed() async throws -> ModbusBench { try await ModbusBench(["closed"]) }

  /// Requests that came to a silent port.
  var silentRequests: Int { server.output.split(separator: "\n").count { $0.hasPrefix("request") } }

  /// Stops the server and frees its ports.
  func stop() async throws { _ = try await server.stop(SIGKILL) }
}

/// What a readings.sqlite holds, read by another program than ours.
struct StoredReadings: Decodable {
  /// What SQLite says about the file: `ok`.
  let integrity: String
  /// All readings, by series and time.
  let readings: [Reading]
  /// Rows that repeat a series and time.
  let duplicates: Int
  /// Refused second values.
  let conflicts: Int

  /// One reading.
  struct Reading: Decodable, Hashable {
    /// `POINT.CHANNEL`
    let series: String
    /// Milliseconds since 1970.
    let time: Int64
    /// In the channel's unit.
    let value: Int64
  }

  /// Reads the file as it is now.
  static func read(_ path: String) async throws -> StoredReadings {
    let reader = try ChildProcess(try await ModbusBench.python.value, [Checkout.script("read_store.py"), path])
    let outcome = try await reader.end()
    guard outcome.status == 0 else { throw Checkout.Missing(what: "a store that can be read", hint: outcome.errors) }
    return try JSONDecoder().decode(StoredReadings.self, from: Data(outcome.output.utf8))
  }

  /// Reads the file after each change in its folder until each of `points` has `count` readings of a channel.
  static func read(
    _ path: String, waitingFor points: [String], count: Int = 1, within limit: Duration = .seconds(30)
  ) async throws -> StoredReadings {
    let changes = try FolderWatch((path as NSString).deletingLastPathComponent)
    let deadline = ContinuousClock.now + limit
    while true {
      let stored = try await read(path)
      if points.allSatisfy({ stored.longestSeries(of: $0) >= count }) { return stored }
      guard await changes.change(until: deadline) else {
        throw TooLate(description: "no \(count) readings of \(points.joined(separator: ", ")) within \(limit)")
      }
    }
  }

  /// How many readings the metering point's fullest channel has.
  private func longestSeries(of point: String) -> Int {
    let series = readings.map(\.series).filter { $0.hasPrefix(point + ".") }
    return Dictionary(grouping: series) { $0 }.values.map(\.count).max() ?? 0
  }

  /// The times of a series, in order.
  func times(of series: String) -> [Int64] { readings.filter { $0.series == series }.map(\.time) }
}
