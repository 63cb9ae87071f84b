import CommunityModel
import Foundation
import MarketTime
import Quantities
import Testing

@testable import Reporting

/// Kilowatt-hours as a hand calculation writes them.
func kWh(_ value: Double) -> Energy { Energy(kilowattHours: value) }

/// A share as a hand calculation writes it: `percent(64.8)`.
func percent(_ value: Double) -> Fraction { Fraction(value / 100) }

extension TimeSeries where Value == IntervalEnergy {
  /// Measured kilowatt-hours from the first quarter hour of 1970 on; nil is missing.
  init(_ values: [Double?]) {
    self.init(start: QuarterHour(index: 0), values: values.map { $0.map { .measured(kWh($0)) } ?? .missing })
  }
}

/// A house under test: what its meters count, by kind, each a list of kilowatt-hours from the first quarter hour of 1970 on.
struct House {
  var id: Site.ID = "house"
  var points: [(MeteringPoint.Measures, imports: TimeSeries<IntervalEnergy>?, exports: TimeSeries<IntervalEnergy>?)] = []

  mutating func add(_ measures: MeteringPoint.Measures, in imports: [Double?]? = nil, out exports: [Double?]? = nil) {
    points.append((measures, imports.map { TimeSeries($0) }, exports.map { TimeSeries($0) }))
  }

  /// Grid and generation, consumption derived, no battery.
  static func metered(_ id: Site.ID = "house", imports: [Double?], exports: [Double?], generation: [Double?]? = nil) -> House {
    var house = House(id: id)
    house.add(.grid, in: imports, out: exports)
    if let generation { house.add(.generation, out: generation) }
    return house
  }

  /// Consumption and generation, grid derived.
  static func unmetered(_ id: Site.ID = "house", consumption: [Double?], generation: [Double?]? = nil) -> House {
    var house = House(id: id)
    house.add(.consumption, in: consumption)
    if let generation { house.add(.generation, out: generation) }
    return house
  }

  func meteringPoint(_ position: Int) -> MeteringPoint.ID { .init("\(id)-\(points[position].0.rawValue)-\(position)") }

  func balance() throws -> SiteBalance {
    let (community, energies) = try Community.of([self])
    return try #require(SiteBalance(of: id, in: community, energies: energies))
  }

  func figures() throws -> KeyFigures { KeyFigures(of: try balance()) }

  /// The flows of one quarter hour.
  func flows(at position: Int = 0) throws -> EnergyFlows {
    try #require(try balance().intervals.values[position].flows)
  }
}

extension Community {
  /// A community of `houses` on Berlin's clock, and what their meters counted.
  static func of(_ houses: [House], name: String = "Test eG") throws -> (Community, MeteredEnergies) {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let connection = GridConnection(importLimit: Power(kilowatts: 30), exportLimit: Power(kilowatts: 30))
    let points = houses.flatMap { house in
      house.points.indices.map {
        MeteringPoint(id: house.meteringPoint($0), site: house.id, measures: house.points[$0].0)
      }
    }
    let series = houses.flatMap { house in house.points.flatMap { [$0.imports, $0.exports] } }.compactMap(\.self)
    let start = series.map(\.start).min() ?? QuarterHour(index: 0)
    let end = series.map(\.span.upperBound).max() ?? start
    var energies = MeteredEnergies(over: start..<end)
    for house in houses {
      for (position, point) in house.points.enumerated() {
        if let imports = point.imports { energies[house.meteringPoint(position), .import] = imports }
        if let exports = point.exports { energies[house.meteringPoint(position), .export] = exports }
      }
    }
    let community = Community(
      id: "test", name: name, calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: houses.map { Site(id: $0.id, name: "Haus \($0.id)", gridConnection: connection) }, meteringPoints: points)
    return (community, energies)
  }
}

extension CommunityBalance {
  /// The balance of `houses` together.
  init(_ houses: [House]) throws {
    let (community, energies) = try Community.of(houses)
    let sites = houses.compactMap { SiteBalance(of: $0.id, in: community, energies: energies) }
    self.init(of: sites, over: energies.span)
  }
}
