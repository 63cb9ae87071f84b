public import CommunityModel
import EnergySharing
public import MarketTime
public import Quantities

/// Use of one member on one day that stands far out of the member's own last weeks.
public struct UnusualUse: Sendable, Equatable {
  /// Whose.
  public let member: Member.ID
  /// When.
  public let day: LocalDay
  /// What stands out.
  public let measure: Measure
  /// What was used in that time.
  public let used: Energy
  /// The median of the days that it was held beside.
  public let usual: Energy

  /// What is held beside its usual.
  public enum Measure: String, CaseIterable, Sendable {
    /// All of a day.
    case day
    /// Three hours of the night, from 1 to 4 o'clock on the wall: what runs when nobody does anything.
    case night
  }
}

/// Finds unusual use of one member in the member's own meters' values alone.
///
/// | | a whole day | the night, 1 to 4 o'clock |
/// |---|---|---|
/// | held beside | the 28 days before, of those known; at least 14, and three of the same weekday | the same |
/// | spread | more than five spreads above their median | the same |
/// | twice | more than twice their median | the same |
/// | weekday | a quarter more than the most of the same weekday | the same |
/// | least | 3 kWh more | 0.6 kWh more, which is 200 W |
/// | not told | median below 1 kWh a day: nobody lives there | the same |
///
/// All of these must hold. The spread is 1.4826 times the median of the distances from the median, which for a normal distribution is its
/// standard deviation, and which a few odd days do not move (Rousseeuw and Croux 1993). A day counts where 98 % of it was measured, a night
/// where all of it was; substitutes and estimates are no sign of anything.
///
/// A spell is told once: there is no second message within 14 days unless three usual days in a row came in between. After two weeks a new
/// level is the median, so a spell ends by itself.
public struct UseWatch: Sendable {
  /// How many days are held beside a day.
  static let lookback = 28
  /// How many of them must be known at least.
  static let leastDays = 14
  /// How many of these of the same weekday.
  static let leastWeekdays = 3
  /// How long a message speaks for what follows.
  static let quietDays = 14
  /// After how many usual days in a row a spell is over.
  static let daysBetween = 3

  private let member: Member.ID
  private let days: [LocalDay: [UnusualUse.Measure: Energy]]

  /// What was used on days, of which something is known.
  init(member: Member.ID, days: [LocalDay: [UnusualUse.Measure: Energy]]) {
    self.member = member
    self.days = days
  }

  /// The use of `member` on `day` and the days before, as far as `sources` reach.
  public init(of member: Member, until day: LocalDay, from sources: SummarySources) {
    let calendar = sources.community.calendar
    var days: [LocalDay: [UnusualUse.Measure: Energy]] = [:]
    var at = day
    while sources.energies.span.contains(calendar.quarterHours(of: at).lowerBound) {
      if member.membership.contains(at) { days[at] = Self.uses(of: member, on: at, sources) }
      at = at.advanced(by: -1)
    }
    self.init(member: member.id, days: days)
  }

  private static func uses(of member: Member, on day: LocalDay, _ sources: SummarySources) -> [UnusualUse.Measure: Energy] {
    let community = sources.community.on(day)
    let span = community.calendar.quarterHours(of: day)
    let meters = community.meteringPoints.filter { $0.member == member.id }
    guard
      let quarters = MemberQuarters(
        of: member, meters: meters, in: community, sources.energies.over(span),
        isKnown: [Bool](repeating: true, count: span.count))
    else { return [:] }
    let isMeasured = zip(quarters.isKnown, quarters.isSubstituted).map { $0 && !$1 }
    var uses: [UnusualUse.Measure: Energy] = [:]
    if isMeasured.count(where: \.self) * 100 >= span.count * 98 { uses[.day] = Energy(count: quarters.used.reduce(0, +)) }
    let night = span.enumerated().filter { (60..<240).contains(community.calendar.local($0.element.start).time.minutes) }
    // A night in which clocks change has an hour more or less: it is no night like others.
    if night.count == 12, night.allSatisfy({ isMeasured[$0.offset] }) {
      uses[.night] = Energy(count: night.reduce(0) { $0 + quarters.used[$1.offset] })
    }
    return uses
  }

  // MARK: - The rule

  /// What stands out on `day`; the whole day where both do.
  ///
  /// - Returns: nil for nothing, also where too little is known to tell.
  public func unusual(on day: LocalDay) -> UnusualUse? {
    UnusualUse.Measure.allCases.lazy.compactMap { finding(of: $0, on: day) }.first { $0.isUnusual }?.use
  }

  /// What is to be told of `day` to who was told of the days `told` before.
  ///
  /// - Returns: nil for nothing, also where it is part of a spell that was told.
  public func news(on day: LocalDay, told: [LocalDay]) -> UnusualUse? {
    guard let use = unusual(on: day) else { return nil }
    guard let last = told.filter({ $0 < day && $0 >= day.advanced(by: -Self.quietDays) }).max() else { return use }
    var usual = 0
    for between in last.advanced(by: 1)..<day {
      // What is not known is neither.
      let findings = UnusualUse.Measure.allCases.compactMap { finding(of: $0, on: between) }
      if findings.contains(where: \.isUnusual) {
        usual = 0
      } else if !findings.isEmpty {
        usual += 1
      }
      if usual == Self.daysBetween { return use }
    }
    return nil
  }

  /// How `measure` was on `day`; nil where too little is known to tell.
  private func finding(of measure: UnusualUse.Measure, on day: LocalDay) -> (use: UnusualUse, isUnusual: Bool)? {
    func values(_ measure: UnusualUse.Measure) -> [(day: LocalDay, count: Int64)] {
      (1...Self.lookback).compactMap { back in
        let earlier = day.advanced(by: -back)
        return days[earlier]?[measure].map { (earlier, $0.count) }
      }
    }
    let before = values(measure)
    let sameWeekday = before.filter { $0.day.weekday == day.weekday }.map(\.count)
    guard let used = days[day]?[measure], before.count >= Self.leastDays, sameWeekday.count >= Self.leastWeekdays,
      let most = sameWeekday.max(), let usual = Self.median(before.map(\.count)),
      let distance = Self.median(before.map { abs($0.count - usual) })
    else { return nil }
    let isLivedIn = (Self.median(values(.day).map(\.count)) ?? 0) >= Energy(wattHours: 1000).count
    let least = Energy(wattHours: measure == .day ? 3000 : 600).count
    let more = used.count - usual
    let isUnusual =
      isLivedIn && more >= least && more > usual && more * 10_000 > distance * 5 * 14_826 && used.count * 4 > most * 5
    return (
      UnusualUse(member: member, day: day, measure: measure, used: used, usual: Energy(count: usual)), isUnusual
    )
  }

  /// The middle value; of an even number the mean of the two in the middle. Nil for none.
  private static func median(_ values: [Int64]) -> Int64? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
