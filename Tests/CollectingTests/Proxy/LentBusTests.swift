import DeviceProfiles
import MarketTime
import ModbusIO
import Synchronization
import Testing

@testable import Collecting

@Suite("A bus lent to readers", .timeLimit(.minutes(1)))
struct LentBusTests {
  private let time = SetTime()

  /// Unit 1 has `Profiles.row`, registers 0 to 5 hold 1 to 6.
  private func units() -> SimulatedUnits { SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)]) }

  private func lent(
    _ source: any RegisterSource, limits: RequestLimits = RequestLimits(), isSerial: Bool = false,
    maximumAge: Duration = .seconds(2),
    further: Set<UInt8> = [], isPatient: Bool = true
  ) -> LentBus {
    let profile = DeviceProfile(
      maker: "test", model: "row", kind: .meter, limits: limits, registers: Profiles.row.registers)
    let link: ModbusLink = isSerial ? .serial(SerialLine(path: "/dev/none")) : .tcp(host: "in-memory", port: 502)
    let bus = BusPlan(id: "bus", link: link, devices: [.device(profile)])
    let proxy = ProxyPlan(host: "127.0.0.1", port: 0, maximumAge: maximumAge, units: further)
    return LentBus(bus, proxy: proxy, source: source, pacing: isPatient ? time.pacing : time.hasty)
  }

  private func block(_ address: UInt16, _ count: Int) throws -> ModbusIO.RegisterBlock {
    try ModbusIO.RegisterBlock(table: .holding, address: address, count: count)
  }

  private func own(_ bus: LentBus, _ block: ModbusIO.RegisterBlock) async {
    _ = try? await bus.read(block, unit: 1, deadline: .seconds(1))
  }

  @Test("answers from what the collector read while that is younger than the age, then asks again")
  func age() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units))
    await own(bus, try block(0, 6))
    await bus.lend(until: .seconds(100))
    time.set(.milliseconds(1999))
    #expect(await bus.answer(try block(2, 3), unit: 1) == .words([3, 4, 5]))
    #expect(units.asked == ["0+6"])
    time.set(.milliseconds(2000))
    #expect(await bus.answer(try block(2, 3), unit: 1) == .words([3, 4, 5]))
    #expect(units.asked == ["0+6", "2+3"])
    // A reader's own answer serves the next one.
    time.set(.milliseconds(3999))
    #expect(await bus.answer(try block(3, 2), unit: 1) == .words([4, 5]))
    #expect(units.asked == ["0+6", "2+3"])
  }

  @Test("with an age of zero asks every time")
  func noAge() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units), maximumAge: .zero)
    await bus.lend(until: .seconds(100))
    for _ in 0..<3 { #expect(await bus.answer(try block(0, 1), unit: 1) == .words([1])) }
    #expect(units.asked == ["0+1", "0+1", "0+1"])
  }

  @Test("never makes an answer of two: words on both sides of a seam are asked for together")
  func seam() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units))
    await own(bus, try block(0, 3))
    await own(bus, try block(3, 3))
    await bus.lend(until: .seconds(100))
    #expect(await bus.answer(try block(2, 2), unit: 1) == .words([3, 4]))
    #expect(units.asked == ["0+3", "3+3", "2+2"])
    // Another table is another thing.
    let input = try ModbusIO.RegisterBlock(table: .input, address: 0, count: 3)
    #expect(await bus.answer(input, unit: 1) == .refusal(.illegalDataAddress))
  }

  @Test("asks nothing for readers while the collector has the bus, and answers them with what the collector reads")
  func collectorFirst() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units))
    async let reader = bus.answer(try block(1, 2), unit: 1)
    await bus.waiting(1)
    #expect(units.asked == [])
    await own(bus, try block(0, 6))
    #expect(try await reader == .words([2, 3]))
    #expect(units.asked == ["0+6"])
  }

  @Test("asks equal questions once")
  func singleFlight() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units))
    async let first = bus.answer(try block(1, 2), unit: 1)
    async let second = bus.answer(try block(1, 2), unit: 1)
    async let third = bus.answer(try block(5, 1), unit: 1)
    await bus.waiting(3)
    await bus.lend(until: .seconds(10))
    #expect(try await [first, second, third] == [.words([2, 3]), .words([2, 3]), .words([6])])
    #expect(units.asked.sorted() == ["1+2", "5+1"])
  }

  @Test("asks for a reader only what ends before the next poll, and gives it no longer than that")
  func deadlines() async throws {
    for (isSerial, expected) in [(false, 300), (true, 150)] {
      let source = SlowSource()
      let bus = lent(source, isSerial: isSerial)
      async let reader = bus.answer(try block(0, 1), unit: 1)
      await bus.waiting(1)
      // A request takes 120 ms as long as nobody knows better.
      await bus.lend(until: .milliseconds(119))
      #expect(source.deadlines == [])
      await bus.takeBack()
      await bus.lend(until: .milliseconds(300))
      await source.isAsked()
      // On a line without transaction ids half: the other half belongs to an answer that comes too late.
      #expect(source.deadlines == [.milliseconds(expected)])
      source.answer([7])
      #expect(try await reader == .words([7]))
    }
  }

  @Test("is given back when the reader's request has ended, and not before")
  func takeBack() async throws {
    let source = SlowSource()
    let bus = lent(source)
    async let reader = bus.answer(try block(0, 1), unit: 1)
    async let other = bus.answer(try block(1, 1), unit: 1)
    await bus.waiting(2)
    await bus.lend(until: .seconds(10))
    await source.isAsked()
    let order = Mutex<[String]>([])
    let owner = Task {
      await bus.takeBack()
      order.withLock { $0.append("given back") }
    }
    await bus.isWanted()
    order.withLock { $0.append("answered") }
    source.answer([7])
    await owner.value
    #expect(order.withLock { $0 } == ["answered", "given back"])
    #expect(source.deadlines.count == 1, "the other reader waits for the next time")
    await bus.end()
    #expect(try await Set([reader, other].map { "\($0)" }).count == 2)
  }

  @Test("tells that a unit does not answer with exception 11, and asks a silent one again after 5 s")
  func silence() async throws {
    let units = units()
    units.inject(.silent, times: 2)
    let bus = lent(InMemoryRegisterSource(units))
    await bus.lend(until: .seconds(100))
    #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(.gatewayTargetNoAnswer))
    time.set(.milliseconds(4999))
    #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(.gatewayTargetNoAnswer))
    #expect(units.asked.count == 1)
    time.set(.seconds(5))
    #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(.gatewayTargetNoAnswer))
    #expect(units.asked.count == 2)
    // It has answered the collector since.
    await own(bus, try block(5, 1))
    #expect(await bus.answer(try block(0, 1), unit: 1) == .words([1]))
  }

  @Test("hands on every exception as it is")
  func exceptions() async throws {
    let units = units()
    let bus = lent(InMemoryRegisterSource(units))
    await bus.lend(until: .seconds(100))
    for code in UInt8.min...UInt8.max {
      units.inject(.exception(ModbusException(rawValue: code)))
      #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(ModbusException(rawValue: code)))
    }
  }

  @Test("knows its own units and those that are named: any other gets exception 10")
  func unknownUnits() async throws {
    let units = SimulatedUnits([1: RegisterBank([1], at: 0), 7: RegisterBank([70], at: 0), 8: RegisterBank([80], at: 0)])
    let bus = lent(InMemoryRegisterSource(units), further: [7])
    await bus.lend(until: .seconds(100))
    #expect(await bus.answer(try block(0, 1), unit: 7) == .words([70]))
    #expect(await bus.answer(try block(0, 1), unit: 8) == .refusal(.gatewayPathUnavailable))
    #expect(units.asked.count == 1)
  }

  @Test("keeps the device's limits: exception 3 for longer requests, silence before each")
  func limits() async throws {
    let units = units()
    let limits = RequestLimits(registersPerRequest: 2, pause: .milliseconds(40))
    let bus = lent(InMemoryRegisterSource(units), limits: limits, isPatient: false)
    await bus.lend(until: .seconds(100))
    #expect(await bus.answer(try block(0, 3), unit: 1) == .refusal(.illegalDataValue))
    #expect(await bus.answer(try block(0, 2), unit: 1) == .words([1, 2]))
    #expect(time.pauses.filter { $0 == .milliseconds(40) }.count == 1)
    #expect(units.asked == ["0+2"])
  }

  @Test("lets eight different questions wait, tells the ninth that it is busy, and all of them at the end")
  func fullQueue() async throws {
    let bus = lent(InMemoryRegisterSource(units()))
    let readers = try (0..<8).map { (address: UInt16) in
      let block = try block(address, 1)
      return Task { await bus.answer(block, unit: 1) }
    }
    await bus.waiting(8)
    #expect(await bus.answer(try block(100, 1), unit: 1) == .refusal(.deviceBusy))
    await bus.end()
    for reader in readers { #expect(await reader.value == .refusal(.deviceBusy)) }
    #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(.deviceBusy))
  }

  @Test("tells a reader that waited its time that it is busy")
  func patience() async throws {
    let bus = lent(InMemoryRegisterSource(units()), isPatient: false)
    #expect(await bus.answer(try block(0, 1), unit: 1) == .refusal(.deviceBusy))
    #expect(time.pauses == [.milliseconds(2500)])
  }
}

