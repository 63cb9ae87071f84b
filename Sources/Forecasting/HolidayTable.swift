public import CommunityModel
public import MarketTime

/// Public holidays by country and region, as a table lists them.
public struct HolidayTable: Sendable, Equatable {
  /// One holiday of a country or of one of its regions.
  public struct Entry: Hashable, Sendable {
    /// The date.
    public let day: LocalDay
    /// ISO 3166 code: `DE`, `AT`.
    public let country: String
    /// The Land that keeps it, `NW`; nil for the whole country.
    public let region: String?

    /// A holiday; see the properties.
    public init(_ day: LocalDay, country: String, region: String? = nil) {
      self.day = day
      self.country = country
      self.region = region
    }
  }

  /// The rows, holidays of a whole country or Land only.
  public let entries: [Entry]

  /// A table of `entries`; holidays of single towns or parishes do not belong here.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The holidays that count in `region`.
  ///
  /// Those of the whole country and those of the Land. A country given without a Land has the days that all its Länder keep.
  ///
  /// - Throws: `ForecastingError.unknownRegion` when the table has no such country, or the country has Länder but not this one.
  public func holidays(in region: HolidayRegion) throws(ForecastingError) -> Holidays {
    let country = entries.filter { $0.country == region.country }
    guard !country.isEmpty else {
      throw .unknownRegion(region, known: Set(entries.map(\.country)).sorted())
    }
    var byRegion: [String: Set<LocalDay>] = [:]
    var days: Set<LocalDay> = []
    for entry in country {
      if let land = entry.region { byRegion[land, default: []].insert(entry.day) } else { days.insert(entry.day) }
    }
    if let land = region.region, !byRegion.isEmpty {
      guard let own = byRegion[land] else { throw .unknownRegion(region, known: byRegion.keys.sorted()) }
      days.formUnion(own)
    } else if let first = byRegion.values.first {
      days.formUnion(byRegion.values.reduce(first) { $0.intersection($1) })
    }
    let years = country.map(\.day.components.year)
    return Holidays(days: days, years: Set(years))
  }
}

/// The public holidays of one place.
public struct Holidays: Sendable, Equatable {
  /// The dates.
  public let days: Set<LocalDay>
  /// The years that were looked up; a date of another year is not known to be a working day.
  public let years: Set<Int>

  /// The holidays `days`, known for all of `years`.
  public init(days: Set<LocalDay>, years: Set<Int>) {
    self.days = days
    self.years = years
  }

  /// Whether `day` is a holiday; false in years that are not covered.
  public func contains(_ day: LocalDay) -> Bool { days.contains(day) }

  /// Whether the holidays of the year of `day` are known, so that `contains` means something.
  public func covers(_ day: LocalDay) -> Bool { years.contains(day.components.year) }
}
