import CommunityModel
import MarketTime
import Quantities
import Readings
import SeriesFiles
import TestSupport
import Testing

@Suite("Interval energy file")
struct IntervalEnergyTests {
  private func energies(
    _ file: CSVFile, _ reader: SeriesFileReader = SeriesFileReader(), interval: RowInterval? = nil
  ) throws -> ImportedEnergies {
    try reader.intervalEnergies(from: file, interval: interval)
  }

  private func measured(_ wattHours: Int) -> IntervalEnergy { .measured(Energy(wattHours: wattHours)) }

  @Test("takes quarter hours as they are, empty cells and gaps as missing")
  func quarterHours() throws {
    let imported = try energies(
      file(
        "time,B01 [kWh],B01-PV.energy_export [Wh]", "2026-06-28T00:00Z,1.5,0", "2026-06-28T00:15Z,,7",
        "2026-06-28T00:45Z,2,8"))
    let start = try quarter("2026-06-28T00:00Z")
    #expect(
      imported.series == [
        key("B01", .energyImport): TimeSeries(start: start, values: [measured(1500), .missing, .missing, measured(2000)]),
        key("B01-PV", .energyExport): TimeSeries(start: start, values: [measured(0), measured(7), .missing, measured(8)]),
      ])
    #expect(imported.report.rows == 3)
    #expect(imported.report.interval == .quarterHour)
    #expect(imported.report.first == (try time("2026-06-28T00:00Z")))
    #expect(imported.report.last == (try time("2026-06-28T01:00Z")))
  }

  @Test("multiplies mean powers by the interval's length")
  func meanPowers() throws {
    // 4 kW for 15 min are 1 kWh; -2 kW of active power are 0.5 kWh fed in.
    let imported = try energies(
      file(
        "time,A [kW],B.active_power [kW],C.heat_power [W]", "2026-06-28T00:00Z,4,-2,100", "2026-06-28T00:15Z,0.001,2,0"))
    let start = try quarter("2026-06-28T00:00Z")
    #expect(
      imported.series == [
        key("A", .energyImport): TimeSeries(start: start, values: [measured(1000), .measured(Energy(count: 250))]),
        key("B", .energyImport): TimeSeries(start: start, values: [measured(0), measured(500)]),
        key("B", .energyExport): TimeSeries(start: start, values: [measured(500), measured(0)]),
        key("C", .heatEnergy): TimeSeries(start: start, values: [measured(25), measured(0)]),
      ])
  }

  @Test("spreads an hour over its quarter hours so that they add up, and calls them estimated")
  func hours() throws {
    // 10 mWh: shares 10/4, 20/4, 30/4, 40/4 cut to 2, 5, 7, 10 -> 2, 3, 2, 3.
    let imported = try energies(file("time,A [mWh]", "2026-06-28T00:00Z,10", "2026-06-28T01:00Z,0"))
    let values = try #require(imported.series[key("A", .energyImport)]).values
    #expect(values == [2, 3, 2, 3, 0, 0, 0, 0].map { .estimated(Energy(count: $0)) })
    #expect(imported.report.interval == .hour)
  }

  @Test("preserves every row's energy to the milliwatt-hour when it splits random half hours and hours")
  func splitPreservesSums() throws {
    for seed in UInt64(1)...20 {
      var random = SeededGenerator(seed: seed)
      let interval = [RowInterval.hour, .halfHour][Int(seed % 2)]
      let parts = interval.rawValue / 15
      let counts = (0..<48).map { _ in
        Int64.random(in: 0...1_000_000_000_000, using: &random) >> Int64.random(in: 0...40, using: &random)
      }
      let start = try quarter("2026-03-28T00:00Z")
      let rows = counts.enumerated().map { "\(start.advanced(by: $0.offset * parts)),\($0.element)" }
      let imported = try energies(file("time,A [mWh]", rows.joined(separator: "\n")))
      let values = try #require(imported.series[key("A", .energyImport)]).values
      #expect(values.count == counts.count * parts)
      for (position, count) in counts.enumerated() {
        let shares = values[position * parts..<(position + 1) * parts].map { $0.energy?.count ?? -1 }
        #expect(shares.reduce(0, +) == count, "seed \(seed), row \(position)")
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1, "seed \(seed), row \(position)")
        #expect(values[position * parts].quality == .estimated)
      }
    }
  }

  @Test("sums shorter intervals, measured only where the quarter hour is complete")
  func shortIntervals() throws {
    // From 00:05: the first quarter hour lacks its first five minutes, the third its last.
    let times = ["05", "10", "15", "20", "25", "30", "35"]
    let rows = times.enumerated().map { "2026-06-28T00:\($0.element)Z,\($0.offset + 1)" }
    let imported = try energies(file("time,A [Wh]", rows.joined(separator: "\n")))
    #expect(
      imported.series[key("A", .energyImport)]
        == TimeSeries(start: try quarter("2026-06-28T00:00Z"), values: [.missing, measured(3 + 4 + 5), .missing]))
    #expect(imported.report.interval == .fiveMinutes)
  }

  @Test("sums mean powers of minutes before it rounds")
  func minutes() throws {
    // Fifteen minutes of 1 mW are 0.25 mWh, of 2 mW 0.5 mWh: rounded row by row both would be nothing.
    let rows = (0..<Int64(30)).map { "\(Timestamp(milliseconds: $0 * 60_000)),\($0 < 15 ? 1 : 2)" }
    let imported = try energies(file("time,A [mW]", rows.joined(separator: "\n")))
    #expect(
      imported.series[key("A", .energyImport)]
        == TimeSeries(start: QuarterHour(index: 0), values: [measured(0), .measured(Energy(count: 1))]))
  }

  @Test("reads rows in any order")
  func order() throws {
    let ascending = (0..<Int64(40)).map { "\(QuarterHour(index: $0)),\($0)" }
    let expected = try energies(file("time,A [Wh]", ascending.joined(separator: "\n"))).series
    let descending = try energies(file("time,A [Wh]", ascending.reversed().joined(separator: "\n"))).series
    #expect(descending == expected)
    var random = SeededGenerator(seed: 3)
    let mixed = try energies(
      file("time,A [Wh]", ascending.shuffled(using: &random).joined(separator: "\n")), interval: .quarterHour)
    #expect(mixed.series == expected)
    #expect(expected[key("A", .energyImport)]?.values.count == 40)
  }

  @Test("reads the long form, each series over its own span")
  func long() throws {
    let imported = try energies(
      file(
        "time,point,value,unit", "2026-06-28T00:00Z,A,1,kWh", "2026-06-28T00:00Z,B,2,Wh", "2026-06-28T00:15Z,A,3,kWh",
        "2026-06-28T00:30Z,A,,kWh"))
    let start = try quarter("2026-06-28T00:00Z")
    #expect(
      imported.series == [
        key("A", .energyImport): TimeSeries(start: start, values: [measured(1000), measured(3000), .missing]),
        key("B", .energyImport): TimeSeries(start: start, values: [measured(2)]),
      ])
  }

  @Test("takes stamps for the interval's end when told so")
  func endStamps() throws {
    var reader = SeriesFileReader()
    reader.stamp = .end
    let imported = try energies(file("time,A [Wh]", "2026-06-28T00:15Z,1", "2026-06-28T00:30Z,2"), reader)
    #expect(
      imported.series[key("A", .energyImport)]
        == TimeSeries(start: try quarter("2026-06-28T00:00Z"), values: [measured(1), measured(2)]))
    #expect(imported.report.first == (try time("2026-06-28T00:00Z")))
  }

  @Test("takes a separator at the end of every line for no column")
  func trailingSeparators() throws {
    let imported = try energies(file("time;A [Wh];", "2026-06-28T00:00Z;1;", "2026-06-28T00:15Z;2", "2026-06-28T00:30Z;3;;"))
    #expect(imported.series[key("A", .energyImport)]?.values == [measured(1), measured(2), measured(3)])
  }

  @Test("counts rows that repeat others with the same values")
  func repeatedRows() throws {
    let imported = try energies(
      file("time,A [Wh]", "2026-06-28T00:00Z,1", "2026-06-28T00:15Z,2", "2026-06-28T00:00Z,1.0", "2026-06-28T00:15Z,"))
    #expect(imported.series[key("A", .energyImport)]?.values == [measured(1), measured(2)])
    #expect(imported.report.repeatedRows == 2)
  }

  @Test("tells its progress up to the file's size")
  func progress() throws {
    var last: (Int64, Int64) = (0, 0)
    let input = file("time,A [Wh]", "2026-06-28T00:00Z,1", "2026-06-28T00:15Z,2")
    _ = try SeriesFileReader().intervalEnergies(from: input) { last = ($0, $1) }
    #expect(last == (52, 52))
  }
}

