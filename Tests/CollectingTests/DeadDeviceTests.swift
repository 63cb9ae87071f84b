import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Testing

@testable import Collecting

/// A bus on which silence takes time: as long as the deadline lasts.
private struct PatientSource: RegisterSource {
  let inner: any RegisterSource
  let clock: TestClock

  func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    do throws(ModbusError) {
      return try await inner.read(block, unit: unit, deadline: deadline)
    } catch {
      if case .noAnswer = error { clock.advance(by: deadline) }
      throw error
    }
  }

  func close() async { await inner.close() }
}

@Suite("A dead device on a bus where waiting takes time", .timeLimit(.minutes(1)))
struct DeadDeviceTests {
  private let clock = TestClock()
  private let book = LogBook()
  private let store = InMemoryReadingStore()

  /// Runs the loop over a device of `dead` and a living one, read every 10 s, for 20 minutes; gives the reads.
  private func run(_ dead: DeviceProfile) async -> ScriptedSource {
    let units = SimulatedUnits([1: RegisterBank(), 2: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)])
    units.inject(.silent, times: nil, unit: 1)
    let clock = clock
    let source = ScriptedSource(PatientSource(inner: InMemoryRegisterSource(units), clock: clock), clock: clock) { _ in
      if clock.seconds >= 1200 { cancelThisTask() }
    }
    let devices: [DevicePlan] = [
      .device(dead, unit: 1, at: "M1", every: .seconds(10)), .device(Profiles.row, unit: 2, at: "M2", every: .seconds(10)),
    ]
    let loop = BusLoop(
      bus: BusPlan(id: "bus", link: .tcp(host: "in-memory", port: 502), devices: devices), source: source,
      recorder: ReadingRecorder(store: store, logger: book.logger), pacing: clock.pacing, logger: book.logger, jitter: { 0 })
    await Task { await loop.run() }.value
    return source
  }

  @Test("holds up the others by its deadline and no more, and backs off from 5 s to 5 min")
  func deadline() async {
    let profile = DeviceProfile(
      maker: "test", model: "dead", kind: .meter, limits: RequestLimits(timeout: .seconds(3)), registers: Profiles.row.registers)
    let source = await run(profile)
    // Asked at 0 and 3 s later given up; then 5, 10, 20, 40, 80, 160, 300, 300 s, each from the end of the 3 s before.
    #expect(source.seconds(of: 1) == [0, 8, 21, 44, 87, 170, 333, 636, 939])
    let living = source.seconds(of: 2)
    // Every 10 s of the 20 min, at most 3 s late.
    #expect(Set(living.map { $0 / 10 }) == Set(0...120))
    #expect(living.count == 121)
    #expect(living.allSatisfy { $0 % 10 <= 3 })
  }

  @Test("without a known SunSpec map holds them up by a deadline for each base")
  func sunSpec() async {
    let source = await run(Profiles.sunSpec)
    let living = source.seconds(of: 2)
    // Two bases, a second each.
    #expect(living.allSatisfy { $0 % 10 <= 2 })
    #expect(living.count == 121)
  }
}
