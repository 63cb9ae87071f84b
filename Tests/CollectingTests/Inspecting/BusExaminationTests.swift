import Collecting
import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import Synchronization
import Testing

@Suite("An examination of a bus")
struct BusExaminationTests {
  private static let profile = Profiles.row

  private func bank() -> RegisterBank { RegisterBank([2300, 2300, 2300, 10, 10, 10], at: 0) }

  private func bus(_ units: UInt8..., link: ModbusLink = .tcp(host: "bus", port: 502)) -> BusPlan {
    BusPlan(id: "bus", link: link, devices: units.map { .device(Self.profile, unit: $0, at: .init("P\($0)")) })
  }

  private func examine(_ plan: BusPlan, _ units: SimulatedUnits) async -> BusExamination.Outcome {
    await BusExamination(plan).run(InMemoryRegisterSource(units), pacing: TestClock().pacing)
  }

  @Test("finds nothing on a sound bus, and has asked each device alone and in turn")
  func sound() async {
    let outcome = await examine(bus(1, 2, 3), SimulatedUnits([1: bank(), 2: bank(), 3: bank()]))
    #expect(outcome.findings == [])
    #expect(outcome.alone.values.allSatisfy { $0.answered == 6 })
    #expect(outcome.inTurn.values.allSatisfy { $0.answered == 6 })
  }

  @Test("names the unit number that answers where a device has another than the file says")
  func wrongUnit() async {
    let plan = bus(1, 2)
    let outcome = await examine(plan, SimulatedUnits([1: bank(), 7: bank()]))
    #expect(outcome.findings == [.silent(device: "device-2", answering: [7])])
    #expect(outcome.findings.first?.advice(on: plan) == "if that is it, write `unit: 7` at device 'device-2'")
  }

  @Test("names the unit whose answers alone are garbled: two devices with one number")
  func sharedNumber() async throws {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.registerTooMany, times: nil, unit: 2)
    let outcome = await examine(bus(1, 2), units)
    #expect(outcome.findings.map(\.code) == ["garbled"])
    #expect(outcome.findings.first?.device == "device-2")
  }

  @Test("on a serial line, wrong checksums of one unit alone are two devices with one number")
  func checksums() async throws {
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.lastByteWrong, times: nil, unit: 2)
    let line = try SimulatedSerialDevice(units)
    let plan = bus(1, 2, link: line.link)
    let outcome = await BusExamination(plan, rounds: 2).run(ModbusConnection(plan.link), pacing: TestClock().pacing)
    guard case .garbled("device-2", let tally)? = outcome.findings.first else {
      Issue.record("\(outcome.findings)")
      return
    }
    #expect(tally.checksum == 2)
    #expect(outcome.findings.first?.advice(on: plan).contains("two devices have this number") == true)
  }

  @Test("tells another unit that answers, and one that fails now and then")
  func others() async {
    let units = SimulatedUnits([1: bank(), 2: bank(), 3: bank()])
    units.inject(.wrongUnit, times: nil, unit: 2)
    units.inject(.silent, times: 2, unit: 3)
    let outcome = await examine(bus(1, 2, 3), units)
    #expect(outcome.findings.map(\.code) == ["other_unit_answers", "unreliable"])
    #expect(outcome.findings.map(\.device) == ["device-2", "device-3"])
  }

  /// A bus on which the unit asked after `culprit` is silent, unless as many milliseconds of pause came before it.
  private func disturbed(by culprit: UInt8, until pause: Duration?) async -> [BusExamination.Finding] {
    let clock = TestClock()
    let last = Mutex<(unit: UInt8, time: Int64)?>(nil)
    let silent = SimulatedUnits([:])
    let units = SimulatedUnits([1: bank(), 2: bank(), 3: bank()])
    let source = Switch(
      sound: InMemoryRegisterSource(units), dead: InMemoryRegisterSource(silent),
      isDead: { unit in
        last.withLock { last in
          defer { last = (unit, clock.now.milliseconds) }
          guard let former = last, former.unit == culprit, unit != culprit else { return false }
          guard let pause else { return true }
          return .milliseconds(clock.now.milliseconds - former.time) < pause
        }
      })
    return await BusExamination(bus(1, 2, 3)).run(source, pacing: clock.pacing).findings
  }

  @Test("names the device after which others fail, by asking in pairs")
  func disturber() async {
    #expect(await disturbed(by: 2, until: nil) == [.disturbs(culprit: "device-2", victims: ["device-3"])])
    #expect(await disturbed(by: 3, until: nil) == [.disturbs(culprit: "device-3", victims: ["device-1"])])
  }

  @Test("tells the pause that helps where a device is asked too soon after another")
  func pause() async {
    #expect(await disturbed(by: 2, until: .milliseconds(120)) == [.needsPause(device: "device-3", .milliseconds(150))])
  }

  @Test("tells a bus on which nobody answers, and one that cannot be reached")
  func whole() async throws {
    let silent = await examine(bus(1, 2), SimulatedUnits([:]))
    #expect(silent.findings == [.allSilent])
    let units = SimulatedUnits([1: bank(), 2: bank()])
    units.inject(.registerTooMany, times: nil)
    #expect(await examine(bus(1, 2), units).findings == [.allBroken])
    let server = try SimulatedModbusServer(SimulatedUnits([:]))
    let link = server.link
    server.stop()
    let plan = bus(1, link: link)
    let outcome = await BusExamination(plan).run(ModbusConnection(link), pacing: TestClock().pacing)
    #expect(outcome.findings.map(\.code) == ["unreachable"])
  }
}

/// Asks one source or the other.
private struct Switch: RegisterSource {
  let sound: InMemoryRegisterSource
  let dead: InMemoryRegisterSource
  let isDead: @Sendable (UInt8) -> Bool

  func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    try await (isDead(unit) ? dead : sound).read(block, unit: unit, deadline: deadline)
  }

  func close() async {}
}
