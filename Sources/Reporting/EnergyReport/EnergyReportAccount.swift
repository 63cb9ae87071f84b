public import CommunityModel
public import MarketTime
import Planning
import Quantities

/// Makes a report of a period part by part, so that a year takes the memory of a month.
///
/// ```
/// var account = EnergyReportAccount(on: community, period: period, knowing: knowledge)
/// for days in period.parts { account.add(energies(of: days), of: days) }
/// let report = account.report()
/// ```
public struct EnergyReportAccount: Sendable {
  let community: Community
  let period: ReportPeriod
  let knowledge: ReportKnowledge
  var sites: [SiteSums] = []
  var unmetered: [Site] = []
  var asOne = CommunityAccount()
  var carbon: [CommunityBalance.Method: CarbonFootprint] = [:]
  var supply = SupplySums()
  var loadShift: LoadShiftAccount
  var members = MemberAccount()
  var heat: [HeatAccount] = []
  var curve: ReportCurveBuilder
  /// Whether a part has been added.
  private var hasBegun = false
  /// Tells who made a month's figures of those before it.
  private var former: (flow: KeyFigures, quality: QualityCounts)?

  /// A site's sums.
  struct SiteSums: Sendable {
    let site: Site
    let consumptionSource: SiteBalance.Source
    let gridSource: SiteBalance.Source
    let isChecked: Bool
    var account: KeyFigureAccount
    var carbon = CarbonFootprint()
    var cars = CarCharging()

    var figures: KeyFigures { account.figures(residual: BalanceResidual(isChecked ? [account.flow] : [])) }
  }

  /// What charged cars took, and how much of it was the site's own.
  struct CarCharging: Hashable, Sendable {
    var energy = Energy.zero
    var own = Energy.zero
    /// Whether there is a meter.
    var isMetered = false
  }

  /// Nothing added yet.
  public init(on community: Community, period: ReportPeriod, knowing knowledge: ReportKnowledge = ReportKnowledge()) {
    self.community = community
    self.period = period
    self.knowledge = knowledge
    loadShift = LoadShiftAccount(calendar: community.calendar, isHoliday: knowledge.isHoliday)
    curve = ReportCurveBuilder(period, start: community.calendar.quarterHours(of: period.days).lowerBound)
  }

  /// How many days before the period `remember` wants, for the baseline of load shifting.
  public static let daysToRemember = LoadShiftAccount.lookback

  /// Learns what is usual from days before the period.
  public mutating func remember(_ energies: MeteredEnergies) {
    let balances = community.sites.compactMap { SiteBalance(of: $0.id, in: community, energies: energies) }
    enterDays(CommunityBalance(of: balances, over: energies.span).intervals(.virtualSum), isReported: false)
  }

  private mutating func enterDays(_ intervals: TimeSeries<IntervalFlows>, isReported: Bool) {
    for day in community.calendar.localDays(of: intervals.span) {
      let first = intervals.start.distance(to: day.lowerBound)
      loadShift.enter(intervals.values[first..<(first + day.count)], from: day.lowerBound, isReported: isReported)
    }
  }

  /// Adds what meters counted on `days`, which follow those before and are all or a part of the period; where `energies` do not reach,
  /// values are missing.
  public mutating func add(_ delivered: ReportEnergies, of days: Range<LocalDay>) {
    let span = community.calendar.quarterHours(of: days)
    var energies = delivered
    energies.electricity = delivered.electricity.over(span)
    energies.heat = delivered.heat.mapValues { $0.over(span, padding: .missing) }
    energies.tanks = delivered.tanks.mapValues { $0.over(span, padding: nil) }
    energies.outdoor = delivered.outdoor?.over(span, padding: nil)
    let balances = community.sites.map { ($0, SiteBalance(of: $0.id, in: community, energies: energies.electricity)) }
    if !hasBegun { begin(balances, energies) }
    curve.begin(days, calendar: community.calendar, networks: heat.map(\.meters.network.id))
    let factors = CarbonFactors(community, span, knowledge)
    var cover: [Site.ID: [Fraction?]] = [:]
    let metered = balances.compactMap(\.1)
    for (place, balance) in metered.enumerated() where place < sites.count {
      cover[balance.site] = enter(balance, at: place, energies.electricity, factors)
    }
    enterCommunity(CommunityBalance(of: metered, over: span), energies.electricity, factors)
    for place in heat.indices { heat[place].add(energies, cover: cover, calendar: community.calendar, curve: &curve) }
    if !community.agreements.isEmpty { members.add(energies.electricity, of: community, knowing: knowledge) }
    endPart(days)
  }

