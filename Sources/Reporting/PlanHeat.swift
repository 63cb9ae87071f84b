import Console
import Planning
import Quantities

extension PlanPage {
  /// Heat: what is wanted and who gives it, with what the tanks hold.
  func heat() -> [String] {
    water(
      language.heatWord, load: .heatLoad,
      sources: [.solarThermal, .heatPump, .electricBoiler, .combinedHeatAndPower, .electrolyser, .fuelCell, .boiler],
      tank: .heatStore, means: language.heatMeans)
  }

  /// Cold: the same.
  func cold() -> [String] {
    water(
      language.coldWord, load: .coolingLoad, sources: [.chiller, .absorptionChiller], tank: .coldStore, means: language.coldMeans)
  }

  private func water(
    _ title: String, load: AssetSchedule.Role, sources: [AssetSchedule.Role], tank: AssetSchedule.Role, means: String
  ) -> [String] {
    let blocks = blocks
    let roles = ([load] + sources + [tank]).filter { role in blocks.contains { $0.heat[role] != nil } }
    guard !roles.isEmpty else { return [] }
    let hasTanks = roles.contains(tank)
    var table = TextTable(
      columns: [.init(title)] + roles.map { .init(language.heatColumn($0), .right) }
        + (hasTanks ? [.init(language.storedWord, .right)] : []), indent: 2)
    for block in blocks {
      let cells = roles.map { role in
        let power = block.heat[role] ?? .zero
        return language.numbers(decimals: 1).text((role == load ? power : -power).count, per: 1_000_000)
      }
      let stored =
        hasTanks ? [language.numbers(decimals: 0).text((block.stored[tank] ?? .zero).count, per: 1_000_000)] : []
      table.append([.init(label(of: block))] + (cells + stored).map { .init($0) })
    }
    return render(table) + footnote(means)
  }
}

extension Language {
  /// What cools, in a table of power or of cold.
  func coldColumn(_ role: AssetSchedule.Role) -> String {
    switch role {
    case .coolingLoad: pick("Bedarf", "demand")
    case .chiller: pick("K-Masch.", "chillers")
    case .absorptionChiller: pick("Absorption", "absorption")
    default: pick("Speicher", "tanks")
    }
  }

  var coldWord: String { pick("Kälte", "cold") }
  var coldMeans: String {
    pick(
      "Mittel in kW aller Kältenetze; Speicher: + gibt, − lädt; Inhalt in kWh am Ende. Der Rest sind Verluste der Leitungen",
      "kW mean of all cold networks; tanks: + give, − charge; stored in kWh at the end. The rest is lost in pipes")
  }
  func coldBreach(_ isMissing: Bool, subject: String, span: String, energy: String) -> String {
    isMissing
      ? pick("\(subject): \(energy) kWh Kälte fehlen, \(span)", "\(subject): \(energy) kWh of cold are missing, \(span)")
      : pick("\(subject): \(energy) kWh Kälte zu viel, \(span)", "\(subject): \(energy) kWh of cold are too much, \(span)")
  }
}
