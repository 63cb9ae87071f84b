import CommunityModel
import Quantities

/// Key figures as lists, in the order in which they are shown.
enum FigureList {
  /// Electricity of a scope.
  static func electricity(_ figures: KeyFigures, _ basis: Figure.Basis) -> [Figure] {
    let flows = figures.flows
    let isKnown = figures.quality.valid > 0
    func energy(_ name: Figure.Name, _ energy: Energy) -> Figure {
      Figure(name, isKnown ? .energy(energy) : nil, else: .tooLittleKnown, basis: basis)
    }
    func share(_ name: Figure.Name, _ share: Fraction?, remark: Hint? = nil) -> Figure {
      Figure(name, share.map { .share($0) }, basis: basis, remark: remark)
    }
    let list = [
      energy(.consumption, flows.consumption), energy(.generation, flows.generation), energy(.gridImport, flows.gridImport),
      energy(.gridExport, flows.gridExport), Figure(.curtailed, nil, else: .unknown(.curtailmentUnknown), basis: basis),
      energy(.charged, flows.charged), energy(.discharged, flows.discharged),
      energy(.chargedFromGrid, figures.use.chargedFromGrid), energy(.batteryExport, figures.use.batteryExport),
      energy(.direct, figures.use.direct), energy(.storedGreen, figures.use.storedGreen),
      energy(.storedGrey, figures.use.storedGrey), energy(.storedBefore, figures.use.storedBefore),
      share(.selfSufficiency, figures.selfSufficiency),
      share(.selfSufficiencyExcludingStock, figures.selfSufficiencyExcludingStock),
      share(.selfConsumption, figures.selfConsumption, remark: .chargingIsOwnUse),
      share(.selfConsumptionExcludingLosses, figures.selfConsumptionExcludingLosses), share(.directUse, figures.directUse),
      share(.balance, figures.balance, remark: .balanceMeans), share(.matched, figures.matchedShare),
      share(.importShare, figures.importShare),
      Figure(
        .selfSupplyTime, isKnown ? .time(quarterHours: figures.selfSupply.quarterHours) : nil, else: .tooLittleKnown,
        basis: basis,
        remark: .noIsland),
      Figure(
        .longestSelfSupply, isKnown ? .time(quarterHours: figures.selfSupply.longestRun) : nil, else: .tooLittleKnown,
        basis: basis),
      Figure(.peakImport, figures.peakImport.map { .power($0.power) }, else: .tooLittleKnown, basis: basis),
      energy(.ramping, figures.shape.ramping),
      Figure(.lackOfLoadFactor, figures.shape.lackOfLoadFactor.map { .share($0) }, basis: basis),
    ]
    return list + (figures.peaks.limit.map { [aboveLimit($0, figures, basis)] } ?? [])
  }

  /// How often the agreed import was exceeded.
  private static func aboveLimit(_ limit: Power, _ figures: KeyFigures, _ basis: Figure.Basis) -> Figure {
    Figure(
      .aboveLimit, figures.quality.valid > 0 ? figures.peaks.aboveLimit.map { .count($0) } : nil, else: .tooLittleKnown,
      basis: basis,
      remark: Hint("vereinbart: \(limit.kilowatts) kW", "agreed: \(limit.kilowatts) kW"))
  }

  /// The worst month's balance, a middle number between the year's and the quarter hour's.
  static func months(_ months: [ReportCurve.Month], _ basis: Figure.Basis) -> [Figure] {
    guard months.count > 1 else { return [] }
    let shown = months.filter { !$0.figures.quality.hidesShares }
    guard let least = shown.compactMap(\.figures.balance).min() else { return [] }
    return [Figure(.leastMonthlyBalance, .share(least), basis: basis)]
  }

  /// Shares by source, and how diverse they are.
  static func supply(_ sources: [(EnergySource, Energy)], _ basis: Figure.Basis) -> [Figure] {
    let sum = sources.reduce(Energy.zero) { $0 + $1.1 }
    let shares = sources.map { source, energy in
      Figure(
        .supplyShare, of: source.rawValue, Reporting.share(energy.count, of: sum.count).map { .share($0) }, basis: basis,
        remark: source == .grid ? .gridIsOneSource : nil)
    }
    let diversity = Diversity(of: sources.map(\.1))
    func number(_ name: Figure.Name, _ value: Fraction?) -> Figure { Figure(name, value.map { .number($0) }, basis: basis) }
    return shares + [
      number(.concentration, diversity?.concentration), number(.normalisedConcentration, diversity?.normalisedConcentration),
      number(.shannon, diversity?.shannon), number(.evenness, diversity?.evenness),
      number(.effectiveSources, diversity?.effectiveNumber),
      number(.effectiveSourcesByShannon, diversity?.effectiveNumberByShannon),
    ]
  }