  private mutating func begin(_ balances: [(Site, SiteBalance?)], _ energies: ReportEnergies) {
    hasBegun = true
    unmetered = balances.filter { $0.1 == nil }.map(\.0)
    sites = balances.compactMap { site, balance in
      balance.map {
        SiteSums(
          site: site, consumptionSource: $0.consumptionSource, gridSource: $0.gridSource, isChecked: $0.isOverdetermined,
          account: KeyFigureAccount(importLimit: site.gridConnection.importLimit))
      }
    }
    supply = SupplySums(of: community, knowledge)
    heat = community.heatNetworks.filter { $0.carries == .heat }.map {
      HeatAccount(HeatMeters($0, in: community, knowledge, heat: Set(energies.heat.keys)))
    }
  }

  /// A site's part; gives back the share of own power in what was used, where somebody asks for it.
  private mutating func enter(
    _ balance: SiteBalance, at place: Int, _ energies: MeteredEnergies, _ factors: CarbonFactors
  ) -> [Fraction?] {
    var cover = [Fraction?](repeating: nil, count: energies.span.count)
    let factor = factors.of(balance.site)
    var carbon = sites[place].carbon
    sites[place].account.flow.add(balance.intervals) { position, flows, use in
      cover[position] = share(use.localCover.count, of: flows.consumption.count)
      carbon.enter(flows.gridImport, factor: factor[position])
    }
    sites[place].carbon = carbon
    sites[place].account.observe(balance.intervals, calendar: community.calendar)
    for point in community.meteringPoints(at: balance.site) where point.measures == .charging {
      guard let series = energies[point.id, .import] else { continue }
      sites[place].cars.isMetered = true
      for (position, value) in series.values.enumerated() {
        guard let energy = value.energy, energy >= .zero else { continue }
        sites[place].cars.energy += energy
        sites[place].cars.own += energy * (cover[position] ?? .zero)
      }
    }
    return cover
  }

  private mutating func enterCommunity(_ balance: CommunityBalance, _ energies: MeteredEnergies, _ factors: CarbonFactors) {
    let mean = factors.means(of: balance)
    let classes = supply.generation(energies)
    var (footprint, supply, curve) = (carbon[.virtualSum] ?? CarbonFootprint(), self.supply, self.curve)
    asOne.add(balance, calendar: community.calendar) { position, flows, use in
      let quarter = energies.span.lowerBound.advanced(by: position)
      footprint.enter(flows.gridImport, factor: mean[position])
      supply.enter(flows, use, classes.map { ($0.key, $0.value[position]) })
      curve.enter(flows, use, at: quarter)
      for (source, values) in classes { curve.enter(values[position], from: source, at: quarter) }
    }
    carbon[.virtualSum] = footprint
    (self.supply, self.curve) = (supply, curve)
    var together = carbon[.sitesTogether] ?? CarbonFootprint()
    for (position, interval) in balance.intervals(.sitesTogether).values.enumerated() {
      if let flows = interval.flows { together.enter(flows.gridImport, factor: mean[position]) }
    }
    carbon[.sitesTogether] = together
    enterDays(balance.intervals(.virtualSum), isReported: true)
  }

  /// Notes what the part added, as a month's figures.
  private mutating func endPart(_ days: Range<LocalDay>) {
    let now = asOne.figures(.virtualSum)
    let counts = asOne.qualityCounts
    curve.months.append(ReportCurve.Month(days: days, figures: former.map { now.since($0.flow, counts - $0.quality) } ?? now))
    former = (now, counts)
  }
}

extension KeyFigures {
  /// The figures of what came after `former`; `counts` are its quarter hours.
  fileprivate func since(_ former: KeyFigures, _ counts: QualityCounts) -> KeyFigures {
    KeyFigures(
      flows: flows - former.flows, use: use - former.use, matched: matched - former.matched, peaks: peaks,
      quality: DataQuality(counts))
  }
}

