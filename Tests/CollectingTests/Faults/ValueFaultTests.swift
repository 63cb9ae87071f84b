import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Readings
import TestSupport
import Testing

@testable import Collecting

/// Fault rows M9 (refused registers), M10 and M11 (failing and busy devices), M13 (unknown exceptions), V6 (torn values): what becomes
/// of values.
@Suite("Fault rows M9, M10, M11, M13, V6: what faults do to values", .timeLimit(.minutes(10)))
struct ValueFaultTests {
  private let clock = TestClock()

  @Test("M9: all good registers are kept whichever others are refused")
  func goodRegisters() async {
    let count = FaultFigure.count(200, large: 20_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    var (kept, good) = (0, 0)
    for _ in 0..<count {
      let bank = RegisterBank([1, 2, 3, 4, 5, 6], at: 0)
      let bad = Set((0..<Int.random(in: 1...5, using: &random)).map { _ in UInt16.random(in: 0...5, using: &random) })
      for address in bad { bank.remove(address...address) }
      var poller = DevicePoller(.device(Profiles.row))
      let outcome = await poller.poll(InMemoryRegisterSource(SimulatedUnits([1: bank])), pacing: clock.pacing)
      good += 6 - bad.count
      kept += outcome.readings.count
      #expect(outcome.readings.allSatisfy { $0.value > 0 })
      #expect(Set(outcome.refused.map(\.address)) == bad)
    }
    #expect(
      FaultFigure.tell(
        "M9 good registers kept beside refused ones", ours: "\(kept) of \(good)", limit: "\(good)", goal: "100 %",
        reached: kept == good))
  }

  @Test("M10, M11, M13: no exception, of 256 codes, ever becomes a zero")
  func noZeros() async {
    let rounds = FaultFigure.count(2, large: 100)
    var (zeros, polls, handled) = (0, 0, Set<UInt8>())
    for code in UInt8.min...UInt8.max {
      for _ in 0..<rounds {
        let units = SimulatedUnits([1: RegisterBank([1, 2, 3, 4, 5, 6], at: 0)])
        units.inject(.exception(ModbusException(rawValue: code)), times: nil)
        var poller = DevicePoller(.device(Profiles.row))
        let outcome = await poller.poll(InMemoryRegisterSource(units), pacing: clock.pacing)
        polls += 1
        zeros += outcome.readings.count
        // Three refusals cut the request to pieces; every other code ends the poll and is told.
        let isTold = [1, 2, 3].contains(code) ? outcome.refused.count == 6 : outcome.failure != nil
        if isTold { handled.insert(code) }
        // Busy devices are asked three times, no more.
        if [5, 6, 7].contains(code) { #expect(units.requests.count == 3) }
      }
    }
    #expect(
      FaultFigure.tell(
        "M10, M11 values stored of devices that refuse", ours: "\(zeros) of \(polls) polls", limit: "\(polls)", goal: "0",
        reached: zeros == 0))
    #expect(
      FaultFigure.tell(
        "M13 exception codes told by a poll", ours: "\(handled.count) of 256", limit: "256", goal: "256",
        reached: handled.count == 256))
  }

  /// A counter that goes over the edge of its low word between any two requests: 0x0000FFFF and 0x00010000 kWh.
  @Test("V6: values of two registers that change between requests are never half old and half new, nor through a proxy's cache")
  func torn() async throws {
    let count = FaultFigure.count(500, large: 100_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let profile = DeviceProfile(
      maker: "test", model: "counter", kind: .meter, limits: RequestLimits(registersPerRequest: 3),
      registers: [
        field(.energyImport, 0, .u32, "kWh"), field(.energyExport, 2, .u32, "kWh"),
        field(.activePower, 4, .s32, "W", positive: .import),
      ])
    let bank = RegisterBank([0, 0xFFFF, 0, 0xFFFF, 0, 0xFFFF], at: 0)
    let units = SimulatedUnits([1: bank]) { request in
      // What the request sees is whole; what the next one sees has changed.
      let next: [UInt16] = request.transaction.isMultiple(of: 2) ? [0, 0xFFFF] : [1, 0]
      bank.set(next + next + next, at: 0)
    }
    let device = DevicePlan.device(profile)
    let source = InMemoryRegisterSource(units)
    var torn = 0
    var poller = DevicePoller(device)
    for _ in 0..<count {
      for reading in await poller.poll(source, pacing: clock.pacing).readings {
        let unit: Int64 = reading.series.channel == .activePower ? 1000 : 1_000_000
        if reading.value != 0xFFFF * unit, reading.value != 0x10000 * unit { torn += 1 }
      }
    }
    #expect(
      FaultFigure.tell(
        "V6 torn values stored", ours: "\(torn) of \(3 * count)", limit: "\(3 * count)", goal: "0", reached: torn == 0))

    let bus = BusPlan(id: "b", link: .tcp(host: "in-memory", port: 502), devices: [device])
    let lent = LentBus(
      bus, proxy: ProxyPlan(host: "127.0.0.1", port: 0, maximumAge: .seconds(3600)), source: source, pacing: clock.pacing)
    await lent.lend(until: .seconds(1_000_000_000))
    var tornInProxy = 0
    for _ in 0..<count {
      let address = UInt16.random(in: 0...4, using: &random)
      // Single words fill the cache with pieces; a pair must still be of one moment.
      _ = await lent.answer(try ModbusIO.RegisterBlock(table: .holding, address: address, count: 1), unit: 1)
      let pair = try ModbusIO.RegisterBlock(table: .holding, address: address / 2 * 2, count: 2)
      if case .words(let words) = await lent.answer(pair, unit: 1), words != [0, 0xFFFF], words != [1, 0] { tornInProxy += 1 }
    }
    #expect(
      FaultFigure.tell(
        "V6 torn values given to a proxy's readers", ours: "\(tornInProxy) of \(count)", limit: "\(count)", goal: "0",
        reached: tornInProxy == 0))
  }
}
