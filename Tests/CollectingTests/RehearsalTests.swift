import Collecting
import CommunityModel
import MarketTime
import ModbusIO
import Readings
import Testing

@Suite("A rehearsal", .timeLimit(.minutes(1)))
struct RehearsalTests {
  private let book = LogBook()
  private let store = InMemoryReadingStore()

  @Test("stores exactly the table's values at the times of the polls, over real connections")
  func twoHours() async throws {
    let site = try SimulatedSite(TwoHours.plan, showing: TwoHours.readings)
    let servers = try site.units.mapValues { try SimulatedModbusServer($0) }
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    var shares: [Double] = []
    let outcome = try await Rehearsal(TwoHours.plan, site: site, recorder: recorder).run { bus in
      ModbusConnection(servers[bus.id]?.link ?? bus.link)
    } progress: {
      shares.append($0)
    }
    // The meter 9 times with 2 values, the inverter 5 times with 3.
    #expect(outcome.failures == [:])
    #expect(outcome.polls == 14)
    #expect(outcome.readings == 33)
    #expect(recorder.totals.kept == 33)
    #expect(store.values("G1", .activePower) == TwoHours.meterPowers)
    #expect(store.values("G1", .energyImport) == TwoHours.meterEnergies)
    #expect(store.values("G1", .voltageL1) == [])
    #expect(store.values("PV", .activePower) == TwoHours.inverterPowers)
    #expect(store.values("PV", .energyExport) == TwoHours.inverterEnergies)
    #expect(store.values("PV", .temperature) == [21_500, 21_500, -1500, -1500, 0])
    let times = store.samples(of: SeriesKey("G1", .activePower), in: noon..<noon + .seconds(8000)).map(\.time)
    #expect(times == (0...8).map { noon + .seconds(900 * $0) })
    #expect(shares == (0...8).map { Double($0) / 8 })
    for server in servers.values { server.stop() }
  }

  @Test("goes on without a bus that is not there, and says why it brought nothing")
  func deadBus() async throws {
    let site = try SimulatedSite(TwoHours.plan, showing: TwoHours.readings)
    site.units["roof"]?.inject(.silent, times: nil)
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let outcome = try await Rehearsal(TwoHours.plan, site: site, recorder: recorder).run { bus in
      InMemoryRegisterSource(site.units[bus.id] ?? SimulatedUnits([:]), link: bus.link)
    }
    #expect(outcome.polls == 9)
    #expect(outcome.readings == 18)
    #expect(outcome.failures.keys.sorted() == ["device-7"])
    #expect(outcome.failures["device-7"]?.contains("no complete answer") == true)
    #expect(store.values("G1", .energyImport) == TwoHours.meterEnergies)
    #expect(store.values("PV", .activePower) == [])
  }

  @Test("ends with a value that does not fit, and keeps what came before")
  func doesNotFit() async throws {
    let table = TwoHours.readings + [Reading(SeriesKey("PV", .activePower), at: noon + .seconds(5400), value: -40_000_000)]
    let site = try SimulatedSite(TwoHours.plan, showing: table)
    let rehearsal = Rehearsal(TwoHours.plan, site: site, recorder: ReadingRecorder(store: store, logger: book.logger))
    await #expect(throws: SimulatedSite.Failure.self) {
      try await rehearsal.run { bus in InMemoryRegisterSource(site.units[bus.id] ?? SimulatedUnits([:]), link: bus.link) }
    }
    #expect(store.values("G1", .activePower) == Array(TwoHours.meterPowers.prefix(6)))
  }
}
