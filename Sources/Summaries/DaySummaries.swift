public import CommunityModel
public import EnergySharing
import Forecasting
public import MarketTime
import Quantities

/// The summaries of all members of a community for one day, in one pass over its values.
///
///     let day = try DaySummaries(of: yesterday, from: sources)
///     for member in day.members { deliver(day.summary(of: member.id)) }
public struct DaySummaries: Sendable {
  /// The day.
  public let day: LocalDay
  /// Who was a member on it and has a meter.
  public let members: [Member]
  /// When tomorrow is a good time for a machine.
  public let tip: SunTip

  private let sources: SummarySources
  private let sharing: DaySharing
  /// The same weekday of the four weeks before, the latest first.
  private let past: [DaySharing]
  private let plants: PlantWatch
  private let prices: DayPrices
  private let score: TipScore?
  private let order: StartOrder
  /// What each member's own meters know.
  private let quarters: [Member.ID: MemberQuarters]
  private let groups: [Site.ID?: DailySummary.GroupFigures]
  private let sun: DailySummary.Sun

  /// The summaries of `day`.
  ///
  /// - Throws: `SharingError` where the agreement cannot be meant or a share would be wrong.
  public init(of day: LocalDay, from sources: SummarySources) throws(SharingError) {
    self.day = day
    self.sources = sources
    let community = sources.community.on(day)
    members = community.members.filter { member in community.meteringPoints.contains { $0.member == member.id } }
    let filled = FilledEnergies(sources.energies, of: sources.community, lastDay: day, holidays: sources.holidays)
    sharing = try DaySharing(day, of: sources.community, known: sources.energies, filled: filled.energies)
    var past: [DaySharing] = []
    for week in 1...4 {
      let earlier = day.advanced(by: -7 * week)
      guard sources.energies.span.contains(community.calendar.quarterHours(of: earlier).lowerBound) else { continue }
      past.append(try DaySharing(earlier, of: sources.community, known: sources.energies, filled: filled.energies))
    }
    self.past = past
    let first = community.calendar.localDay(of: sources.energies.span.lowerBound.start)
    plants = PlantWatch(
      community, sources.energies, days: max(first, day.advanced(by: -SummarySources.lookback))..<day.advanced(by: 1))
    prices = DayPrices(on: day, sources)
    let tomorrow = day.advanced(by: 2)
    let surplus = try SurplusHistory(of: sources.community.on(tomorrow), filled, holidays: sources.holidays)
    tip = Self.tip(for: tomorrow, sources, surplus)
    score = day.advanced(by: 1).weekday == .monday ? Self.score(before: day, sources, surplus) : nil
    order = StartOrder(of: members.map(\.id))
    let shared = sharing
    quarters = Dictionary(members.compactMap { member in shared.quarters(of: member).map { (member.id, $0) } }) { first, _ in
      first
    }
    groups = Self.groups(sharing, quarters)
    sun = Self.sun(on: day, plants)
  }

  // MARK: - Tip

  /// The tip for `day` from what was known the evening two days before.
  static func tip(
    for day: LocalDay, _ sources: SummarySources, _ surplus: SurplusHistory
  ) -> SunTip {
    let history = surplus.outlook(for: day, before: day.advanced(by: -1))
    let horizon = sources.community.calendar.quarterHours(of: day)
    // A plan knows more than days before do; how sure it is they tell.
    let expected = horizon.map { sources.planned?[$0] ?? nil ?? history.expected[$0] ?? nil }
    let outlook = SunOutlook(
      expected: TimeSeries(start: horizon.lowerBound, values: expected), cautious: history.cautious,
      households: surplus.households)
    let cheap = sources.community.tariffs.count == 1 ? sources.community.tariffs[0].importWindows : []
    let terms = (sources.prices?.terms ?? []).filter { $0.item == .residual && $0.members == nil && $0.validity.contains(day) }
    let windows = terms.flatMap { term -> [PriceWindow] in
      if case .energy(_, let windows) = term.price { windows } else { [] }
    }
    return SunTip(
      for: day, from: outlook, on: sources.community.calendar, quiet: sources.quiet, cheap: windows.isEmpty ? cheap : windows)
  }

  /// How the tips for the seven days until `last` turned out, each made again from what was known the evening two days before.
  static func score(before last: LocalDay, _ sources: SummarySources, _ surplus: SurplusHistory) -> TipScore? {
    var score = TipScore()
    let measured = surplus.measured
    for back in 0..<7 {
      let day = last.advanced(by: -back)
      let outlook = surplus.outlook(for: day, before: day.advanced(by: -1))
      let tip = SunTip(for: day, from: outlook, on: sources.community.calendar, quiet: sources.quiet)
      score.add(tip, for: day, measured: measured, on: sources.community.calendar, quiet: sources.quiet)
    }
    return score.told > 0 ? score : nil
  }

  /// How the community's plants did on `day` beside their usual days.
  private static func sun(on day: LocalDay, _ plants: PlantWatch) -> DailySummary.Sun {
    // A plant that is dead tells nothing of the sun.
    let pairs = plants.plants.filter { $0.isDead(at: $0.energies.count - 1) == false }.compactMap { plant in
      plant.usual(before: plant.energies.count - 1).flatMap { usual in (plant.energies.last ?? nil).map { ($0, usual) } }
    }
    guard !pairs.isEmpty else { return .unknown }
    let (made, usual) = pairs.reduce((Int64(0), Int64(0))) { ($0.0 + $1.0.count, $0.1 + $1.1.count) }
    return made * 10 < usual * 4 ? .little : .usual
  }
}

