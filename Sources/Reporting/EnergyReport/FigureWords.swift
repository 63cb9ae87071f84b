import Console
import Quantities

extension Figure.Name {
  /// The unit of its values in JSON and CSV; empty for plain numbers.
  public var unit: String {
    switch self {
    case .consumption, .generation, .gridImport, .gridExport, .curtailed, .charged, .discharged, .chargedFromGrid, .batteryExport,
      .direct, .storedGreen, .storedGrey, .storedBefore, .ramping, .shifted, .loadChange, .carEnergy, .heatFed, .heatDelivered:
      "kWh"
    case .selfSufficiency, .selfSufficiencyExcludingStock, .selfConsumption, .selfConsumptionExcludingLosses, .directUse,
      .balance,
      .matched, .leastMonthlyBalance, .importShare, .supplyShare, .lackOfLoadFactor, .carOwnShare, .heatShare, .renewableHeat,
      .solarFraction, .heatLosses, .pumpOwnShare, .totalImportShare, .localCoverage, .communityShare, .losers, .topFifth:
      "percent"
    case .selfSupplyTime, .longestSelfSupply: "h"
    case .peakImport: "kW"
    case .carbon, .carbonAvoided, .carbonAvoidedElsewhere, .fuelCarbon: "kg"
    case .regionalValue, .saved: "EUR"
    case .specificYield: "kWh/kW"
    case .heatPerDegreeDay: "kWh/(K d)"
    case .concentration, .normalisedConcentration, .shannon, .evenness, .effectiveSources, .effectiveSourcesByShannon,
      .aboveLimit,
      .seasonalPerformance, .members, .gini:
      ""
    }
  }
}

extension Language {
  /// A figure's name as people say it, with the part that it is of.
  public func name(of figure: Figure) -> String {
    let name = name(figure.name)
    guard let part = figure.part else { return name }
    return "\(name): " + (EnergySource(rawValue: part).map(self.name) ?? part)
  }

  /// A source's name.
  public func name(_ source: EnergySource) -> String {
    switch source {
    case .pv: pick("Sonne (PV)", "sun (PV)")
    case .wind: pick("Wind", "wind")
    case .hydro: pick("Wasser", "water")
    case .biomass: pick("Biomasse", "biomass")
    case .solarThermal: pick("Solarthermie", "solar thermal")
    case .woodChips: pick("Hackschnitzel", "wood chips")
    case .heatPump: pick("Wärmepumpe", "heat pump")
    case .grid: pick("Netz", "grid")
    case .gas: pick("Gas", "gas")
    case .oil: pick("Öl", "oil")
    case .other: pick("nicht beschrieben", "not described")
    }
  }

  /// A figure's name as people say it.
  public func name(_ name: Figure.Name) -> String {
    switch name {
    case .consumption: consumption
    case .generation: generation
    case .gridImport: gridImport
    case .gridExport: gridExport
    case .curtailed: pick("abgeregelt", "curtailed")
    case .charged: charged
    case .discharged: discharged
    case .chargedFromGrid: pick("aus dem Netz in Batterien", "from the grid into batteries")
    case .batteryExport: pick("aus Batterien ins Netz", "from batteries into the grid")
    case .direct: pick("sofort verbraucht", "used at once")
    case .storedGreen: pick("aus Batterien, eigen", "from batteries, own")
    case .storedGrey: pick("aus Batterien, vom Netz", "from batteries, the grid's")
    case .storedBefore: pick("aus Batterien, zuvor gespeichert", "from batteries, stored before")
    case .selfSufficiency: selfSufficiency
    case .selfSufficiencyExcludingStock: pick("AG ohne zuvor Gespeichertes", "SS without what was stored before")
    case .selfConsumption: selfConsumption
    case .selfConsumptionExcludingLosses: pick("EV ohne Batterieverluste", "SC without battery losses")
    case .directUse: pick("Direktnutzung", "direct use")
    case .balance: balance
    case .matched: matched
    case .leastMonthlyBalance: pick("Bilanz des schwächsten Monats", "balance of the weakest month")
    case .importShare: pick("Bezugsanteil", "import share")
    case .supplyShare: pick("Anteil", "share")
    case .concentration: pick("Vielfalt: HHI", "diversity: HHI")
    case .normalisedConcentration: pick("  HHI normiert", "  HHI normalised")
    case .shannon: pick("  Shannon H", "  Shannon H")
    case .evenness: pick("  Gleichmäßigkeit", "  evenness")
    case .effectiveSources: pick("  wirksame Quellen (1/HHI)", "  effective sources (1/HHI)")
    case .effectiveSourcesByShannon: pick("  wirksame Quellen (exp H)", "  effective sources (exp H)")
    case .selfSupplyTime: pick("ohne Netzbezug", "without import")
    case .longestSelfSupply: pick("  am Stück", "  longest run")
    case .peakImport: peakImport
    case .aboveLimit: pick("Viertelstunden über der Grenze", "quarter hours above the limit")
    case .ramping: pick("Schwankung am Netz", "ramping at the grid")
    case .lackOfLoadFactor: pick("1 − Lastfaktor", "1 − load factor")
    case .shifted: pick("verschoben", "shifted")
    case .loadChange: pick("mehr als üblich", "more than usual")
    default: otherName(name)
    }
  }

