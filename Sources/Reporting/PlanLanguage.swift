import MarketTime
import Planning

/// The words of plans, in both languages.
extension Language {
  /// `96 steps of 15 min`, `96 steps of 15 min, 12 of 60 min`: lengths as they come.
  func steps(of horizon: PlanningHorizon) -> String {
    let lengths = horizon.steps.map(\.count)
    let different = lengths.enumerated().filter { !lengths[..<$0.offset].contains($0.element) }.map(\.element)
    return different.enumerated().map { number, length in
      let count = lengths.count { $0 == length }
      let noun = count == 1 ? pick(" Schritt", " step") : pick(" Schritte", " steps")
      return "\(count)" + (number == 0 ? noun : "") + pick(" zu ", " of ") + "\(length * 15) min"
    }.joined(separator: ", ")
  }

  func weekday(_ day: Weekday) -> String {
    let german = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
    let english = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return pick(german[day.rawValue], english[day.rawValue])
  }

  // MARK: - Status

  func provenOptimal(seconds: String, solver: String) -> String {
    pick("nachweislich optimal (\(seconds) s, \(solver))", "proven optimal (\(seconds) s, \(solver))")
  }
  func optimalWithin(_ gap: String, seconds: String, solver: String) -> String {
    pick("optimal bis auf \(gap) (\(seconds) s, \(solver))", "optimal within \(gap) (\(seconds) s, \(solver))")
  }
  func notProven(_ gap: String, seconds: String, solver: String) -> String {
    pick(
      "NICHT NACHWEISLICH OPTIMAL, Lücke \(gap) (\(seconds) s, \(solver))",
      "NOT PROVEN OPTIMAL, gap \(gap) (\(seconds) s, \(solver))")
  }
  func verdict(breaches count: Int) -> String {
    switch count {
    case 0: return pick("keine Grenze verletzt", "no limit broken")
    case 1: return pick("1 Grenze verletzt", "1 limit broken")
    default: return pick("\(count) Grenzen verletzt", "\(count) limits broken")
    }
  }
  func fallback(reason: String) -> String {
    pick("NICHT GEPLANT, sondern die Regel: \(reason)", "NO PLAN, the standing rule instead: \(reason)")
  }
  var fallbackWord: String { pick("Regel statt Plan", "rule instead of plan") }
  var dryRun: String { pick("nur gerechnet, nichts geschaltet", "dry run, nothing was switched") }

  // MARK: - Inputs

  var loadsWord: String { pick("Verbrauch", "loads") }
  var plantsWord: String { pick("Erzeugung", "plants") }
  var batteriesWord: String { pick("Batterien", "batteries") }

  /// `history 12, standard profile 1`; nil when there are none.
  func forecasts(_ counts: [PlanReport.Inputs.Forecast: Int]) -> String? {
    list(PlanReport.Inputs.Forecast.allCases.compactMap { kind in counts[kind].map { "\(name(kind)) \($0)" } })
  }

  /// `measured 5`; nil when there are none.
  func charges(_ counts: [PlanReport.Inputs.Charge: Int]) -> String? {
    list(PlanReport.Inputs.Charge.allCases.compactMap { kind in counts[kind].map { "\(name(kind)) \($0)" } })
  }

  func tanks(_ count: Int) -> String {
    count == 1
      ? pick("1 Speicher halb voll angenommen", "1 tank assumed half full")
      : pick("\(count) Speicher halb voll angenommen", "\(count) tanks assumed half full")
  }

