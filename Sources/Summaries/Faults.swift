public import CommunityModel
public import MarketTime
public import Quantities

/// Something that is wrong, as far as readings tell; it stands first in a summary.
public enum Fault: Sendable, Hashable {
  /// The own meter has told nothing since; nil where it has not in the last four weeks.
  case silentMeter(since: Timestamp?)
  /// A plant made nothing all day that makes something on every other day.
  case deadPlant(Plant)
  /// A plant that was dead the day before makes power again.
  case plantIsBack(Plant)
  /// A plant was dead on these earlier days of a week and makes power again.
  case plantWasDead(Plant, on: [LocalDay])
  /// The heating's boiler has locked out.
  case boilerLockout(since: Timestamp)

  /// A plant, as a summary's reader knows it.
  public struct Plant: Sendable, Hashable {
    /// Whether it is the reader's own.
    public let isOwn: Bool
    /// The site's name.
    public let site: String
    /// Whether other plants made power, so that it was not the weather.
    public let othersRan: Bool

    /// A plant; see the properties.
    public init(isOwn: Bool, site: String, othersRan: Bool) {
      self.isOwn = isOwn
      self.site = site
      self.othersRan = othersRan
    }
  }
}

/// Whether a meter has fallen silent.
enum MeterSilence {
  /// Shorter gaps at the day's end are late values, no fault.
  static let least: Duration = .seconds(2 * 3600)

  /// Since when `series` tells nothing until the end of `day`; nil where it is not silent. The inner nil: in its whole span.
  static func since(_ series: TimeSeries<IntervalEnergy>?, until end: QuarterHour) -> Timestamp?? {
    guard let series else { return .some(nil) }
    var last = end.advanced(by: -1)
    while last >= series.start, series[last]?.energy == nil { last = last.advanced(by: -1) }
    guard last >= series.start else { return .some(nil) }
    let since = last.end
    return end.start - since >= least ? .some(since) : nil
  }
}

/// Whether a plant is dead: it made nothing all day though it is measured, and makes something on other days.
///
/// | | rule |
/// |---|---|
/// | measured | every quarter hour of the day has a value |
/// | nothing | less than 1/200 of its usual day; fog and rain leave more |
/// | usual | the mean of its days with power in the four weeks before, at least 0.5 kWh, of at least three days |
/// | not the weather | the community's other plants together made at least a tenth of their usual |
struct PlantWatch {
  /// A plant's energy, day by day; nil where a quarter hour is missing.
  struct Days {
    let point: MeteringPoint
    /// The latest last.
    let energies: [Energy?]

    /// The mean of days with power before the day at `place`.
    func usual(before place: Int) -> Energy? {
      let days = energies[..<place].compactMap(\.self).filter { $0.count > 0 }
      guard days.count >= 3 else { return nil }
      let mean = Energy(count: days.reduce(0) { $0 + $1.count } / Int64(days.count))
      return mean >= Energy(wattHours: 500) ? mean : nil
    }

    /// Whether the plant was dead on the day at `place`; nil where that cannot be told.
    func isDead(at place: Int) -> Bool? {
      guard energies.indices.contains(place), let made = energies[place], let usual = usual(before: place) else { return nil }
      return made.count < usual.count / 200
    }
  }

  let plants: [Days]

  /// The plants of `community` over `days`.
  init(_ community: Community, _ energies: MeteredEnergies, days: Range<LocalDay>) {
    let spans = days.map { community.calendar.quarterHours(of: $0) }
    plants = community.meteringPoints.filter { $0.measures == .generation }.map { point in
      let series = energies[point.id, .export]
      return Days(
        point: point,
        energies: spans.map { span in
          var sum = Energy.zero
          for quarter in span {
            guard let energy = series?[quarter]?.energy else { return nil }
            sum += energy
          }
          return sum
        })
    }
  }

