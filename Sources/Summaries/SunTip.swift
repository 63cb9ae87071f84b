public import CommunityModel
import Forecasting
public import MarketTime
public import Quantities

/// What is expected to be left over of the community's plants after everyone's usual use, quarter hour by quarter hour.
public struct SunOutlook: Sendable, Equatable {
  /// In the mean of what is expected; nil where nothing is.
  public let expected: TimeSeries<Power?>
  /// What four days of five exceed.
  public let cautious: TimeSeries<Power?>
  /// How many households share it.
  public let households: Int

  /// An outlook; see the properties.
  public init(expected: TimeSeries<Power?>, cautious: TimeSeries<Power?>, households: Int) {
    self.expected = expected
    self.cautious = cautious
    self.households = households
  }
}

/// A time tomorrow in which much own power is left over.
public struct SunWindow: Hashable, Sendable {
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// Whether a cautious forecast says so too: "likely", else "perhaps".
  public let isLikely: Bool

  /// A window; see the properties.
  public init(span: Range<QuarterHour>, isLikely: Bool) {
    self.span = span
    self.isLikely = isLikely
  }
}

/// When tomorrow is a good time for a machine, as far as a forecast can tell.
///
/// | rule | |
/// |---|---|
/// | window | longest run of at least 2 h in which 0.5 kW a household is left over; the earlier of two as long |
/// | likely | where the forecast that four of five days exceed says so in every quarter hour of it; else perhaps |
/// | quiet | no quarter hour in which the house is to be quiet |
/// | one | at most one window a day |
///
/// Source: `docs/formats/summary-json.md`, "Tip".
public enum SunTip: Sendable, Equatable {
  /// Much is left over.
  case sun(SunWindow)
  /// Power from the grid is cheaper at this time by the tariff, and it is not quiet then.
  case cheapGrid(Range<QuarterHour>)
  /// Cheaper at a quiet time: for what charges by itself, no machine.
  case cheapNight(Range<QuarterHour>)
  /// Nothing special.
  case nothing
  /// No forecast reaches that day.
  case unknown

  /// What must be left over for each household.
  public static let leastSurplus = Power(watts: 500)
  /// How long at least.
  public static let leastLength: Duration = .seconds(2 * 3600)

  /// The sun's window.
  public var window: SunWindow? { if case .sun(let window) = self { window } else { nil } }

  /// The tip for `day`.
  ///
  /// - Parameter cheap: when power from the grid is cheaper.
  public init(
    for day: LocalDay, from outlook: SunOutlook?, on calendar: MarketCalendar, quiet: [DailyHours], cheap: [PriceWindow] = []
  ) {
    let quarters = calendar.quarterHours(of: day)
    let isQuiet = quarters.map { quarter in
      let time = calendar.local(quarter.start).time
      return quiet.contains { $0.contains(time) }
    }
    if let outlook, let window = Self.window(in: quarters, outlook, isQuiet: isQuiet, calendar) {
      self = .sun(window)
      return
    }
    let cheapRuns = quarters.runs { quarter in
      let (day, time) = calendar.local(quarter.start)
      return cheap.contains { $0.plus < .zero && $0.contains(time, on: day) }
    }
    if let run = cheapRuns.longest() {
      let places = quarters.lowerBound.distance(to: run.lowerBound)..<quarters.lowerBound.distance(to: run.upperBound)
      self = isQuiet[places].contains(true) ? .cheapNight(run) : .cheapGrid(run)
    } else {
      let isKnown = outlook.map { outlook in quarters.contains { (outlook.expected[$0] ?? nil) != nil } } ?? false
      self = isKnown ? .nothing : .unknown
    }
  }