  private func list(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: ", ") }

  private func name(_ kind: PlanReport.Inputs.Forecast) -> String {
    switch kind {
    case .history: return pick("aus Messwerten", "from history")
    case .standardProfile: return pick("Standardprofil", "standard profile")
    case .file: return pick("vorgegeben", "given")
    }
  }

  private func name(_ kind: PlanReport.Inputs.Charge) -> String {
    switch kind {
    case .measured: return pick("gemessen", "measured")
    case .given: return pick("laut Datei", "as the file says")
    case .assumed: return pick("halb voll angenommen", "assumed half full")
    }
  }

  func prices(known: Int, of all: Int) -> String {
    known == all
      ? pick("Preise bekannt", "prices known")
      : pick(
        "Preise für \(known) von \(all) Viertelstunden bekannt, sonst wie am Tag davor",
        "prices known for \(known) of \(all) quarter hours, else as the day before")
  }
  func withoutTariff(_ sites: String) -> String { pick("ohne Tarif: \(sites)", "without tariff: \(sites)") }
  var holidaysUnknown: String {
    pick("Feiertage dieses Jahres nicht bekannt", "this year's holidays are not listed")
  }

  // MARK: - Plan beside rule

  var planWord: String { pick("Plan", "plan") }
  func word(for yardstick: PlanReport.Yardstick) -> String {
    yardstick == .last ? pick("letzter Plan", "last plan") : pick("Regel", "rule")
  }
  var changeWord: String { pick("Änderung", "change") }
  var costWord: String { pick("Kosten", "cost") }
  var selfSufficiencyWord: String { pick("Autarkiegrad", "self-sufficiency") }
  var selfConsumptionWord: String { pick("Eigenverbrauchsquote", "self-consumption") }
  var jointPeakWord: String { pick("höchster Bezug gemeinsam", "highest joint import") }
  var curtailedWord: String { pick("abgeregelt", "curtailed") }
  var peakWord: String { pick("Spitze", "peak") }
  func meaning(of yardstick: PlanReport.Yardstick) -> String {
    guard yardstick != .last else {
      return pick(
        "der frühere Plan in dem, was jetzt bekannt ist: was er tun ließ, so weit es noch geht; danach das Beste; Kosten auf den gleichen Endstand bewertet",
        "the plan before in what is known now: what it had done as far as it still can be, the best beyond its end; cost valued to the same end state"
      )
    }
    return pick(
      "ohne Plan: Batterien nehmen Überschuss und decken Bedarf, Autos laden sofort, Wärme kommt zuerst von Sonne und Wärmepumpen, Speicher und Wasserstoff ruhen; Kosten auf den gleichen Endstand bewertet",
      "without a plan: batteries take surplus and cover demand, cars charge at once, heat comes from sun and heat pumps first, tanks and hydrogen rest; cost valued to the same end state"
    )
  }

  // MARK: - Schedule

  var hourWord: String { pick("Uhrzeit", "hour") }
  var gridWord: String { pick("Netz", "grid") }
  func column(_ role: AssetSchedule.Role) -> String {
    switch role {
    case .generation: return pick("Sonne, Wind", "sun, wind")
    case .load: return pick("Verbrauch", "load")
    case .charging: return pick("Autos", "cars")
    case .shiftable: return pick("verschiebbar", "shiftable")
    case .battery: return pick("Batterie", "battery")
    case .heatPump: return pick("W-Pumpen", "h-pumps")
    case .electricBoiler: return pick("E-Kessel", "e-boiler")
    case .combinedHeatAndPower: return pick("BHKW", "CHP")
    case .heatNetwork: return pick("Netzpumpen", "net pumps")
    case .heatLoad, .solarThermal, .boiler, .heatStore: return heatColumn(role)
    case .electrolyser, .hydrogenStore, .fuelCell: return hydrogenColumn(role)
    case .coolingLoad, .chiller, .absorptionChiller, .coldStore: return coldColumn(role)
    }
  }
  var heatWord: String { pick("Wärme", "heat") }
  var storedWord: String { pick("Inhalt", "stored") }
  func heatColumn(_ role: AssetSchedule.Role) -> String {
    switch role {
    case .heatLoad: return pick("Bedarf", "demand")
    case .solarThermal: return pick("Solar", "solar")
    case .boiler: return pick("Kessel", "boilers")
    case .heatStore: return pick("Speicher", "tanks")
    case .hydrogenStore: return hydrogenTanks
    case .generation, .load, .charging, .shiftable, .battery, .heatPump, .electricBoiler, .combinedHeatAndPower, .heatNetwork,
      .electrolyser, .fuelCell, .coolingLoad, .chiller, .absorptionChiller, .coldStore:
      return column(role)
    }
  }
  var heatMeans: String {
    pick(
      "Mittel in kW aller Wärmenetze; Speicher: + gibt, − lädt; Inhalt in kWh am Ende. Der Rest sind Verluste der Leitungen",
      "kW mean of all heat networks; tanks: + give, − charge; stored in kWh at the end. The rest is lost in pipes")
  }
  var blocksMean: String {
    pick(
      "Mittel in kW aller Standorte; Batterie: + gibt, − lädt; Netz: + Bezug, − Einspeisung. Preis: Mittel der Standorte",
      "kW mean of all sites; battery: + gives, − charges; grid: + import, − feed-in. price: mean of the sites")
  }

  // MARK: - Breaches

  var breachWord: String { pick("GRENZE", "BREACH") }
  func breach(_ kind: Breach.Kind, subject: String, from: String, until: String, energy: String, longest: Duration? = nil)
    -> String
  {
    let span = "\(from) – \(until)"
    switch kind {
    case .importBeyondLimit:
      return pick(
        "\(subject): Bezug über dem Anschluss, \(span), \(energy) kWh",
        "\(subject): import beyond its connection, \(span), \(energy) kWh")
    case .exportBeyondLimit:
      return pick(
        "\(subject): Einspeisung über dem Anschluss, \(span), \(energy) kWh",
        "\(subject): feed-in beyond its connection, \(span), \(energy) kWh")
    case .chargingUnreachable:
      return pick(
        "\(subject): bis zur Abfahrt fehlen \(energy) kWh, \(span)", "\(subject): \(energy) kWh short at departure, \(span)")
    case .windowTooShort:
      return pick(
        "\(subject): \(energy) kWh passen nicht in das Zeitfenster, \(span)",
        "\(subject): \(energy) kWh do not fit into the window, \(span)")
    case .heatMissing:
      return pick("\(subject): \(energy) kWh Wärme fehlen, \(span)", "\(subject): \(energy) kWh of heat are missing, \(span)")
    case .heatExcess:
      return pick(
        "\(subject): \(energy) kWh Wärme zu viel, \(span)", "\(subject): \(energy) kWh of heat are too much, \(span)")
    case .coldMissing, .coldExcess:
      return coldBreach(kind == .coldMissing, subject: subject, span: span, energy: energy)
    case .powerExcess:
      return pick(
        "\(subject): \(energy) kWh Strom der BHKW finden keinen Abnehmer, \(span)",
        "\(subject): \(energy) kWh of power from engines find no taker, \(span)")
    case .importBeyondOrder, .exportBeyondOrder, .controllableBeyondOrder:
      return orderBreach(kind, subject: subject, span: span, energy: energy)
    case .reserveTooLong, .reserveMissing:
      return reserveBreach(kind, subject: subject, span: span, energy: energy, longest: longest)
    }
  }

  var doWord: String { pick("TUN", "DO") }
  var doNothing: String {
    pick(
      "nichts zu entscheiden; Fahrplan als Tabelle: energy-opt plan --format csv",
      "nothing to decide; the schedule as a table: energy-opt plan --format csv")
  }
  var doTrigger: String {
    pick(
      "Netzbezug über der Grenze der Gemeinschaft: was ginge mit weniger, zeigt energy-opt plan --goal autonomy.",
      "import above the community's limit: what could be done with less shows energy-opt plan --goal autonomy.")
  }
  var doBreaches: String {
    pick(
      "Grenzen, Fenster oder Leistungen in der Datei der Gemeinschaft prüfen.",
      "check limits, windows or powers in the community's file.")
  }
}