  /// What is wrong with plants on the last day that concerns `member`: the own, and those that are the community's.
  func faults(of member: Member.ID, in community: Community) -> [Fault] {
    plants.compactMap { plant in
      guard plant.point.member == member || plant.point.member == nil else { return nil }
      let last = plant.energies.count - 1
      guard let isDead = plant.isDead(at: last), isDead || plant.isDead(at: last - 1) == true else { return nil }
      let site = community.sites.first { $0.id == plant.point.site }?.name ?? plant.point.site.text
      let named = Fault.Plant(isOwn: plant.point.member != nil, site: site, othersRan: othersRan(beside: plant, at: last))
      return isDead ? .deadPlant(named) : .plantIsBack(named)
    }
  }

  private func othersRan(beside plant: Days, at place: Int) -> Bool {
    let others = plants.filter { $0.point.id != plant.point.id }
    let pairs = others.compactMap { other in
      other.usual(before: place).flatMap { usual in other.energies[place].map { (made: $0, usual: usual) } }
    }
    let (made, usual) = pairs.reduce((Int64(0), Int64(0))) { ($0.0 + $1.made.count, $0.1 + $1.usual.count) }
    return usual > 0 && made * 10 >= usual
  }
}

/// What a boiler's control told over a day, each series the latest value in a quarter hour.
public struct BoilerLog: Sendable, Equatable {
  /// Whose control it is.
  public let point: MeteringPoint.ID
  /// The sites it heats.
  public let sites: Set<Site.ID>
  /// Temperature of the boiler or of what leaves it.
  public let flow: TimeSeries<Temperature?>
  /// What it should be, where the control tells.
  public let target: TimeSeries<Temperature?>?
  /// Flags of errors, 0 for none, where the control tells.
  public let errors: TimeSeries<Int64?>?
  /// Outdoors, where it is measured.
  public let outdoor: TimeSeries<Temperature?>?

  /// A log; see the properties.
  public init(
    point: MeteringPoint.ID, sites: Set<Site.ID>, flow: TimeSeries<Temperature?>, target: TimeSeries<Temperature?>? = nil,
    errors: TimeSeries<Int64?>? = nil, outdoor: TimeSeries<Temperature?>? = nil
  ) {
    self.point = point
    self.sites = sites
    self.flow = flow
    self.target = target
    self.errors = errors
    self.outdoor = outdoor
  }

  /// Since when the boiler is locked out at the end of the log; nil where it is not.
  ///
  /// A quarter hour speaks for a lockout where the flow is cold though heat is wanted: 15 K below its target, or below 30 °C without one;
  /// and the flow does not warm up; and, where that is told, it is below 15 °C outside. Two hours of them until the end are a lockout, six
  /// where no target is told, since a boiler may be off at night; half an hour is enough where the control tells an error all that time.
  /// A quarter hour without a value speaks for nothing.
  public var lockout: Timestamp? {
    var (begin, withError) = (flow.span.upperBound, flow.span.upperBound)
    var isError = true
    for quarter in flow.span.reversed() {
      guard speaks(for: quarter) else { break }
      begin = quarter
      if isError, let flags = errors?[quarter] ?? nil, flags != 0 { withError = quarter } else { isError = false }
    }
    let end = flow.span.upperBound
    let (cold, faulty) = (begin.distance(to: end), withError.distance(to: end))
    let isTold = (target?[end.advanced(by: -1)] ?? nil) != nil
    return cold >= (isTold ? 8 : 24) || faulty >= 2 ? begin.start : nil
  }

  private func speaks(for quarter: QuarterHour) -> Bool {
    guard let temperature = flow[quarter] ?? nil else { return false }
    let limit = (target?[quarter] ?? nil).map { $0 - Temperature(count: 15_000) } ?? Temperature(count: 30_000)
    if let outdoor = outdoor?[quarter] ?? nil, outdoor >= Temperature(count: 15_000) { return false }
    if let before = flow[quarter.advanced(by: -1)] ?? nil, temperature > before + Temperature(count: 1000) { return false }
    return temperature < limit
  }
}