/// CO2 of a kilowatt-hour from the grid in each quarter hour of a span.
struct CarbonFactors {
  private let bySite: [Site.ID: [EmissionFactor?]]

  init(_ community: Community, _ span: Range<QuarterHour>, _ knowledge: ReportKnowledge) {
    let curves = PriceCurves(calendar: community.calendar, span: span, knowledge: knowledge)
    var byTariff: [Tariff.ID?: [EmissionFactor?]] = [:]
    var bySite: [Site.ID: [EmissionFactor?]] = [:]
    for site in community.sites {
      let tariff = community.tariff(of: site)
      let factors = byTariff[tariff?.id] ?? curves.emissions(of: tariff, community.facts)
      byTariff[tariff?.id] = factors
      bySite[site.id] = factors
    }
    self.bySite = bySite
  }

  func of(_ site: Site.ID) -> [EmissionFactor?] { bySite[site] ?? [] }

  /// The mean of the sites' factors by what each imports; nil where one that imports has none.
  func means(of balance: CommunityBalance) -> [EmissionFactor?] {
    var sums = [(product: Int128, energy: Int128, isKnown: Bool)](repeating: (0, 0, true), count: balance.span.count)
    for site in balance.sites {
      let factors = of(site.site)
      for (position, interval) in site.intervals.values.enumerated() where position < factors.count {
        guard let energy = interval.flows?.gridImport, energy > .zero else { continue }
        guard let factor = factors[position] else {
          sums[position].isKnown = false
          continue
        }
        sums[position].product += Int128(energy.count) * Int128(factor.count)
        sums[position].energy += Int128(energy.count)
      }
    }
    return sums.map { sum in
      guard sum.isKnown else { return nil }
      return sum.energy > 0 ? EmissionFactor(count: Int64(sum.product / sum.energy)) : .zero
    }
  }
}

/// What came from which source over a period, all sites as one.
struct SupplySums: Sendable {
  /// What of each source's generation was used here, also by batteries: G_k (G - X_pv) / G in each quarter hour, summed.
  private(set) var used: [EnergySource: Energy] = [:]
  /// What each source made.
  private(set) var made: [EnergySource: Energy] = [:]
  /// From the grid.
  private(set) var bought = Energy.zero
  private let points: [EnergySource: [MeteringPoint.ID]]

  init() { points = [:] }

  init(of community: Community, _ knowledge: ReportKnowledge) {
    let assets = Dictionary(
      knowledge.assets.compactMap { asset in asset.meteringPoint.map { ($0, asset) } }
    ) { first, _ in first }
    points = Dictionary(grouping: community.meteringPoints.filter { $0.measures == .generation }) { point in
      assets[point.id]?.powerSource(knowledge.fuels) ?? .other
    }.mapValues { $0.map(\.id) }
    for source in points.keys {
      used[source] = .zero
      made[source] = .zero
    }
  }

  /// What each source made in each quarter hour; what is not known is zero, and its quarter hour not known.
  func generation(_ energies: MeteredEnergies) -> [EnergySource: [Energy]] {
    points.mapValues { points in
      points.reduce(into: [Energy](repeating: .zero, count: energies.span.count)) { sum, point in
        for (position, value) in (energies[point, .export]?.values ?? []).enumerated() {
          sum[position] += max(.zero, value.energy ?? .zero)
        }
      }
    }
  }

  mutating func enter(_ flows: EnergyFlows, _ use: OwnEnergyUse, _ generation: [(EnergySource, Energy)]) {
    bought += flows.gridImport
    let kept = flows.generation - use.generationExport
    for (source, energy) in generation where energy > .zero && flows.generation > .zero {
      made[source, default: .zero] += energy
      used[source, default: .zero] += Energy(count: scaled(energy.count, by: kept.count, over: flows.generation.count))
    }
  }

  /// What each source gave, the grid as one of them.
  var bySource: [(source: EnergySource, energy: Energy)] {
    (used.map { ($0.key, $0.value) } + [(.grid, bought)]).sorted { $0.0 < $1.0 }.map { (source: $0.0, energy: $0.1) }
  }
}
