import CommunityModel
import MarketTime
import Planning
import Quantities

extension EnergyReportAccount {
  /// The report on what was added.
  public func report() -> EnergyReport {
    var scopes = CommunityBalance.Method.allCases.map { method in
      EnergyReport.Scope(
        subject: .community(method), name: community.name, figures: asOne.figures(method), consumptionSource: nil, gridSource: nil
      )
    }
    scopes += sites.map {
      EnergyReport.Scope(
        subject: .site($0.site.id), name: $0.site.name, figures: $0.figures, consumptionSource: $0.consumptionSource,
        gridSource: $0.gridSource)
    }
    var groups = CommunityBalance.Method.allCases.map(communityGroup)
    groups.append(totalEnergyGroup())
    groups += heat.map(heatGroup)
    if let group = membersGroup() { groups.append(group) }
    groups += sites.map(siteGroup)
    groups += memberGroups()
    return EnergyReport(
      of: community, period: period, scopes: scopes, groups: groups, curve: curve.curve, unmeteredSites: unmetered)
  }

  // MARK: Electricity

  private func communityGroup(_ method: CommunityBalance.Method) -> FigureGroup {
    let figures = asOne.figures(method)
    let basis = Figure.Basis(figures.quality)
    var list = FigureList.electricity(figures, basis)
    if method == .virtualSum {
      list += FigureList.months(period.days.count > ReportPeriod.longestPart ? curve.months : [], basis)
      list += FigureList.supply(supply.bySource.map { ($0.source, $0.energy) }, basis)
      list += shiftFigures(basis)
      let peak = peakPower(of: knowledge.assets)
      list.append(
        FigureList.specificYield(supply.made[.pv] ?? .zero, peak.power, isWhole: peak.isWhole, basis))
    }
    list += FigureList.cars(sites.map(\.cars).filter(\.isMetered), basis)
    list += carbonFigures(carbon[method] ?? CarbonFootprint(), figures, basis)
    return FigureGroup(subject: .community(method), name: community.name, figures: list)
  }

  private func siteGroup(_ sums: SiteSums) -> FigureGroup {
    let figures = sums.figures
    let basis = Figure.Basis(figures.quality)
    var list = FigureList.electricity(figures, basis)
    let here = knowledge.assets.filter { $0.site == sums.site.id }
    let peak = peakPower(of: here)
    if figures.flows.generation > .zero || peak.power > .zero {
      let isSolar = here.allSatisfy { $0.powerSource(knowledge.fuels).map { $0 == .pv } ?? true }
      list.append(
        FigureList.specificYield(figures.flows.generation, peak.power, isWhole: peak.isWhole && isSolar, basis))
    }
    if sums.cars.isMetered { list += FigureList.cars([sums.cars], basis) }
    list += carbonFigures(sums.carbon, figures, basis)
    return FigureGroup(subject: .site(sums.site.id), name: sums.site.name, figures: list)
  }

  /// The peak power of the roofs among `assets`, and whether each of them has a meter.
  private func peakPower(of assets: [AssetDescription]) -> (power: Power, isWhole: Bool) {
    var (power, isWhole) = (Power.zero, true)
    for asset in assets {
      guard case .plant(let plant) = asset.kind, plant.source == .pv else { continue }
      power += plant.peakPower
      isWhole = isWhole && asset.meteringPoint != nil
    }
    return (power, isWhole)
  }

  private func shiftFigures(_ basis: Figure.Basis) -> [Figure] {
    let shift = loadShift.shift
    let days = Hint("gegen das Mittel der zehn Tage gleicher Art davor", "against the mean of the ten days like it before")
    let isKnown = shift.days > 0
    return [
      Figure(.shifted, isKnown ? .energy(shift.shifted) : nil, else: .unknown(.noBaseline), basis: basis, remark: days),
      Figure(.loadChange, isKnown ? .energy(shift.change) : nil, else: .unknown(.noBaseline), basis: basis, remark: days),
    ]
  }

  // MARK: CO2

  private func carbonFigures(_ footprint: CarbonFootprint, _ figures: KeyFigures, _ basis: Figure.Basis) -> [Figure] {
    let own = figures.flows.consumption - figures.flows.gridImport + figures.use.chargedFromGrid
    let estimate = community.facts.marginalCarbon
    func effect(_ name: Figure.Name, of energy: Energy) -> Figure {
      let range = estimate?.effect(of: max(.zero, energy))
      return Figure(
        name, range.map { .mass($0.lowerBound) }, most: range.map { .mass($0.upperBound) }, else: .unknown(.noMarginalFactor),
        basis: basis, remark: estimate.map(Hint.marginalFactor))
    }
    let isKnown = figures.quality.valid > 0
    return [
      Figure(
        .carbon, isKnown ? footprint.mass.map { .mass($0) } : nil, else: isKnown ? .unknown(.noCarbonFactor) : .tooLittleKnown,
        basis: basis, remark: carbonRemark),
      effect(.carbonAvoided, of: own), effect(.carbonAvoidedElsewhere, of: figures.flows.gridExport),
    ]
  }