  static func specificYield(_ generation: Energy, _ peak: Power, isWhole: Bool, _ basis: Figure.Basis) -> Figure {
    Figure(
      .specificYield, isWhole ? WeatherNormal.specificYield(generation, peakPower: peak).map { .number($0) } : nil,
      else: isWhole && peak <= .zero ? .undefined : .unknown(.unmeteredRoof), basis: basis)
  }

  static func cars(_ cars: [EnergyReportAccount.CarCharging], _ basis: Figure.Basis) -> [Figure] {
    guard !cars.isEmpty else { return [] }
    let energy = cars.reduce(Energy.zero) { $0 + $1.energy }
    let own = cars.reduce(Energy.zero) { $0 + $1.own }
    return [
      Figure(.carEnergy, .energy(energy), basis: basis),
      Figure(.carOwnShare, Reporting.share(own.count, of: energy.count).map { .share($0) }, basis: basis, remark: .atTheCharger),
    ]
  }

  // MARK: Heat

  /// A heat network.
  static func heat(_ account: HeatAccount, gridShare: Fraction?) -> [Figure] {
    let balance = account.closed
    let meters = account.meters
    let quality = DataQuality(account.quality)
    let basis = Figure.Basis(quality)
    let isWhole = !meters.sources.isEmpty && meters.unmeteredSources.isEmpty
    let isKnown = quality.valid > 0
    let missing: Figure.Absence = isWhole ? .undefined : .unknown(.unmeteredHeat)
    let fed = isKnown ? Figure.Value.energy(balance.total) : nil
    var list = [Figure(.heatFed, fed, else: isWhole ? .tooLittleKnown : .unknown(.unmeteredHeat), basis: basis)]
    list += balance.fed.sorted { $0.key < $1.key }.map { source, energy in
      Figure(
        .heatShare, of: source.rawValue, isWhole ? share(energy.count, of: balance.total.count).map { .share($0) } : nil,
        else: missing, basis: basis, remark: .atGeneration)
    }
    let isNamed = (balance.fed[.other] ?? .zero) <= .zero
    let renewable = isWhole ? balance.renewableShare(gridShare: gridShare) : nil
    list.append(
      Figure(
        .renewableHeat, renewable.map { .share($0) },
        else: !isWhole
          ? missing : !isNamed ? .unknown(.unnamedSource) : balance.total > .zero ? .unknown(.noGridShare) : .undefined,
        basis: basis, remark: .renewableByLaw))
    list.append(
      Figure(
        .solarFraction, isWhole && isNamed ? balance.solarFraction.map { .share($0) } : nil,
        else: isNamed ? missing : .unknown(.unnamedSource), basis: basis))
    list += losses(account, balance, isWhole: isWhole)
    list += pumps(balance, basis)
    list.append(
      Figure(
        .heatPerDegreeDay, WeatherNormal.heat(account.heatOfDegreeDays, degreeDays: account.degreeDays).map { .number($0) },
        else: .unknown(.noOutdoorTemperature), basis: basis))
    list.append(
      Figure(
        .fuelCarbon, isWhole && isKnown ? balance.fuelCarbon.map { .mass($0) } : nil, else: .unknown(.noFuelFactor), basis: basis,
        remark: .fuelEstimate))
    return list
  }

  /// What arrives and what is lost, over the quarter hours in which both are known.
  private static func losses(_ account: HeatAccount, _ balance: HeatBalance, isWhole: Bool) -> [Figure] {
    let meters = account.meters
    let coverage = share(Int64(account.knownDeliveries), of: Int64(account.quality.expected))
    let basis = Figure.Basis(
      coverage: coverage, substituted: nil, isProvisional: account.knownDeliveries < account.quality.expected)
    let isMetered = isWhole && !meters.loads.isEmpty && meters.unmeteredLoads.isEmpty && meters.network.links.isEmpty
    return [
      Figure(.heatDelivered, isMetered ? .energy(balance.delivered) : nil, else: .unknown(.unmeteredCustomers), basis: basis),
      Figure(
        .heatLosses, isMetered ? balance.lossShare.map { .share($0) } : nil,
        else: isMetered ? .undefined : .unknown(.unmeteredCustomers), basis: basis,
        remark: .lossesMean),
    ]
  }

  private static func pumps(_ balance: HeatBalance, _ basis: Figure.Basis) -> [Figure] {
    balance.pumps.sorted { $0.key < $1.key }.flatMap { asset, use in
      [
        Figure(.seasonalPerformance, of: asset.text, use.performance.map { .number($0) }, basis: basis),
        Figure(.pumpOwnShare, of: asset.text, use.ownShare.map { .share($0) }, basis: basis, remark: .byIntervalMatch),
      ]
    }
  }
}
