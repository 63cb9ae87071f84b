import MarketTime

/// The words of a report's pictures.
extension Language {
  var whereFrom: String { pick("Woher der Strom kam", "Where electricity came from") }
  var whereTo: String { pick("Wohin der Strom ging", "Where electricity went") }
  var importByHour: String { pick("Bezug aus dem Netz nach Tag und Stunde", "Import from the grid by day and hour") }
  var selfSufficiencyByMonth: String { pick("Autarkiegrad nach Monat", "Self-sufficiency by month") }
  var heatTitle: String { pick("Wärme", "Heat") }
  var bufferLevel: String { pick("im Pufferspeicher (rechts)", "in the buffer tank (right)") }
  var perDay: String { pick("kWh je Tag", "kWh a day") }
  var perMonth: String { pick("kWh je Monat", "kWh a month") }
  var perHour: String { pick("kWh je Stunde", "kWh an hour") }
  var ownPlants: String { pick("eigene Anlagen", "own plants") }
  var fromBatteries: String { pick("aus Batterien", "from batteries") }
  var intoBatteries: String { pick("in Batterien", "into batteries") }
  var nothingKnown: String { pick("Nichts bekannt.", "Nothing is known.") }

  /// `Jan`, `Mär`.
  func month(_ day: LocalDay) -> String {
    let german = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
    let english = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return pick(german[day.components.month - 1], english[day.components.month - 1])
  }

  func atOnce(_ source: EnergySource) -> String { name(source) + pick(", sofort verbraucht", ", used at once") }

  func name(_ cover: ReportCurve.Cover) -> String {
    switch cover {
    case .direct: pick("eigen, sofort verbraucht", "own, used at once")
    case .battery: fromBatteries
    case .batteryFromGrid: pick("aus Batterien, aus dem Netz geladen", "from batteries, charged from the grid")
    case .grid: gridImport
    }
  }

  func courseSays(used: String, own: String?, bought: String) -> String {
    let share = own.map { pick("; davon \($0) aus eigenen Anlagen", "; \($0) of it from own plants") } ?? ""
    return pick(
      "Verbraucht wurden \(used)\(share), aus dem Netz kamen \(bought).",
      "\(used) were used\(share); \(bought) came from the grid.")
  }

  func peakSays(power: String, at moment: String) -> String {
    pick("Höchster Bezug: \(power) am \(moment) Uhr.", "Highest import: \(power) on \(moment).")
  }

  func heatSays(_ total: String, _ parts: String) -> String {
    pick("Eingespeist wurden \(total): \(parts).", "\(total) were fed in: \(parts).")
  }

  func hoursSay(least: Int?, most: Int?) -> String {
    guard let least, let most else { return nothingKnown }
    return pick(
      "Am wenigsten kam im Mittel von \(least) bis \(least + 1) Uhr aus dem Netz, am meisten von \(most) bis \(most + 1) Uhr.",
      "On average least came from the grid from \(least) to \(least + 1) o'clock, most from \(most) to \(most + 1).")
  }

  func monthsSay(_ least: String, _ leastMonth: String, _ most: String, _ mostMonth: String) -> String {
    pick("Von \(least) (\(leastMonth)) bis \(most) (\(mostMonth)).", "From \(least) (\(leastMonth)) to \(most) (\(mostMonth)).")
  }
}