@Suite("Interval energy file by the clock on the wall")
struct LocalIntervalEnergyTests {
  /// A day's file as a German meter portal writes it: one row a step of the wall clock, value = row number.
  private func portalFile(_ date: String, times: [String]) -> CSVFile {
    let rows = times.enumerated().map { "\(date) \($0.element);\($0.offset),5" }
    return CSVFile(name: "portal.csv", text: "time;B01 [kWh]\r\n" + rows.joined(separator: "\r\n") + "\r\n")
  }

  private func clock(_ hours: [Int], minutes: [String]) -> [String] {
    hours.flatMap { hour in minutes.map { "\(hour < 10 ? "0" : "")\(hour):\($0)" } }
  }

  private let quarters = ["00", "15", "30", "45"]

  @Test("has 92 quarter hours on 29 March 2026, without a gap")
  func spring() throws {
    let times = clock([0, 1] + Array(3...23), minutes: quarters)
    let imported = try SeriesFileReader(calendar: try berlin()).intervalEnergies(from: portalFile("29.03.2026", times: times))
    let series = try #require(imported.series[key("B01", .energyImport)])
    #expect(series.span == (try berlin().quarterHours(of: try day("2026-03-29"))))
    #expect(series.values == (0..<92).map { .measured(Energy(wattHours: $0 * 1000 + 500)) })
  }

