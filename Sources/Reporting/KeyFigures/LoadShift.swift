import MarketTime
public import Quantities

/// How much of consumption moved within the day against a baseline: the mean of the ten days like it before.
///
///     change = sum L - sum B,   shifted = (sum |L - B| - |change|) / 2
///
/// Worked example K10: 2/2/6/2 expected and 2/5/3/2 used is 3 kWh shifted, 0 more. Says what moved, not why.
public struct LoadShift: Hashable, Sendable {
  /// Energy used at another time of the day.
  public private(set) var shifted = Energy.zero
  /// Energy used more (or less) than expected.
  public private(set) var change = Energy.zero
  /// Days that have a baseline.
  public private(set) var days = 0

  /// Nothing yet.
  public init() {}

  /// A day of `load` where `baseline` was expected, both by the same quarter hours.
  public init(load: [Energy], baseline: [Energy]) { enter(load, baseline) }

  mutating func enter(_ load: [Energy], _ baseline: [Energy]) {
    let difference = zip(load, baseline).map { $0 - $1 }
    let more = difference.reduce(.zero, +)
    let moved = difference.reduce(Energy.zero) { $0 + $1.magnitude }
    shifted += Energy(count: (moved - more.magnitude).count / 2)
    change += more
    days += 1
  }
}

/// Remembers the days before as baselines, and holds each new day against them.
struct LoadShiftAccount: Sendable {
  /// Days that are like each other: those of work, Saturdays, Sundays and holidays.
  private enum DayClass: Hashable { case work, saturday, sunday }

  /// How many days before make a baseline.
  static let baselineDays = 10
  /// How far back ten Sundays lie.
  static let lookback = 70

  private let calendar: MarketCalendar
  private let isHoliday: @Sendable (LocalDay) -> Bool
  /// The last ten whole days of each class, by minute of the day on the wall.
  private var earlier: [DayClass: [[Int: Energy]]] = [:]
  private(set) var shift = LoadShift()

  init(calendar: MarketCalendar, isHoliday: @escaping @Sendable (LocalDay) -> Bool) {
    self.calendar = calendar
    self.isHoliday = isHoliday
  }

  /// Enters a local day that follows those before; one with a hole is left out.
  ///
  /// - Parameter isReported: whether it is held against its baseline, or only remembered.
  mutating func enter(_ day: ArraySlice<IntervalFlows>, from start: QuarterHour, isReported: Bool) {
    let loads = day.compactMap { $0.flows?.consumption }
    guard loads.count == day.count, !loads.isEmpty else { return }
    let date = calendar.localDay(of: start.start)
    guard loads.count == calendar.quarterHours(of: date).count else { return }
    let slots = loads.indices.map { calendar.local(start.advanced(by: $0).start).time.minutes }
    let kind: DayClass =
      isHoliday(date) || date.weekday == .sunday ? .sunday : date.weekday == .saturday ? .saturday : .work
    let known = earlier[kind] ?? []
    if isReported, known.count == Self.baselineDays {
      let baseline = slots.map { slot in
        let values = known.compactMap { $0[slot] }
        return Energy(count: values.reduce(.zero, +).count / Int64(max(1, values.count)))
      }
      shift.enter(loads, baseline)
    }
    let profile = Dictionary(zip(slots, loads)) { first, _ in first }
    earlier[kind] = Array((known + [profile]).suffix(Self.baselineDays))
  }
}