  /// Which factor was taken.
  private var carbonRemark: Hint? {
    let named = (community.facts.gridCarbon ?? knowledge.countryCarbon).map(Hint.averageFactor)
    let byTariff = community.sites.filter { community.tariff(of: $0)?.emissions != nil }.count
    switch byTariff {
    case 0: return named
    case community.sites.count: return .factorsOfTariffs
    default:
      return named.map {
        Hint("teils Faktoren der Tarife, sonst " + $0.german, "partly the tariffs' factors, else " + $0.english)
      }
    }
  }

  // MARK: Heat and all energy

  private func heatGroup(_ account: HeatAccount) -> FigureGroup {
    FigureGroup(
      subject: .heatNetwork(account.meters.network.id), name: account.meters.network.name,
      figures: FigureList.heat(account, gridShare: community.facts.gridRenewableShare))
  }

  private func totalEnergyGroup() -> FigureGroup {
    let figures = asOne.figures(.virtualSum)
    let heat = self.heat.map(\.closed).reduce(HeatBalance(), +)
    let basis =
      (self.heat.map { DataQuality($0.quality) } + [figures.quality]).min {
        ($0.coverage ?? .zero) < ($1.coverage ?? .zero)
      }.map { Figure.Basis($0) } ?? .files
    let isWhole = self.heat.allSatisfy { !$0.meters.sources.isEmpty && $0.meters.unmeteredSources.isEmpty }
    let isNamed = (heat.fed[.other] ?? .zero) <= .zero && (supply.used[.other] ?? .zero) <= .zero
    let missing: Figure.Absence = isWhole ? (isNamed ? .undefined : .unknown(.unnamedSource)) : .unknown(.unmeteredHeat)
    let isKnown = isWhole && isNamed
    let total = TotalEnergy(figures, supply, heat)
    var list = [
      Figure(
        .localCoverage, isKnown ? total.coverage.share.map { .share($0) } : nil, else: missing, basis: basis,
        remark: .noDoubleCount),
      Figure(
        .totalImportShare, isKnown ? total.importShare.map { .share($0) } : nil, else: missing, basis: basis,
        remark: .allFuelBought),
    ]
    if isWhole, !self.heat.isEmpty { list += FigureList.supply(total.supply, basis) }
    let business = community.facts.business
    list.append(
      Figure(
        .regionalValue, business.map { .money(RegionalValue.created(by: $0)) }, else: .unknown(.noBusiness), basis: .files,
        remark: business.map { Hint("Region \($0.region), Jahr \($0.year)", "region \($0.region), year \($0.year)") }))
    return FigureGroup(subject: .totalEnergy, name: community.name, figures: list)
  }

  // MARK: Members

  /// Members' sums by their names, those of who takes part in sharing.
  private var shared: [(member: Member, sums: MemberSums)] {
    community.members.compactMap { member in members.members[member.id].map { (member, $0) } }
  }

  private func membersGroup() -> FigureGroup? {
    let shared = shared
    guard !shared.isEmpty else { return nil }
    // Each has the quality of the quarter hours that were shared; those of who came later are fewer.
    let quality = shared.map { DataQuality($0.sums.quality) }.max { $0.expected < $1.expected }
    let basis = quality.map { Figure.Basis($0) } ?? .files
    let used = shared.reduce(Energy.zero) { $0 + $1.sums.used }
    let got = shared.reduce(Energy.zero) { $0 + $1.sums.shared }
    let isEnough = shared.count >= Anonymity.leastMembers
    let savings = shared.compactMap(\.sums.savings)
    let benefits = shared.compactMap(\.sums.benefit)
    let fairness = benefits.count == shared.count ? Fairness(of: benefits) : nil
    let absence: Figure.Absence = !isEnough ? .tooFewMembers : fairness == nil ? .unknown(moneyHint) : .undefined
    func fair(_ name: Figure.Name, _ share: Fraction?, isShare: Bool = true) -> Figure {
      Figure(name, isEnough ? share.map { isShare ? .share($0) : .number($0) } : nil, else: absence, basis: basis)
    }
    return FigureGroup(
      subject: .members, name: community.name,
      figures: [
        Figure(.members, .count(shared.count), basis: .files),
        Figure(.consumption, isEnough ? .energy(used) : nil, else: .tooFewMembers, basis: basis),
        Figure(.communityShare, share(got.count, of: used.count).map { .share($0) }, basis: basis, remark: .byAgreement),
        Figure(
          .saved, isEnough && savings.count == shared.count ? .money(savings.reduce(.zero, +)) : nil,
          else: isEnough ? .unknown(moneyHint) : .tooFewMembers, basis: basis, remark: .whatIsSaved),
        fair(.gini, fairness?.gini, isShare: false), fair(.losers, fairness?.losers), fair(.topFifth, fairness?.topFifth),
      ])
  }

