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
    /// What its registers mean, such as `eastron/sdm630`.
    let profile: String
    /// `127.0.0.1:PORT`, or the path of a serial line.
    let address: String
    /// Its unit number there.
    let unit: Int
    /// How often it may be read.
    let every: String
    /// Where it comes from: `recorded`, `constructed`, `dump`, `image` or `vector`.
    let origin: String
    /// The parts of the device that it tells about.
    let parts: [String]
    /// `PART.CHANNEL` and the number to be stored.
    let expected: [String: Int64]
    /// `PART.CHANNEL` of which nothing may be stored.
    let missing: [String]
    /// What another decoder than ours reads from its registers: all that may be stored, and nil for what the device has no value of.
    let second: [String: Int64?]
    /// What that would read if the words of each value stood in the other order; of recordings of real devices alone.
    let otherOrder: [String: Int64?]
    /// What each `PART.CHANNEL` stands for, where the names of the channels mean nothing.
    let labels: [String: String]?
    /// Who the device says it is, where that is known.
    let identity: [String: String]?
    /// The SunSpec models that it has, where that is known.
    let models: [Int]?

    /// The port on 127.0.0.1.
    var port: String { String(address.split(separator: ":").last ?? "") }
    /// What a message calls it.
    var title: String { "\(profile), \(name)" }
  }

  private struct Told: Decodable { let recordings: [Recording] }

  /// How the devices are reached.
  enum Link: String { case tcp, rtu }

  /// The python that has pymodbus and pysunspec2, in its own virtual environment; made once.
  static let python = Task {
    let made = try await ChildProcess(Checkout.script("pymodbus-venv.sh"), []).end(within: .seconds(300))
    guard made.status == 0 else { throw Checkout.Missing(what: "pymodbus", hint: made.errors) }
    return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private init(_ arguments: [String]) async throws {
    server = try ChildProcess(try await Self.python.value, [Checkout.script("serve_dump.py")] + arguments)
    try await server.says("]}\n")
    let line = server.output.prefix { $0 != "\n" }
    recordings = try Told.read(String(line)).recordings
  }

  /// Serves the samples of `profiles`, and the recordings of `files` with the profiles that say what their registers mean.
  convenience init(
    _ link: Link = .tcp, samplesOf profiles: [String] = [], files: [(path: String, profile: String)] = []
  ) async throws {
    try await self.init([link.rawValue, "--devices", Checkout.devices] + profiles + files.map { "\($0.profile)=\($0.path)" })
  }

  /// Serves the samples of a profile; `port` is that of the only one.
  convenience init(samplesOf profile: String, port: String = "0") async throws {
    try await self.init([Link.tcp.rawValue, "--devices", Checkout.devices, "--port", port, profile])
  }

  /// Devices that pysunspec2 makes, and profiles for all their points, written into `folder`.
  static func images(into folder: String) async throws -> ModbusBench {
    try await ModbusBench(["images", "--devices", Checkout.devices, "--into", folder])
  }

  /// A device whose registers hold the vectors of `file`, and its profile, written into `folder`.
  static func vectors(of file: String, into folder: String) async throws -> ModbusBench {
    try await ModbusBench(["vectors", "--into", folder, file])
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
  /// Readings and events that wait until the time is known.
  let unplaced: Int

  /// One reading.
  struct Reading: Decodable, Hashable {
    /// `POINT.CHANNEL`
    let series: String
    /// Milliseconds since 1970.
    let time: Int64
    /// In the channel's unit.
    let value: Int64
  }

  /// Reads a file that stands at `path` on `disk` as it is now; SQLite finds it by that path only.
  static func read(_ path: String, on disk: SmallDisk) async throws -> StoredReadings {
    try await read([path], on: disk)
  }

  /// The same once `point` has `count` readings of a channel.
  static func read(_ path: String, on disk: SmallDisk, waitingFor point: String, count: Int = 1) async throws -> StoredReadings {
    try await read([path, "--count", "\(count)", "--within", "300", point], within: .seconds(600), on: disk)
  }

  /// Reads the file as it is now.
  static func read(_ path: String) async throws -> StoredReadings { try await read([path]) }

  /// Reads the file once each of `points`, written `POINT` or `POINT:CHANNELS`, has `count` readings of a channel or of so many; looks
  /// after each change in its folder.
  static func read(
    _ path: String, waitingFor points: [String], count: Int = 1, within limit: Duration = ChildProcess.patience
  ) async throws -> StoredReadings {
    let arguments = [path, "--count", "\(count)", "--within", "\(limit.components.seconds)"] + points
    return try await read(arguments, within: limit + .seconds(60))
  }

  private static func read(
    _ arguments: [String], within limit: Duration = ChildProcess.patience, on disk: SmallDisk? = nil
  ) async throws -> StoredReadings {
    let (python, script) = (try await ModbusBench.python.value, [Checkout.script("read_store.py")] + arguments)
    let reader = try disk?.start(python, script) ?? ChildProcess(python, script)
    let outcome = try await reader.end(within: limit)
    guard outcome.status == 0 else { throw Checkout.Missing(what: "a store that can be read", hint: outcome.errors) }
    return try JSONDecoder().decode(StoredReadings.self, from: Data(outcome.output.utf8))
  }

  /// The times of a series, in order.
  func times(of series: String) -> [Int64] { readings.filter { $0.series == series }.map(\.time) }
}
