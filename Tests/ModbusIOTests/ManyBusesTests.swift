import Dispatch
import Glibc
import Synchronization
import Testing

@testable import ModbusIO

@Suite("Many buses at once")
struct ManyBusesTests {
  /// More than libdispatch lets block at the same time.
  private static let count = 400

  @Test("each block a thread of their own: none waits until another is let go", .timeLimit(.minutes(2)))
  func noneWaits() async throws {
    // Every bus waits inside its own thread until all have come in: possible only when all can block at once.
    let gate = Gate(for: Self.count)
    let buses = (0..<Self.count).map { BlockedBus(executor: BusExecutor(label: "bus \($0)")) }
    await withTaskGroup(of: Void.self) { group in
      for bus in buses { group.addTask { await bus.enter(gate) } }
    }
    #expect(gate.came == Self.count)
  }

  @Test("give their threads back")
  func threadsEnd() async throws {
    for _ in 0..<20 {
      let gate = Gate(for: 100)
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask { await BlockedBus(executor: BusExecutor(label: "gone \(number)")).enter(gate) }
        }
      }
    }
    // 2000 were started. Their ends come a moment after the executors' own.
    let limit = ContinuousClock.now + .seconds(30)
    while Self.threads(named: "gone") > 100, .now < limit { await Task.yield() }
    #expect(Self.threads(named: "gone") <= 100)
  }

  /// Threads of this process whose names begin so.
  private static func threads(named name: String) -> Int {
    guard let folder = opendir("/proc/self/task") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let number = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let file = fopen("/proc/self/task/\(number)/comm", "r") else { continue }
      defer { fclose(file) }
      var text = [UInt8](repeating: 0, count: 32)
      let length = fread(&text, 1, text.count, file)
      if String(decoding: text.prefix(length), as: UTF8.self).hasPrefix(name) { count += 1 }
    }
    return count
  }
}

/// An actor that blocks its thread.
private actor BlockedBus {
  private let executor: BusExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(executor: BusExecutor) { self.executor = executor }

  func enter(_ gate: Gate) { gate.pass() }
}

/// Opens when so many threads stand before it.
private final class Gate: Sendable {
  private let expected: Int
  private let inside = DispatchSemaphore(value: 0)
  private let count = Atomic<Int>(0)

  init(for expected: Int) { self.expected = expected }

  /// How many have come.
  var came: Int { count.load(ordering: .relaxed) }

  func pass() {
    guard count.add(1, ordering: .relaxed).newValue == expected else { return inside.wait() }
    for _ in 1..<expected { inside.signal() }
  }
}
