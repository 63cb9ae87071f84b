import CommunityModel
import GRDB
import MarketTime
import Quantities
import Readings
import Testing

@testable import SQLiteStore

@Suite("The community's file")
struct CommunityDatabaseTests {
  private let folder: TemporaryFolder
  private let path: String
  private let start = QuarterHour(containing: at(0))

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("community.sqlite")
  }

  private func series(_ energies: Int64?..., quality: IntervalEnergy.Quality = .measured) -> TimeSeries<IntervalEnergy> {
    TimeSeries(start: start, values: energies.map { IntervalEnergy($0.map { Energy(count: $0) }, quality: quality) })
  }

  private func outcome(added: Int = 0, repeated: Int = 0, replaced: Int = 0) -> ImportOutcome {
    var outcome = ImportOutcome()
    outcome.added = added
    outcome.repeated = repeated
    outcome.replaced = replaced
    return outcome
  }

  @Test("gives back what was imported, missing where nothing was")
  func roundTrip() throws {
    let database = try CommunityDatabase(writing: path)
    #expect(
      try database.store([grid: series(5, nil, 7), pv: series(1, quality: .estimated)], from: "a.csv", at: at(0))
        == outcome(added: 3))
    let span = start.advanced(by: -1)..<start.advanced(by: 4)
    let found = try database.energies(of: [grid, pv, power], in: span)
    #expect(
      found[grid]?.values == [
        .missing, .measured(Energy(count: 5)), .missing, .measured(Energy(count: 7)), .missing,
      ])
    #expect(found[pv]?.values == [.missing, .estimated(Energy(count: 1)), .missing, .missing, .missing])
    #expect(found[power] == TimeSeries(repeating: .missing, over: span))
    #expect(found[grid]?.span == span)
    #expect(try database.energies(of: [], in: span).isEmpty)
    #expect(try database.series() == [grid, pv])
  }

  /// 5 is received at 0 s, replaced by a faulty 6 at 10 s and by a substituted 7 at 20 s.
  @Test("tells what was known at any time, and every version of a value with its source")
  func versions() throws {
    let database = try CommunityDatabase(writing: path)
    try database.store([grid: series(5, 50)], from: "a.csv", at: at(0))
    try database.store([grid: series(6, quality: .faulty)], from: "b.csv", at: at(10))
    try database.store([grid: series(7, quality: .substituted)], from: "substitute linear", at: at(20))
    func known(_ second: Int) throws -> [IntervalEnergy]? {
      try database.energies(of: [grid], in: start..<start.advanced(by: 2), knownAt: at(second))[grid]?.values
    }
    let fifty = IntervalEnergy.measured(Energy(count: 50))
    #expect(try known(-1) == [.missing, .missing])
    #expect(try known(0) == [.measured(Energy(count: 5)), fifty])
    #expect(try known(9) == [.measured(Energy(count: 5)), fifty])
    #expect(try known(10) == [.faulty(Energy(count: 6)), fifty])
    #expect(try known(20) == [.substituted(Energy(count: 7)), fifty])
    #expect(
      try database.versions(of: grid, in: start..<start.advanced(by: 1)) == [
        IntervalVersion(
          quarter: start, value: .measured(Energy(count: 5)), source: "a.csv", received: at(0), replaced: at(10)),
        IntervalVersion(quarter: start, value: .faulty(Energy(count: 6)), source: "b.csv", received: at(10), replaced: at(20)),
        IntervalVersion(
          quarter: start, value: .substituted(Energy(count: 7)), source: "substitute linear", received: at(20), replaced: nil),
      ])
    #expect(try database.versions(of: pv, in: start..<start.advanced(by: 1)).isEmpty)
  }

  @Test("keeps several batches or none of them")
  func batches() throws {
    let database = try CommunityDatabase(writing: path)
    let outcomes = try database.store(
      [
        ImportBatch(source: "a.csv", intervals: [grid: series(5)]),
        ImportBatch(source: "b.csv", intervals: [grid: series(6), pv: series(1)]),
      ], at: at(0))
    #expect(outcomes.map(\.added) == [1, 1])
    #expect(outcomes.map(\.replaced) == [0, 1])
  }

  @Test("lets the newest value win and keeps the older one; missing values change nothing")
  func replacing() throws {
    let database = try CommunityDatabase(writing: path)
    try database.store([grid: series(5, 6, 7)], from: "a.csv", at: at(0))
    #expect(try database.store([grid: series(5, 60, nil)], from: "b.csv", at: at(10)) == outcome(repeated: 1, replaced: 1))
    // The same energy, but only estimated, is a different value.
    #expect(
      try database.store([grid: series(5, quality: .estimated)], from: "c.csv", at: at(20)) == outcome(replaced: 1))
    let found = try database.energies(of: [grid], in: start..<start.advanced(by: 3))
    #expect(
      found[grid]?.values == [.estimated(Energy(count: 5)), .measured(Energy(count: 60)), .measured(Energy(count: 7))])
    let kept = try database.file.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT format('%d %d %d %s %d', h.quarter - \(start.index), h.energy, h.quality, r.file, h.replaced - r.received)
          FROM interval_energy_history h JOIN import_run r ON r.id = h.run ORDER BY h.id
          """)
    }
    #expect(kept == ["1 6 0 a.csv 10000", "0 5 0 a.csv 20000"])
  }

  @Test("tells which files its values came from; batches of one file are one import")
  func runs() throws {
    let database = try CommunityDatabase(writing: path)
    try database.store([grid: series(5, 6)], from: "a.csv", size: 1234, at: at(0))
    try database.store([pv: series(1, 2, 3)], from: "a.csv", size: 1234, at: at(0))
    try database.store([pv: series(1)], from: "a.csv", at: at(60))
    #expect(
      try database.imports() == [
        ImportRun(file: "a.csv", received: at(0), count: 5, size: 1234),
        ImportRun(file: "a.csv", received: at(60), count: 1, size: nil),
      ])
  }

  @Test("counts values and the spells without one; the last interval ends a quarter hour after its start")
  func inventory() throws {
    let database = try CommunityDatabase(writing: path)
    #expect(try database.inventory() == [])
    try database.store([grid: series(nil, 1, 2, nil, 4, nil, nil, nil, 8), pv: series(1)], from: "a.csv", at: at(0))
    #expect(
      try database.inventory() == [
        SeriesSummary(series: grid, first: at(900), last: at(9 * 900), count: 4, gaps: 2, longestGap: .seconds(2700)),
        SeriesSummary(series: pv, first: at(0), last: at(900), count: 1, gaps: 0, longestGap: .zero),
      ])
  }

  @Test("keeps prices by curve, negative ones too, and what they replaced")
  func prices() throws {
    let database = try CommunityDatabase(writing: path)
    let prices = TimeSeries(start: start, values: [310_000, -20_000, 0].map { EnergyPrice(count: $0) })
    #expect(try database.storePrices(prices, named: "day-ahead", from: "p.csv", at: at(0)) == outcome(added: 3))
    let span = start.advanced(by: 1)..<start.advanced(by: 4)
    #expect(
      try database.prices(named: "day-ahead", in: span).values == [EnergyPrice(count: -20_000), EnergyPrice(count: 0), nil])
    #expect(try database.prices(named: "other", in: span).values == [nil, nil, nil])
    var changed = prices
    changed.values[0] = EnergyPrice(count: 1)
    #expect(
      try database.storePrices(changed, named: "day-ahead", from: "p2.csv", at: at(1)) == outcome(repeated: 2, replaced: 1))
    #expect(try database.file.read { try Int.fetchAll($0, sql: "SELECT price FROM interval_price_history") } == [310_000])
    #expect(try database.imports().map(\.count) == [3, 3])
  }

  @Test("is opened by the same rules: one writer, synchronous FULL, newer layouts refused, readers change nothing")
  func opening() throws {
    let database = try CommunityDatabase(writing: path)
    #expect(try database.file.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    #expect(throws: ReadingStoreError.writtenByAnother(path: path)) { _ = try CommunityDatabase(writing: path) }
    try database.close()
    #expect(try CommunityDatabase(readingOnly: path).inventory() == [])
    #expect(try folder.names == ["community.sqlite", "community.sqlite.lock"])
    do {
      let other = try DatabaseQueue(path: path)
      try other.write { try $0.execute(sql: "PRAGMA user_version = 5") }
      try other.close()
    }
    #expect(throws: ReadingStoreError.tooNew(path: path, version: 5, known: 4)) { _ = try CommunityDatabase(writing: path) }
    #expect(throws: ReadingStoreError.tooNew(path: path, version: 5, known: 4)) {
      _ = try CommunityDatabase(readingOnly: path)
    }
  }
}
