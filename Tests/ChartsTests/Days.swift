import Charts
import Console

/// Pictures of known days.
enum Days {
  static let german = NumberStyle(decimals: 1, decimalMark: .comma)
  static let english = NumberStyle(decimals: 1, decimalMark: .point)

  static let sun: [Double?] = [
    0, 0, 0, 0, 0, 0, 0.036, 0.145, 0.287, 0.28, 0.3, 0.45, 0.62, 0.55, 0.3, 0.28, 0.32, 0.317, 0.172, 0.054, 0, 0, 0, 0,
  ]
  static let grid: [Double?] = [
    0.15, 0.14, 0.13, 0.13, 0.14, 0.18, 0.314, 0.275, 0.013, 0, 0, 0, 0, 0, 0, 0, 0, 0.133, 0.449, 0.646, 0.58, 0.45, 0.3, 0.2,
  ]
  static let hours = [0, 6, 12, 18, 24].map { StackedChart.Tick(Double($0), String($0)) }

  /// A member's day, 18 June, whose tip for tomorrow is 11 to 15 o'clock.
  static func member(sun: [Double?] = sun, grid: [Double?] = grid) -> StackedChart {
    StackedChart(
      title: "Ihr Strom am Donnerstag, 18. Juni",
      alternative: "Balkendiagramm: Von 8 bis 17 Uhr kam der meiste Strom vom Dach, abends und nachts aus dem Netz.",
      unit: "kWh je Stunde",
      parts: [.init("aus der Sonne auf dem Dach", .sun, sun), .init("aus dem Netz", .grid, grid)],
      bands: [.init(11..<15, "beste Zeit morgen: 11–15 Uhr")], ticks: hours, missing: "keine Werte", numbers: german)
  }

  /// The day with two hours that nobody measured.
  static var withGap: StackedChart {
    var grid = grid
    grid[9] = nil
    grid[10] = nil
    return member(grid: grid)
  }

  /// A heat network's day: two sources, the buffer's level on the right; by quarter hour.
  static var heat: StackedChart {
    let quarters = 0..<96
    return StackedChart(
      title: "Heat on 20 January", alternative: "Wood covers the base, the heat pump joins at noon.", unit: "kW",
      parts: [
        .init("wood chips", .wood, quarters.map { _ in 40 }),
        .init("heat pump", .heatPump, quarters.map { (44..<60).contains($0) ? 25 : 0 }),
      ],
      lines: [
        .init(
          "buffer level", .use, quarters.map { (20..<24).contains($0) ? nil : 60 + Double($0 % 48) / 4 }, isOnRight: true)
      ],
      ticks: hours.map { StackedChart.Tick($0.position * 4, $0.label) }, missing: "no values", numbers: english, rightUnit: "°C")
  }

  /// Where a house's electricity came from and went.
  static var flows: FlowChart {
    FlowChart(
      title: "Der Strom am 18. Juni", alternative: "212 kWh vom Dach: 126 selbst verbraucht, 86 ins Netz; 45 aus dem Netz.",
      unit: "kWh", sources: [.init("vom Dach", .sun), .init("aus dem Netz", .grid), .init("Batterie", .battery)],
      uses: [.init("Verbrauch", .use), .init("ins Netz", .grid)],
      flows: [.init(from: 0, to: 0, 126), .init(from: 0, to: 1, 86), .init(from: 1, to: 0, 45), .init(from: 2, to: 0, 0)],
      numbers: NumberStyle(decimals: 0, decimalMark: .comma))
  }

  /// Ten days of hours: a day whose clock goes forward, one whose clock goes back, an hour without value.
  static var year: HeatMap {
    let columns: [[HeatMap.Cell]] = (0..<10).map { day in
      (0..<24).map { hour in
        switch (day, hour) {
        case (3, 2): return .absent
        case (6, 2): return .doubled(1, 5)
        case (8, 12): return .missing
        default: return .value(Double(hour) / 4)
        }
      }
    }
    return HeatMap(
      title: "Import by hour", alternative: "Little at night, most in the evening.", unit: "kWh", columns: columns,
      columnTicks: [.init(0, "Mar"), .init(5, "Oct")], rowTicks: [0, 6, 12, 18].map { .init(Double($0), "\($0)") }, bright: .low,
      missing: "no values", numbers: english)
  }
}