  @Test("has 100 quarter hours on 25 October 2026, the second hour from 02:00 behind the first")
  func autumn() throws {
    let times = clock([0, 1, 2, 2] + Array(3...23), minutes: quarters)
    let imported = try SeriesFileReader(calendar: try berlin()).intervalEnergies(from: portalFile("25.10.2026", times: times))
    let series = try #require(imported.series[key("B01", .energyImport)])
    #expect(series.span == (try berlin().quarterHours(of: try day("2026-10-25"))))
    #expect(series.values == (0..<100).map { .measured(Energy(wattHours: $0 * 1000 + 500)) })
    #expect(imported.report.repeatedRows == 0)
  }

  @Test("reads stamps of the end of the interval over the autumn change")
  func autumnEndStamps() throws {
    // Hours that end at 01:00, 02:00 (summer time), 02:00 (winter time), 03:00 ... 23:00, and 24:00.
    var reader = SeriesFileReader(calendar: try berlin())
    reader.stamp = .end
    let times = clock([1, 2, 2] + Array(3...24), minutes: ["00"])
    let imported = try reader.intervalEnergies(from: portalFile("25.10.2026", times: times))
    let series = try #require(imported.series[key("B01", .energyImport)])
    #expect(series.span == (try berlin().quarterHours(of: try day("2026-10-25"))))
    // 0.5 + 1.5 + ... + 24.5 kWh = 25 x 12.5 kWh.
    #expect(series.values.compactMap(\.energy).reduce(.zero, +) == Energy(wattHours: 312_500))
  }

  @Test("leaves the second hour missing where a portal writes 96 rows on 25 October")
  func autumnWithoutSecondHour() throws {
    let imported = try SeriesFileReader(calendar: try berlin()).intervalEnergies(
      from: portalFile("25.10.2026", times: clock(Array(0...23), minutes: quarters)))
    let values = try #require(imported.series[key("B01", .energyImport)]).values
    #expect(values.count == 100)
    #expect(values.indices.filter { values[$0] == .missing } == [12, 13, 14, 15])
  }

  @Test("refuses a time that 29 March does not have, with its line")
  func springGap() throws {
    let reader = SeriesFileReader(calendar: try berlin())
    let input = portalFile("29.03.2026", times: clock([0, 1, 2], minutes: quarters))
    let refused = places { _ = try reader.intervalEnergies(from: input) }
    #expect(refused == ["10:1", "11:1", "12:1", "13:1"])
  }
}