  /// What is missing to tell money.
  private var moneyHint: Hint { knowledge.prices == nil ? .noAgreedPrices : .noPrice }

  private func memberGroups() -> [FigureGroup] {
    shared.map { member, sums in
      let basis = Figure.Basis(DataQuality(sums.quality))
      let site = soleSite(of: member)
      let own = site.map(\.figures)
      let used = own?.flows.consumption ?? sums.used
      let covered = own.map { $0.use.localCover + $0.use.storedBefore + sums.shared } ?? sums.shared
      let sufficiency = share(min(used, covered).count, of: used.count)
      return FigureGroup(
        subject: .member(member.id), name: member.name,
        figures: [
          Figure(.consumption, .energy(used), basis: basis),
          Figure(.gridImport, .energy(sums.used), basis: basis, remark: own == nil ? nil : .throughOwnMeter),
          Figure(
            .communityShare, share(sums.shared.count, of: sums.used.count).map { .share($0) }, basis: basis, remark: .byAgreement),
          Figure(
            .selfSufficiency, sufficiency.map { .share($0) }, basis: basis, remark: own == nil ? .byAgreement : .withOwnPlants),
          Figure(.saved, sums.savings.map { .money($0) }, else: .unknown(moneyHint), basis: basis, remark: .whatIsSaved),
          Figure(
            .carbon, sums.carbon.mass.map { .mass($0) }, else: .unknown(.noCarbonFactor), basis: basis, remark: carbonRemark),
        ])
    }
  }

  /// The site whose grid points are all this member's; nil for a tenant.
  private func soleSite(of member: Member) -> SiteSums? {
    let points = community.meteringPoints.filter { $0.measures == .grid && $0.site == member.site }
    guard !points.isEmpty, points.allSatisfy({ $0.members == [member.id] }) else { return nil }
    return sites.first { $0.site.id == member.site }
  }
}

/// Electricity and heat of a community as one: nothing counts twice, electricity for heat is electricity.
struct TotalEnergy {
  /// What each source gave; the environment's heat stands for heat pumps.
  let supply: [(EnergySource, Energy)]
  let coverage: LocalCoverage
  /// IS = (imported electricity + fuels) / all energy used, final energy, fuels by their lower heating value. nil where nothing is used.
  let importShare: Fraction?

  init(_ figures: KeyFigures, _ power: SupplySums, _ heat: HeatBalance) {
    var sources = Dictionary(power.bySource.map { ($0.source, $0.energy) }) { $0 + $1 }
    for (source, energy) in heat.fed where source != .heatPump { sources[source, default: .zero] += energy }
    if heat.fed[.heatPump] != nil { sources[.heatPump] = heat.environment }
    supply = sources.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let environment = heat.environment
    let solid = heat.fed.filter { $0.key != .heatPump }
    let renewable = solid.filter { $0.key.isRenewableHeat == true }.values.reduce(environment, +)
    let made = power.used.values.reduce(Energy.zero, +)
    let green = power.used.filter { $0.key.isRenewableHeat == true }.values.reduce(Energy.zero, +)
    let cover = figures.use.localCover
    coverage = LocalCoverage(
      ownPower: made > .zero ? Energy(count: scaled(cover.count, by: green.count, over: made.count)) : .zero,
      power: figures.flows.consumption, renewableHeat: renewable, heat: solid.values.reduce(environment, +))
    let burnt = heat.burnt.values.reduce(Energy.zero, +)
    let bought = figures.flows.gridImport + burnt
    let free = environment + (heat.fed[.solarThermal] ?? .zero)
    importShare = share(bought.count, of: (figures.flows.consumption + figures.use.chargedFromGrid + burnt + free).count)
  }
}