  private func otherName(_ name: Figure.Name) -> String {
    switch name {
    case .specificYield: pick("Ertrag je kW Spitze", "yield for each kW of peak")
    case .carEnergy: pick("Autos geladen", "cars charged")
    case .carOwnShare: pick("  davon eigen", "  of it own")
    case .carbon: pick("CO₂ des Bezugs", "CO₂ of the import")
    case .carbonAvoided: pick("  durch Eigenes vermieden", "  avoided by own use")
    case .carbonAvoidedElsewhere: pick("  durch Einspeisung vermieden", "  avoided by export")
    case .heatFed: pick("Wärme eingespeist", "heat fed in")
    case .heatDelivered: pick("Wärme geliefert", "heat delivered")
    case .heatShare: pick("Anteil", "share")
    case .renewableHeat: pick("erneuerbare Wärme", "renewable heat")
    case .solarFraction: pick("solarer Anteil", "solar fraction")
    case .heatLosses: pick("Wärmeverluste", "heat losses")
    case .seasonalPerformance: pick("Jahresarbeitszahl", "seasonal performance")
    case .pumpOwnShare: pick("eigener Strom", "own power")
    case .heatPerDegreeDay: pick("kWh je Gradtag", "kWh for each degree day")
    case .fuelCarbon: pick("CO₂ der Brennstoffe", "CO₂ of fuels")
    case .totalImportShare: pick("Bezugsanteil mit Brennstoffen", "import share with fuels")
    case .localCoverage: pick("lokal und erneuerbar gedeckt", "covered locally, renewable")
    case .regionalValue: pick("regionale Wertschöpfung", "regional value creation")
    case .members: pick("Mitglieder", "members")
    case .communityShare: pick("aus der Gemeinschaft", "from the community")
    case .saved: pick("gespart", "saved")
    case .gini: pick("Gini des Vorteils", "Gini of the benefit")
    case .losers: pick("schlechter gestellt", "worse off")
    case .topFifth: pick("Vorteil des oberen Fünftels", "benefit of the top fifth")
    default: name.rawValue
    }
  }

  /// A figure's value with its unit as people read it: `64.8 %`, `12.3 kWh`, `4–9 kg`, or `–`, `?` where there is none.
  public func text(_ figure: Figure) -> String {
    guard let value = figure.value else { return figure.absence == .tooLittleKnown ? "?" : "–" }
    guard let most = figure.most, most != value else { return text(value, of: figure.name) }
    let (least, last) = (text(value, of: figure.name), text(most, of: figure.name))
    return (least.split(separator: " ").first.map(String.init) ?? least) + "–" + last
  }

  private func text(_ value: Figure.Value, of name: Figure.Name) -> String {
    switch value {
    case .share(let share): return percent(share)
    case .energy(let energy): return numbers(decimals: 1).kilowattHours(energy.count)
    case .power(let power):
      return numbers(decimals: power < Power(kilowatts: 10) ? 2 : 1).text(power.count, per: 1_000_000) + " kW"
    case .mass(let mass):
      return numbers(decimals: NumberStyle.energyDecimals(upTo: mass.count)).text(mass.count, per: 1_000_000) + " kg"
    case .money(let money): return numbers(decimals: 2).euros(money.count)
    case .time(let quarters): return numbers(decimals: 2).text(Int64(quarters) * 25, per: 100) + " h"
    case .count(let count): return numbers(decimals: 0).text(Int64(count))
    case .number(let number):
      let decimals = [.specificYield, .heatPerDegreeDay].contains(name) ? 1 : number < Fraction(count: 2_000_000_000) ? 3 : 2
      return numbers(decimals: decimals).text(number.count, per: Fraction.one.count)
        + (name.unit.isEmpty ? "" : " " + name.unit)
    }
  }
}