  private static func window(
    in quarters: Range<QuarterHour>, _ outlook: SunOutlook, isQuiet: [Bool], _ calendar: MarketCalendar
  ) -> SunWindow? {
    guard outlook.households > 0 else { return nil }
    let least = leastSurplus * outlook.households
    func suffices(_ series: TimeSeries<Power?>, _ quarter: QuarterHour) -> Bool {
      (series[quarter] ?? nil).map { $0 >= least } ?? false
    }
    let runs = quarters.runs { quarter in
      !isQuiet[quarters.lowerBound.distance(to: quarter)] && suffices(outlook.expected, quarter)
    }
    guard let run = runs.longest(), QuarterHour.duration * run.count >= leastLength else { return nil }
    let told = run.cutToFullHours(by: calendar)
    return SunWindow(span: told, isLikely: told.allSatisfy { suffices(outlook.cautious, $0) })
  }
}

/// Who starts when within a window, so that not all machines start at once.
///
/// Members stand in an order that their ids' hashes give; each starts a quarter hour after the one before, around the window, and the first
/// place turns by one from day to day. So no two slots differ by more than one member, and in as many days as there are slots each has had
/// every one. The window's last three quarters of an hour are no start: a machine needs them.
public struct StartOrder: Sendable {
  private let ranks: [Member.ID: Int]

  /// The order of `members`, which does not depend on the order they are given in.
  public init(of members: [Member.ID]) {
    let order = members.map { (hash: Self.fingerprint(of: $0.text), id: $0) }.sorted { ($0.hash, $0.id) < ($1.hash, $1.id) }
    ranks = Dictionary(order.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }

  /// The quarter hour in which `member` should start in `window` on `day`.
  public func start(of member: Member.ID, in window: SunWindow, on day: LocalDay) -> QuarterHour {
    let slots = Int64(max(1, window.span.count - 3))
    let turn = (Int64(ranks[member] ?? 0) + Int64(day.number)) % slots
    return window.span.lowerBound.advanced(by: Int((turn + slots) % slots))
  }

  /// FNV-1a: the same on every machine and in every year.
  private static func fingerprint(of text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// How the tips of some days turned out.
public struct TipScore: Sendable, Equatable {
  /// Tips that were right.
  public private(set) var right = 0
  /// Tips that were given and can be held against what was measured.
  public private(set) var told = 0

  /// No tips.
  public init() {}

  /// Counts a tip: one of sun was right where at least half a kilowatt a household was left over in the mean of its window; a day without
  /// a window where no such run of two hours came. What was not measured does not count, nor what was no tip about the sun.
  public mutating func add(
    _ tip: SunTip, for day: LocalDay, measured: SunOutlook, on calendar: MarketCalendar, quiet: [DailyHours]
  ) {
    switch tip {
    case .sun(let window):
      let powers = window.span.compactMap { measured.expected[$0] ?? nil }
      guard powers.count == window.span.count else { return }
      let mean = powers.reduce(0) { $0 + $1.count } / Int64(powers.count)
      told += 1
      if mean >= (SunTip.leastSurplus * measured.households).count { right += 1 }
    case .nothing:
      let quarters = calendar.quarterHours(of: day)
      guard quarters.allSatisfy({ (measured.expected[$0] ?? nil) != nil }) else { return }
      told += 1
      if SunTip(for: day, from: measured, on: calendar, quiet: quiet).window == nil { right += 1 }
    case .cheapGrid, .cheapNight, .unknown: return
    }
  }
}

extension Range<QuarterHour> {
  /// The part between full hours of the clock, which people keep in mind; the whole where less than two hours would be left.
  fileprivate func cutToFullHours(by calendar: MarketCalendar) -> Range {
    func isFull(_ quarter: QuarterHour) -> Bool { calendar.local(quarter.start).time.minutes % 60 == 0 }
    let first = self.first(where: isFull) ?? lowerBound
    var last = upperBound
    while last > first, !isFull(last) { last = last.advanced(by: -1) }
    guard first < last, QuarterHour.duration * first.distance(to: last) >= SunTip.leastLength else { return self }
    return first..<last
  }
}

extension [Range<QuarterHour>] {
  /// The longest, the first of several.
  fileprivate func longest() -> Range<QuarterHour>? {
    reduce(nil) { longest, next in next.count > longest?.count ?? 0 ? next : longest }
  }
}
