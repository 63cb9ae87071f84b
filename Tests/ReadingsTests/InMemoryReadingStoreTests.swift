import CommunityModel
import MarketTime
import Readings
import Testing

@Suite("Readings in memory")
struct InMemoryReadingStoreTests {
  private let grid = SeriesKey("B01-GRID", .energyImport)
  private let pv = SeriesKey("B01-PV", .energyExport)
  private let store = InMemoryReadingStore()

  @Test("are counted as new, repeated or conflicting, and the first value stays")
  func append() {
    let first = store.append([
      Reading(grid, at: at(0), value: 1), Reading(grid, at: at(10), value: 2), Reading(pv, at: at(0), value: 9),
    ])
    #expect(first.added == 3 && first.repeated == 0 && first.conflicting == 0)
    let second = store.append([
      Reading(grid, at: at(0), value: 1), Reading(grid, at: at(10), value: 7), Reading(grid, at: at(20), value: 3),
    ])
    #expect(second.added == 1 && second.repeated == 1 && second.conflicting == 1)
    #expect(store.samples(of: grid, in: at(0)..<at(30)) == [sample(0, 1), sample(10, 2), sample(20, 3)])
  }

  @Test("come back in order of time however they were appended")
  func order() {
    store.append([30, 0, 20, 10].map { Reading(grid, at: at($0), value: $0) })
    #expect(store.samples(of: grid, in: at(0)..<at(40)).map(\.value) == [0, 10, 20, 30])
  }

  @Test("come back with the nearest one on either side of the span")
  func neighbours() {
    store.append((0...5).map { Reading(grid, at: at($0 * 10), value: $0) })
    func values(_ from: Int64, _ until: Int64) -> [Int64] { store.samples(of: grid, in: at(from)..<at(until)).map(\.value) }
    #expect(values(20, 40) == [1, 2, 3, 4])
    #expect(values(21, 39) == [2, 3, 4])
    #expect(values(0, 10) == [0, 1])
    #expect(values(50, 60) == [4, 5])
    #expect(values(-20, -10) == [0])
    #expect(values(70, 80) == [5])
    #expect(values(25, 25) == [2, 3])
    #expect(store.samples(of: pv, in: at(0)..<at(100)).isEmpty)
  }

  @Test("the last one of each series at a time is known")
  func latest() {
    store.append([Reading(grid, at: at(0), value: 1), Reading(grid, at: at(10), value: 2), Reading(pv, at: at(5), value: 9)])
    #expect(store.latest(asOf: at(4)) == [grid: sample(0, 1)])
    #expect(store.latest(asOf: at(10)) == [grid: sample(10, 2), pv: sample(5, 9)])
    #expect(store.latest(asOf: at(-1)).isEmpty)
  }

  @Test("the inventory names series, first, last, count and gaps, in the order of the keys")
  func inventory() {
    store.append([0, 900, 1801, 5401].map { Reading(grid, at: at($0), value: $0) } + [Reading(pv, at: at(7), value: 1)])
    store.append([Reading(SeriesKey("A", .frequency), at: at(0), value: 50_000)])
    #expect(
      store.inventory() == [
        SeriesSummary(series: SeriesKey("A", .frequency), first: at(0), last: at(0), count: 1, gaps: 0, longestGap: .zero),
        // 900 s is no gap yet, 901 s and 3600 s are.
        SeriesSummary(series: grid, first: at(0), last: at(5401), count: 4, gaps: 2, longestGap: .seconds(3600)),
        SeriesSummary(series: pv, first: at(7), last: at(7), count: 1, gaps: 0, longestGap: .zero),
      ])
  }

  @Test("a series is named by point and channel, and sorted by both")
  func keys() {
    #expect(grid.description == "B01-GRID.energy_import")
    #expect(grid < pv)
    #expect(SeriesKey("B01-GRID", .activePower) < grid)
  }

  @Test("a store's errors name the file and what to do next")
  func errors() {
    let path = "/var/lib/energy-opt/readings.sqlite"
    for error in [
      ReadingStoreError.cannotOpen(path: path, reason: "no such folder"), .writtenByAnother(path: path),
      .tooNew(path: path, version: 3, known: 2), .failed(path: path, reason: "disk full"),
    ] {
      #expect("\(error)".hasPrefix(path + ": "))
    }
    #expect("\(ReadingStoreError.tooNew(path: path, version: 3, known: 2))".contains("layout 3"))
  }
}
