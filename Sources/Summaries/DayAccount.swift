import CommunityModel
import EnergySharing
import MarketTime
import Quantities

/// What one day came to for all members: its energies shared and priced, and what readings tell of plants and meters.
struct DayAccount {
  let sharing: DaySharing
  /// What each member's own meters know.
  let quarters: [Member.ID: MemberQuarters]
  /// The plants until the day.
  let plants: PlantWatch

  private let sources: SummarySources
  private let prices: DayPrices

  var day: LocalDay { sharing.day }

  /// The account of `day`; `filled` is as `DaySharing` takes it.
  init(of day: LocalDay, from sources: SummarySources, _ filled: FilledEnergies) throws(SharingError) {
    self.sources = sources
    sharing = try DaySharing(day, of: sources.community, known: sources.energies, filled: filled.energies)
    quarters = sharing.quarters()
    prices = DayPrices(on: day, sources)
    let first = sources.community.calendar.localDay(of: sources.energies.span.lowerBound.start)
    plants = PlantWatch(
      sharing.community, sources.energies, days: max(first, day.advanced(by: -SummarySources.lookback))..<day.advanced(by: 1))
  }

  // MARK: - A member's

  /// What the own meters of `member` came to; nil for who has none of electricity.
  func figures(of member: Member.ID) -> ElectricityFigures? {
    quarters[member]?.figures(hours: sharing.hours, from: sharing.span.lowerBound)
  }

  /// What own power saved `member`; nil where nothing is known of the day, or a price is not.
  func saving(of member: Member) -> MemberSummary.Saving? {
    guard let quarters = quarters[member.id], quarters.isKnown.contains(true) else { return nil }
    return prices.saving(of: member, quarters)
  }

  /// What `member` gets for what was fed in; nil where nothing was, or a price is not known.
  func income(of member: Member) -> Money? {
    quarters[member.id].flatMap { prices.income(of: member, site: member.site, $0, sold: soldParts) }
  }

  /// Which part of what there was to share members took, in each quarter hour, in billionths.
  private var soldParts: [Int64] {
    zip(sharing.generation, sharing.surplus).map { given, left in
      Fraction(Int(given - left), of: Int(given))?.count ?? 0
    }
  }

  /// What the heat meters of `member` counted on `day`; nil where a quarter hour is missing.
  func heat(of member: Member.ID, on day: LocalDay) -> Energy? {
    let points = heatMeters(of: member)
    guard !points.isEmpty else { return nil }
    var sum = Energy.zero
    for quarter in sources.community.calendar.quarterHours(of: day) {
      for point in points {
        guard let energy = sources.heat[point.id]?[quarter]?.energy else { return nil }
        sum += energy
      }
    }
    return sum
  }

  /// The heat meters of `member`.
  func heatMeters(of member: Member.ID) -> [MeteringPoint] {
    sharing.points(of: member).filter { $0.measures == .heat }
  }

  /// What is wrong at the day's end, as far as it concerns `member`.
  func faults(of member: Member) -> [Fault] {
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
    let isHeated = !heatMeters(of: member.id).isEmpty
    let lockouts = sources.boilers.filter { isHeated && $0.sites.contains(member.site) }.compactMap(\.lockout)
    if let since = lockouts.min() { faults.append(.boilerLockout(since: since)) }
    return faults
  }

  // MARK: - Figures of many

  /// The sums of the house at `site`, nil for all.
  func sums(at site: Site.ID?) -> GroupSums { GroupSums(of: sharing, quarters, at: site) }
}
