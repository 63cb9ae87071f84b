import CommunityModel
import Forecasting
import MarketTime
import Quantities
import Readings
import SeriesFiles
import Testing

/// Expected values: profiles/communities/rural-district/expected.json and README.md, computed from the same files with pandas.
@Suite("Files of the reference community")
struct ReferenceCommunityTests {
  private let folder = "communities/rural-district/"

  @Test("history.csv adds up to what was computed from it elsewhere")
  func history() throws {
    let imported = try SeriesFileReader().intervalEnergies(from: profile(folder + "history.csv"))
    #expect(imported.report.rows == 2592)
    #expect(imported.report.interval == .quarterHour)
    func sum(_ channel: Channel, _ suffix: String) -> Energy {
      imported.series.filter { $0.key.channel == channel && $0.key.point.text.hasSuffix(suffix) }
        .flatMap(\.value.values).compactMap(\.energy).reduce(.zero, +)
    }
    #expect(sum(.energyImport, "-GRID") == Energy(wattHours: 10_031_412))
    #expect(sum(.energyExport, "-GRID") == Energy(wattHours: 27_082_635))
    #expect(sum(.energyExport, "-PV") == Energy(wattHours: 31_656_666))
    #expect(sum(.heatEnergy, "HEAT-01") == Energy(wattHours: 3_084_520))
  }

  @Test("readings.csv gives counters whose differences are what was computed from them elsewhere")
  func readings() throws {
    var counters: [SeriesKey: [Sample]] = [:]
    try SeriesFileReader().readings(from: profile(folder + "readings.csv")) { batch in
      for reading in batch where reading.series.channel == .energyImport {
        counters[reading.series, default: []].append(Sample(at: reading.time, value: reading.value))
      }
    }
    let span = try quarter("2016-06-28T00:00Z")..<quarter("2016-06-29T00:00Z")
    let meter = IntervalMeter(longestGap: .seconds(900))
    let grids = counters.filter { $0.key.point.text.hasSuffix("-GRID") }
    let energies = grids.values.flatMap { meter.energies(from: $0, over: span).values }
    #expect(energies.count == 13 * 96)
    #expect(energies.allSatisfy { $0.quality == .measured })
    #expect(energies.compactMap(\.energy).reduce(.zero, +) == Energy(wattHours: 183_057))
  }

  @Test("prices.csv has the published extremes, each hour four times")
  func prices() throws {
    let imported = try SeriesFileReader().prices(from: profile(folder + "prices.csv"))
    let prices = imported.prices.values.compactMap { $0 }
    #expect(imported.gaps.isEmpty)
    #expect(prices.count == 720 * 4)
    #expect(prices.min() == EnergyPrice(count: -48_170))
    #expect(imported.prices[try quarter("2016-06-01T12:45Z")] == EnergyPrice(count: -48_170))
    #expect(prices.max() == EnergyPrice(count: 60_750))
    #expect(imported.prices[try quarter("2016-06-02T18:00Z")] == EnergyPrice(count: 60_750))
    #expect(prices.count { $0 < .zero } == 8 * 4)
    // Mean 26.229167 EUR/MWh.
    #expect((prices.reduce(.zero, +).count + 1440) / 2880 == 26_229)
  }

  @Test("next-day.csv can be read as what was to be forecast")
  func nextDay() throws {
    let imported = try SeriesFileReader().forecasts(from: profile(folder + "next-day.csv"))
    let load = try #require(imported.assets["bus-01.load"]?.complete)
    let span = try quarter("2016-06-28T00:00Z")..<quarter("2016-06-29T00:00Z")
    let energy = span.compactMap { load[$0]?.energy(over: QuarterHour.duration) }.reduce(.zero, +)
    #expect(energy == Energy(wattHours: 102_505))
  }
}
