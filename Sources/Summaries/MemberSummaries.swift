public import CommunityModel
public import EnergySharing
import Forecasting
public import MarketTime
import Quantities

/// The summaries of all members of a community for a day or a week, in one pass over its values. A week is the sum of its days.
///
///     let day = try MemberSummaries(of: yesterday, from: sources)
///     for member in day.members { deliver(day.summary(of: member.id)) }
public struct MemberSummaries: Sendable {
  /// The day, or the seven of a week.
  public let days: Range<LocalDay>
  /// Who was a member on the last of them and has a meter.
  public let members: [Member]
  /// When tomorrow is a good time for a machine.
  public let tip: SunTip

  private let sources: SummarySources
  /// Each day, the earliest first.
  private let accounts: [DayAccount]
  private let last: DayAccount
  /// The same day or days of each of the four weeks before, the latest first.
  private let past: [[DaySharing]]
  private let score: TipScore?
  private let order: StartOrder
  private let groups: [Site.ID?: (figures: MemberSummary.GroupFigures?, days: Int)]
  private let sun: MemberSummary.Sun

  /// The summaries of `day`.
  ///
  /// - Throws: `SharingError` where the agreement cannot be meant or a share would be wrong.
  public init(of day: LocalDay, from sources: SummarySources) throws(SharingError) {
    try self.init(of: day..<day.advanced(by: 1), from: sources)
  }

  /// The summaries of `days`: one, or seven that make a week.
  ///
  /// - Parameter sources: with values from the start of `SummarySources.span(for:on:)`.
  /// - Throws: `SharingError` where the agreement cannot be meant or a share would be wrong.
  public init(of days: Range<LocalDay>, from sources: SummarySources) throws(SharingError) {
    self.days = days
    self.sources = sources
    let day = days.upperBound.advanced(by: -1)
    let community = sources.community.on(day)
    members = community.members.filter { member in community.meteringPoints.contains { $0.member == member.id } }
    let filled = FilledEnergies(sources.energies, of: sources.community, days: days, holidays: sources.holidays)
    last = try DayAccount(of: day, from: sources, filled)
    var accounts: [DayAccount] = []
    for earlier in days.dropLast() { accounts.append(try DayAccount(of: earlier, from: sources, filled)) }
    self.accounts = accounts + [last]
    var past: [[DaySharing]] = []
    for week in 1...4 {
      let earlier = days.lowerBound.advanced(by: -7 * week)..<days.upperBound.advanced(by: -7 * week)
      guard sources.energies.span.contains(community.calendar.quarterHours(of: earlier).lowerBound) else { continue }
      var sharings: [DaySharing] = []
      for day in earlier {
        sharings.append(try DaySharing(day, of: sources.community, known: sources.energies, filled: filled.energies))
      }
      past.append(sharings)
    }
    self.past = past
    let surplus = try SurplusHistory(of: sources, last: day)
    tip = surplus.tip(for: day.advanced(by: 2), sources)
    score = days.count > 1 || days.upperBound.weekday == .monday ? surplus.score(before: day, sources) : nil
    order = StartOrder(of: members.map(\.id))
    groups = Self.groups(self.accounts)
    sun = Self.sun(self.accounts.map(\.plants))
  }

  /// How the community's plants did on these days beside their usual days.
  private static func sun(_ days: [PlantWatch]) -> MemberSummary.Sun {
    // A plant that is dead tells nothing of the sun.
    let pairs = days.flatMap(\.plants).filter { $0.isDead(at: $0.energies.count - 1) == false }.compactMap { plant in
      plant.usual(before: plant.energies.count - 1).flatMap { usual in (plant.energies.last ?? nil).map { ($0, usual) } }
    }
    guard !pairs.isEmpty else { return .unknown }
    let (made, usual) = pairs.reduce((Int64(0), Int64(0))) { ($0.0 + $1.0.count, $0.1 + $1.1.count) }
    return made * 10 < usual * 4 ? .little : .usual
  }

  /// The figures of the community (nil) and of houses that are published beside it on each of the days, where they may be.
  private static func groups(_ accounts: [DayAccount]) -> [Site.ID?: (figures: MemberSummary.GroupFigures?, days: Int)] {
    let published = accounts.map { AggregateRule.houses(of: $0.sharing.community) }
    let houses = published.dropFirst().reduce(published.first ?? []) { $0.intersection($1) }
    var groups: [Site.ID?: (figures: MemberSummary.GroupFigures?, days: Int)] = [:]
    for site in houses.map(Optional.some) + [nil] { groups[site] = GroupSums.total(of: accounts.map { $0.sums(at: site) }) }
    return groups
  }

  /// What the whole community came to, for the notice board; nil where it may not be told or is not known.
  public var community: MemberSummary.GroupFigures? { groups[nil]?.figures }
}

// MARK: - A member's

