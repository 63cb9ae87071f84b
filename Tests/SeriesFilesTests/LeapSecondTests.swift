import CommunityModel
import MarketTime
import Quantities
import Readings
import SeriesFiles
import TestSupport
import Testing

/// Row T5 of the fault catalogue: files write the leap second, and loggers round to it.
@Suite("A second of 60")
struct LeapSecondTests {
  private func readings(_ file: CSVFile) throws -> [Reading] {
    var all: [Reading] = []
    try SeriesFileReader().readings(from: file) { all += $0 }
    return all
  }

  @Test("is the first second after it, in every notation")
  func notations() throws {
    let midnight = try time("2017-01-01T00:00:00Z")
    for cell in ["2016-12-31T23:59:60Z", "2016-12-31 23:59:60+00:00", "2017-01-01T00:59:60+01:00"] {
      #expect(try readings(file("time,B01.energy_import [Wh]", "\(cell),7")).map(\.time) == [midnight], "\(cell)")
    }
  }

  @Test("makes no reading count twice: the store keeps one for the instant")
  func readingsOnce() throws {
    let store = InMemoryReadingStore()
    let all = try readings(
      file(
        "time,B01.energy_import [Wh]", "2016-12-31T23:59:59Z,10", "2016-12-31T23:59:60Z,10", "2017-01-01T00:00:00Z,10",
        "2017-01-01T00:00:01Z,11"))
    let outcome = store.append(all)
    #expect([outcome.added, outcome.repeated, outcome.conflicting] == [3, 1, 0])
  }

  @Test("makes no doubled and no missing quarter hour, wherever a file writes it")
  func property() throws {
    let start = try time("2016-12-31T20:00Z")
    let count = FaultFigure.count(200, large: 5000)
    var wrong = 0
    for seed in 1...UInt64(count) {
      var random = SeededGenerator(seed: seed)
      var rows: [String] = []
      var total: Int64 = 0
      for quarter in 0..<32 {
        let begin = start + .seconds(900 * quarter)
        let energy = Int64.random(in: 0...5000, using: &random)
        total += energy * 1000
        let before = "\(begin - .seconds(1))".dropLast(3)
        let leap = "\(before)60Z,\(energy)"
        let plain = "\(begin),\(energy)"
        switch Int.random(in: 0..<3, using: &random) {
        case 0: rows.append(leap)
        case 1: rows.append(plain)
        default: rows += [leap, plain]
        }
      }
      let text = (["time,B01 [Wh]"] + rows).joined(separator: "\n") + "\n"
      let imported = try SeriesFileReader().intervalEnergies(from: CSVFile(name: "test.csv", text: text), interval: .quarterHour)
      let series = try #require(imported.series[key("B01", .energyImport)])
      let isWhole = series.span.count == 32 && series.values.allSatisfy { $0.quality == .measured }
      let isRight = series.values.compactMap(\.energy).reduce(.zero, +).count == total
      if !isWhole || !isRight { wrong += 1 }
      #expect(isWhole && isRight, "seed \(seed)")
    }
    FaultFigure.tell(
      "T5 files with seconds of 60, quarter hours doubled or missing", ours: "\(wrong) of \(count)", limit: "\(count)", goal: "0",
      reached: wrong == 0)
  }

  @Test("is refused with the line when it says something else than the second after it")
  func conflict() throws {
    let wrong = file("time,B01 [Wh]", "2016-12-31T23:45Z,1", "2016-12-31T23:59:60Z,2", "2017-01-01T00:00Z,3")
    #expect(places { _ = try SeriesFileReader().intervalEnergies(from: wrong, interval: nil) } == ["4:19"])
  }
}
