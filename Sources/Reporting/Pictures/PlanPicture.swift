public import Charts
import CommunityModel
import Console
import MarketTime
import Planning
import Quantities

extension PlanReport {
  /// The coming hours: what gives power above zero, what batteries take and the grid gets below, the price as a line. All sites as one.
  public func chart(_ language: Language) -> StackedChart {
    let calendar = community.calendar
    let blocks = PlanBlock.blocks(of: plan, conditions: conditions, calendar: calendar, minutes: 15)
    func series(_ value: (PlanBlock) -> Double) -> [Double?] {
      blocks.flatMap { Array(repeating: value($0), count: $0.span.count) }
    }
    func power(of roles: AssetSchedule.Role...) -> [Double?]? {
      guard blocks.contains(where: { block in roles.contains { block.power[$0] != nil } }) else { return nil }
      return series { block in roles.reduce(0) { $0 - (block.power[$1] ?? .zero).kilowatts } }
    }
    let parts = [
      power(of: .generation).map { StackedChart.Part(language.column(AssetSchedule.Role.generation), .sun, $0) },
      power(of: .combinedHeatAndPower, .fuelCell).map { StackedChart.Part(language.enginesWord, .other, $0) },
      power(of: .battery).map { StackedChart.Part(language.batteryBothWays, .battery, $0) },
      StackedChart.Part(language.gridBothWays, .grid, series { $0.grid.kilowatts }),
    ]
    let price = StackedChart.Line(
      language.importPriceWord, .use, series { Double($0.price.count) / 10_000 }, isStepped: true, isOnRight: true)
    return StackedChart(
      title: language.planChartTitle, alternative: alternative(language), unit: "kW", parts: parts.compactMap(\.self),
      lines: [price], ticks: calendar.ticks(over: plan.horizon.span) { language.weekday($0.weekday) }, missing: language.noValues,
      numbers: language.numbers(decimals: 0), rightUnit: "ct/kWh")
  }

  /// What the chart says, in a sentence.
  private func alternative(_ language: Language) -> String {
    let energy = { (energy: Energy) in language.numbers(decimals: 1).kilowattHours(energy.count) }
    let flows = figures.key.flows
    return language.planChartSays(
      used: energy(flows.consumption), made: energy(flows.generation), bought: energy(flows.gridImport),
      sold: energy(flows.gridExport))
  }
}

extension Language {
  /// What a legend calls times without values.
  var noValues: String { pick("keine Werte", "no values") }
  fileprivate var planChartTitle: String {
    pick("Der Plan: woher der Strom kommt, wohin er geht", "The plan: where power comes from and goes")
  }
  fileprivate var enginesWord: String { pick("BHKW, Brennstoffzelle", "engine, fuel cell") }
  fileprivate var batteryBothWays: String { pick("Batterie (unter 0: lädt)", "battery (below 0: charging)") }
  fileprivate var gridBothWays: String { pick("Netz (unter 0: Einspeisung)", "grid (below 0: feed-in)") }
  fileprivate var importPriceWord: String { pick("Bezugspreis", "import price") }
  fileprivate func planChartSays(used: String, made: String, bought: String, sold: String) -> String {
    pick(
      "Gebraucht werden \(used); Sonne und Wind geben \(made), aus dem Netz kommen \(bought), ins Netz gehen \(sold).",
      "\(used) are used; sun and wind give \(made), \(bought) come from the grid, \(sold) go into it.")
  }
}
