import MarketTime
import ModbusIO
import Readings
import Synchronization
import Testing

@testable import Collecting

@Suite("The pace of a lent bus", .timeLimit(.minutes(1)))
struct LentBusPaceTests {
  /// Unit 9 is silent and has a deadline of 2 s; the collector polls unit 1 each 400 ms, for a minute of virtual time.
  @Test("is the collector's own, whatever is asked for in between", arguments: [false, true])
  func pace(isSerial: Bool) async throws {
    let world = VirtualBus(isSerial: isSerial)
    let proxy = ProxyPlan(host: "127.0.0.1", port: 0, maximumAge: .zero, units: [9])
    let link: ModbusLink = isSerial ? .serial(SerialLine(path: "/dev/none")) : .tcp(host: "in-memory", port: 502)
    let bus = BusPlan(id: "bus", link: link, devices: [.device(Profiles.row, every: .milliseconds(400))], proxy: proxy)
    let block = try ModbusIO.RegisterBlock(table: .holding, address: 0, count: 1)
    let (turns, turn) = AsyncStream.makeStream(of: Void.self)
    let lent = LentBus(bus, proxy: proxy, source: world, pacing: world.pacing {})
    let pacing = world.pacing {
      // Asked at once, unless it was silent less than 5 s ago; what cannot be asked any more waits for the next turn.
      _ = await lent.answer(block, unit: 9)
      Task { await lent.answer(block, unit: 1) }
      for _ in 0..<50 { await Task.yield() }
      await lent.takeBack()
      turn.yield()
    }
    let book = LogBook()
    let loop = BusLoop(
      bus: bus, source: lent, recorder: ReadingRecorder(store: InMemoryReadingStore(), logger: book.logger), pacing: pacing,
      logger: book.logger, jitter: { 0 }, lent: lent)
    let polling = Task { await loop.run() }
    var count = 0
    for await _ in turns {
      count += 1
      if count == 150 { break }
    }
    polling.cancel()
    await polling.value
    await lent.end()
    let late = zip(world.polls, 0...).first { $0 != .milliseconds(400 * $1) }
    #expect(late == nil, "each at its moment, none left out")
    #expect(world.polls.count >= 150)
    #expect(world.silences.count >= 2, "the silent unit was asked")
    #expect(zip(world.silences, world.silences.dropFirst()).allSatisfy { $1 - $0 >= .seconds(5) }, "it is left alone for 5 s")
  }
}

/// A bus in virtual time: unit 9 says nothing until its deadline is over, any other answers within 5 ms.
private final class VirtualBus: RegisterSource {
  private struct State {
    var now = Duration.zero
    /// Until when a line without transaction ids is listened to for an answer that comes too late.
    var lateUntil = Duration.zero
    var polls: [Duration] = []
    var silences: [Duration] = []
  }

  private let isSerial: Bool
  private let state = Mutex(State())

  init(isSerial: Bool) { self.isSerial = isSerial }

  /// When the collector's own requests, of six registers, left.
  var polls: [Duration] { state.withLock(\.polls) }
  /// When unit 9 was asked.
  var silences: [Duration] { state.withLock(\.silences) }

  func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let isSilent = unit == 9
    state.withLock { state in
      state.now = max(state.now, state.lateUntil)
      if isSilent { state.silences.append(state.now) }
      if block.count == 6 { state.polls.append(state.now) }
      state.now += isSilent ? deadline : .milliseconds(5)
      if isSilent, isSerial { state.lateUntil = state.now + deadline }
    }
    guard isSilent else { return [UInt16](repeating: 7, count: block.count) }
    let link = ModbusLink.tcp(host: "in-memory", port: 502)
    throw .noAnswer(RegisterRequest(link: link, unit: unit, block: block), after: deadline)
  }

  func close() async {}

  /// Pauses of less than a second, which are the collector's, last as long as `body`; a reader's patience has no end.
  func pacing(whilePausing body: @escaping @Sendable () async -> Void) -> DevicePoller.Pacing {
    DevicePoller.Pacing(
      now: { noon + self.state.withLock(\.now) },
      pause: { pause in
        guard pause < .seconds(1) else {
          let (never, _) = AsyncStream.makeStream(of: Void.self)
          for await _ in never {}
          return
        }
        let end = self.state.withLock(\.now) + pause
        await body()
        self.state.withLock { $0.now = max($0.now, end) }
      }, uptime: { self.state.withLock(\.now) })
  }
}