extension LentBus {
  /// Returns when so many readers wait.
  fileprivate func waiting(_ count: Int) async { while readerCount < count { await Task.yield() } }

  /// Returns when the collector waits for its bus.
  fileprivate func isWanted() async { while !isTakenBack { await Task.yield() } }
}

/// A clock that a test sets; waiting on it lasts until the task is cancelled, or not at all.
private final class SetTime: Sendable {
  private let state = Mutex<(now: Duration, pauses: [Duration])>((.zero, []))

  var pauses: [Duration] { state.withLock(\.pauses) }

  func set(_ now: Duration) { state.withLock { $0.now = now } }

  var pacing: DevicePoller.Pacing { pacing { while !Task.isCancelled { await Task.yield() } } }

  var hasty: DevicePoller.Pacing { pacing {} }

  private func pacing(_ wait: @escaping @Sendable () async -> Void) -> DevicePoller.Pacing {
    DevicePoller.Pacing(
      now: { noon },
      pause: { duration in
        self.state.withLock { $0.pauses.append(duration) }
        await wait()
      }, uptime: { self.state.withLock(\.now) })
  }
}

/// A bus whose answers come when the test gives them.
private final class SlowSource: RegisterSource {
  private let state = Mutex(State())

  private struct State {
    var deadlines: [Duration] = []
    var reader: CheckedContinuation<[UInt16], Never>?
  }

  var deadlines: [Duration] { state.withLock(\.deadlines) }

  func isAsked() async { while state.withLock({ $0.reader == nil }) { await Task.yield() } }

  func answer(_ words: [UInt16]) { state.withLock { $0.reader.take() }?.resume(returning: words) }

  func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    await withCheckedContinuation { reader in
      state.withLock { state in
        state.deadlines.append(deadline)
        state.reader = reader
      }
    }
  }

  func close() async {}
}