extension MemberSummaries {
  /// What `member` is told; nil for who was no member on the last day or has no meter.
  public func summary(of member: Member.ID) -> MemberSummary? {
    guard let person = members.first(where: { $0.id == member }) else { return nil }
    let own = accounts.filter { person.membership.contains($0.day) }
    let each = own.map { account in
      MemberSummary.Day(
        day: account.day, electricity: account.figures(of: member), heat: account.heat(of: member, on: account.day))
    }
    let house = groups[.some(person.site)]
    let group = (house?.figures == nil ? groups[nil] : house) ?? (nil, 0)
    return MemberSummary(
      member: member, name: person.name, days: days, each: each, calendar: sources.community.calendar,
      ownPower: sources.ownPower, isOneHouse: accounts.allSatisfy(\.sharing.isOneHouse),
      takesPower: accounts.contains { $0.sharing.sharers.contains { $0.id == member } }, faults: faults(of: person),
      electricity: ElectricityFigures(each.compactMap(\.electricity)), past: pastFigures(of: person),
      saving: saving(of: person, own), income: income(of: person, own), heat: heat(of: person, each),
      group: group.figures, groupDays: group.days, sun: sun, tip: tip,
      start: tip.window.map { order.start(of: member, in: $0, on: days.upperBound.advanced(by: 1)) }, score: score,
      isNew: person.membership.from.map { $0 > days.upperBound.advanced(by: -8) } ?? false)
  }

  /// The sum of the days of which something is known; nil where a price is missing on one of them.
  private func saving(of member: Member, _ own: [DayAccount]) -> MemberSummary.Saving? {
    let known = own.filter { $0.quarters[member.id]?.isKnown.contains(true) ?? false }
    let savings = known.compactMap { $0.saving(of: member) }
    guard savings.count == known.count, let first = savings.first else { return nil }
    if days.count == 1 { return first }
    return MemberSummary.Saving(amount: savings.reduce(.zero) { $0 + $1.amount }, paid: nil, instead: nil)
  }

  /// The sum of the days on which something was fed in; nil where a price is missing on one of them.
  private func income(of member: Member, _ own: [DayAccount]) -> Money? {
    let fed = own.filter { $0.quarters[member.id]?.fedIn.contains { $0 > 0 } ?? false }
    let incomes = fed.compactMap { $0.income(of: member) }
    return incomes.isEmpty || incomes.count < fed.count ? nil : incomes.reduce(.zero, +)
  }

  private func pastFigures(of member: Member) -> MemberSummary.PastFigures {
    let figures = past.compactMap { days -> ElectricityFigures? in
      let known = days.filter { member.membership.contains($0.day) }.compactMap { day in
        day.quarters(of: member)?.figures(hours: [], from: day.span.lowerBound)
      }
      guard known.count == days.count, let sum = ElectricityFigures(known), sum.isWhole else { return nil }
      return sum
    }
    return MemberSummary.PastFigures(
      count: figures.count, used: figures.reduce(.zero) { $0 + $1.used }, own: figures.reduce(.zero) { $0 + $1.own },
      fedIn: figures.reduce(.zero) { $0 + $1.fedIn })
  }

  private func heat(of member: Member, _ each: [MemberSummary.Day]) -> MemberSummary.HeatFigures? {
    guard !last.heatMeters(of: member.id).isEmpty else { return nil }
    let known = each.compactMap(\.heat)
    let past = (1...4).compactMap { week -> Energy? in
      let earlier = days.map { $0.advanced(by: -7 * week) }.filter(member.membership.contains)
      let energies = earlier.compactMap { last.heat(of: member.id, on: $0) }
      return energies.count == days.count ? energies.reduce(.zero, +) : nil
    }
    let mean = past.isEmpty ? nil : Energy(count: past.reduce(0) { $0 + $1.count } / Int64(past.count))
    return MemberSummary.HeatFigures(energy: known.isEmpty ? nil : known.reduce(.zero, +), usual: mean, count: past.count)
  }

  /// What is wrong at the end, and which plants were dead on earlier days of a week and are not any more.
  private func faults(of member: Member) -> [Fault] {
    let now = last.faults(of: member)
    var dead: [(plant: Fault.Plant, days: [LocalDay])] = []
    for account in accounts.dropLast() {
      for case .deadPlant(let plant) in account.plants.faults(of: member.id, in: account.sharing.community) {
        if let place = dead.firstIndex(where: { $0.plant.isOwn == plant.isOwn && $0.plant.site == plant.site }) {
          dead[place].days.append(account.day)
        } else {
          dead.append((plant, [account.day]))
        }
      }
    }
    let told = now.compactMap { fault -> Fault.Plant? in
      switch fault {
      case .deadPlant(let plant), .plantIsBack(let plant): plant
      case .silentMeter, .boilerLockout, .plantWasDead: nil
      }
    }
    let over = dead.filter { past in !told.contains { $0.isOwn == past.plant.isOwn && $0.site == past.plant.site } }
    return now + over.map { .plantWasDead($0.plant, on: $0.days) }
  }
}