// MARK: - A member's

extension DaySummaries {
  /// What `member` is told; nil for who was no member on the day or has no meter.
  public func summary(of member: Member.ID) -> DailySummary? {
    guard let person = members.first(where: { $0.id == member }) else { return nil }
    let quarters = quarters[member]
    let electricity = quarters?.figures(hours: sharing.hours, from: sharing.span.lowerBound)
    let isKnown = (electricity?.known ?? 0) > 0
    let window = tip.window
    let sharers = sharing.sharers
    return DailySummary(
      member: member, name: person.name, day: day, calendar: sources.community.calendar, ownPower: sources.ownPower,
      isOneHouse: sharing.isOneHouse, takesPower: sharers.contains { $0.id == member },
      faults: faults(of: person), electricity: electricity, past: pastFigures(of: person),
      saving: isKnown ? quarters.flatMap { prices.saving(of: person, $0) } : nil,
      income: quarters.flatMap { prices.income(of: person, site: person.site, $0, sold: soldParts()) }, heat: heat(of: person),
      group: groups[person.site] ?? groups[nil], sun: sun, tip: tip,
      start: window.map { order.start(of: member, in: $0, on: day.advanced(by: 2)) }, score: score,
      isNew: person.membership.from.map { $0 > day.advanced(by: -7) } ?? false)
  }

  /// Which part of what there was to share members took, in each quarter hour, in billionths.
  private func soldParts() -> [Int64] {
    zip(sharing.generation, sharing.surplus).map { given, left in
      given > 0 ? Int64(Int128(given - left) * Int128(Fraction.one.count) / Int128(given)) : 0
    }
  }

  private func pastFigures(of member: Member) -> DailySummary.PastFigures {
    let figures = past.compactMap { day -> DayFigures? in
      guard member.membership.contains(day.day), let quarters = day.quarters(of: member) else { return nil }
      let figures = quarters.figures(hours: [], from: day.span.lowerBound)
      return figures.isWhole ? figures : nil
    }
    return DailySummary.PastFigures(
      days: figures.count, used: figures.reduce(.zero) { $0 + $1.used }, own: figures.reduce(.zero) { $0 + $1.own },
      fedIn: figures.reduce(.zero) { $0 + $1.fedIn })
  }

  private func faults(of member: Member) -> [Fault] {
    let end = sharing.span.upperBound
    var faults: [Fault] = []
    let silences = sharing.points(of: member.id).map { point -> Timestamp?? in
      if point.measures == .heat { return MeterSilence.since(sources.heat[point.id], until: end) }
      let isPlant = point.measures == .generation
      return MeterSilence.since(sources.energies[point.id, isPlant ? .export : .import], until: end)
    }
    // One sentence for all meters of a member: since the first of them fell silent.
    let silent = silences.compactMap { $0 }
    if !silent.isEmpty {
      let known = silent.compactMap { $0 }
      faults.append(.silentMeter(since: known.count == silent.count ? known.min() : nil))
    }
    faults += plants.faults(of: member.id, in: sharing.community)
    let isHeated = sharing.points(of: member.id).contains { $0.measures == .heat }
    let lockouts = sources.boilers.filter { isHeated && $0.sites.contains(member.site) }.compactMap(\.lockout)
    if let since = lockouts.min() { faults.append(.boilerLockout(since: since)) }
    return faults
  }

  private func heat(of member: Member) -> DailySummary.HeatFigures? {
    let points = sharing.points(of: member.id).filter { $0.measures == .heat }
    guard !points.isEmpty else { return nil }
    func energy(on day: LocalDay) -> Energy? {
      var sum = Energy.zero
      for quarter in sources.community.calendar.quarterHours(of: day) {
        for point in points {
          guard let energy = sources.heat[point.id]?[quarter]?.energy else { return nil }
          sum += energy
        }
      }
      return sum
    }
    let past = (1...4).map { day.advanced(by: -7 * $0) }.filter(member.membership.contains).compactMap(energy)
    let mean = past.isEmpty ? nil : Energy(count: past.reduce(0) { $0 + $1.count } / Int64(past.count))
    return DailySummary.HeatFigures(energy: energy(on: day), usual: mean, days: past.count)
  }
}

// MARK: - Figures of many

extension DaySummaries {
  /// The figures of the community (nil) and of houses that are published beside it, where they may be.
  private static func groups(
    _ sharing: DaySharing, _ quarters: [Member.ID: MemberQuarters]
  ) -> [Site.ID?: DailySummary.GroupFigures] {
    var groups: [Site.ID?: DailySummary.GroupFigures] = [:]
    for site in AggregateRule.houses(of: sharing.community).map(Optional.some) + [nil] {
      groups[site] = GroupSums(of: sharing, quarters, at: site).figures
    }
    return groups
  }

  /// What the whole community came to on the day, for the notice board; nil where it may not be told or is not known.
  public var community: DailySummary.GroupFigures? { groups[nil] }
}
