import Glibc
import Synchronization

@testable import ModbusIO

/// What the tests of buses share: a bank with words that tell their own address, and blocks.
enum Bench {
  /// Time that a read of a healthy simulated device never needs.
  static let patient = Duration.seconds(10)
  /// Deadline where running into it is the thing tested.
  static let brief = Duration.milliseconds(80)

  /// Holding register n holds n + 1000, input register n holds n + 20000, n from 0 to 199.
  static func bank(plus offset: UInt16 = 0) -> RegisterBank {
    let bank = RegisterBank()
    bank.set((0..<200).map { 1000 + $0 + offset }, at: 0, in: .holding)
    bank.set((0..<200).map { 20000 + $0 + offset }, at: 0, in: .input)
    return bank
  }

  /// Coil n is on where n is a multiple of 3, discrete input n where it is one of 7, n from 0 to 199.
  static func bits() -> RegisterBank {
    let bank = RegisterBank()
    bank.set(thirds(0, 200), at: 0, in: .coil)
    bank.set(sevenths(0, 200), at: 0, in: .discrete)
    return bank
  }

  /// What `bits` holds in its coils.
  static func thirds(_ first: Int, _ count: Int) -> [UInt16] { (first..<first + count).map { $0 % 3 == 0 ? 1 : 0 } }

  /// What `bits` holds in its discrete inputs.
  static func sevenths(_ first: Int, _ count: Int) -> [UInt16] { (first..<first + count).map { $0 % 7 == 0 ? 1 : 0 } }

  /// A block within the bank.
  static func block(_ table: RegisterTable = .holding, _ address: UInt16 = 10, _ count: Int = 3) throws -> RegisterBlock {
    try RegisterBlock(table: table, address: address, count: count)
  }

  /// The outcome of a read as a value.
  static func read(
    _ source: some RegisterSource, _ block: RegisterBlock, unit: UInt8 = 1, within deadline: Duration = patient
  ) async -> Result<[UInt16], ModbusError> {
    do throws(ModbusError) {
      return .success(try await source.read(block, unit: unit, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }

  /// Runs `body`, which blocks, on a thread of its own: a test that blocks one of the tasks' threads may keep it from who shall answer.
  static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { done in
      BlockingThread.start("test") { done.resume(with: Result(catching: body)) }
    }
  }

  /// Open descriptors of this process that are connected to `port`.
  static func sockets(connectedTo port: Int) -> Int {
    descriptors().count { number in
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let asked = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(number, $0, &size) }
      }
      return asked == 0 && Int(UInt16(bigEndian: address.sin_port)) == port
    }
  }

  /// Numbers of the open descriptors of this process.
  static func descriptors() -> [Int32] {
    guard let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var numbers: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers
  }
}

extension Result where Failure == ModbusError {
  /// The error, nil if it went well.
  var failure: ModbusError? {
    if case .failure(let error) = self { error } else { nil }
  }

  /// The kind of the error by name, "words" if it went well.
  var kind: String {
    switch self {
    case .success: "words"
    case .failure(.connectionRefused): "refused"
    case .failure(.unreachable): "unreachable"
    case .failure(.connectionLost): "lost"
    case .failure(.noAnswer): "no answer"
    case .failure(.exception): "exception"
    case .failure(.brokenReply): "broken"
    case .failure(.cancelled): "cancelled"
    case .failure(.invalidRequest), .failure(.invalidLink), .failure(.invalidBlock): "invalid"
    case .failure(.simulatorFailed): "simulator"
    case .failure(.serverFailed): "server"
    }
  }
}

/// Keeps what happened in the order in which it happened.
final class Recorder<Entry: Sendable>: Sendable {
  private let log = Mutex<[Entry]>([])

  var entries: [Entry] { log.withLock { $0 } }

  func add(_ entry: Entry) { log.withLock { $0.append(entry) } }
}

/// A seeded generator (SplitMix64): the same numbers in each run.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A client of the tests that sends whatever bytes they want.
struct RawClient: ~Copyable {
  private let number: Int32

  init(port: Int) throws {
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected != 0 { throw ModbusError.simulatorFailed(reason: "no connection to port \(port)") }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(number) }

  /// Sends bytes; without `waiting` only as many as the system takes at once.
  func send(_ bytes: [UInt8], waiting: Bool = true) {
    _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL) | (waiting ? 0 : Int32(MSG_DONTWAIT)))
  }

  /// Up to `count` bytes; fewer if the other end closes.
  func receive(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      let got = recv(number, &buffer, buffer.count, 0)
      guard got > 0 else { break }
      bytes += buffer.prefix(got)
    }
    return bytes
  }
}
