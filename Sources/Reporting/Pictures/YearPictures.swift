import Charts
import MarketTime
import Quantities

extension EnergyPictures {
  /// Import by day and hour of the local clock; nil for less than a week.
  func importByHour() -> HeatMap? {
    guard report.days.count >= 7, !report.curve.steps.isEmpty else { return nil }
    var columns = report.days.map { _ in [HeatMap.Cell](repeating: .absent, count: 24) }
    var hours = [(sum: Double, count: Int)](repeating: (0, 0), count: 24)
    for (day, hour, bought) in importOfHours {
      guard columns.indices.contains(day), hour < 24 else { continue }
      switch columns[day][hour] {
      case .absent: columns[day][hour] = bought.map { HeatMap.Cell.value($0) } ?? .missing
      case .value(let first): columns[day][hour] = .doubled(first, bought)
      case .missing: columns[day][hour] = .doubled(nil, bought)
      case .doubled: break
      }
      if let bought { hours[hour] = (hours[hour].sum + bought, hours[hour].count + 1) }
    }
    let means = hours.enumerated().filter { $0.element.count > 0 }.map { ($0.offset, $0.element.sum / Double($0.element.count)) }
    let least = means.min { $0.1 < $1.1 }?.0
    let most = means.max { $0.1 < $1.1 }?.0
    return HeatMap(
      title: title(language.importByHour), alternative: language.hoursSay(least: least, most: most), unit: language.perHour,
      columns: columns, columnTicks: columnTicks, rowTicks: [0, 6, 12, 18].map { .init(Double($0), "\($0)") }, bright: .low,
      missing: language.noValues, numbers: language.numbers(decimals: 0))
  }

  /// Each hour of the local clock: its day's place in the period, its number, and what came from the grid in kWh, nil where not known.
  private var importOfHours: [(day: Int, hour: Int, bought: Double?)] {
    let calendar = report.calendar
    let steps = report.curve.steps
    var place = 0
    return calendar.spans(of: report.days, by: .hour).map { hour in
      let first = place
      while place < steps.count, steps[place].span.upperBound <= hour.upperBound { place += 1 }
      let known = steps[first..<place].reduce(0) { $0 + $1.known }
      let energy = steps[first..<place].reduce(Energy.zero) { $0 + $1.flows.gridImport }
      let (day, time) = calendar.local(hour.lowerBound.start)
      return (
        report.days.lowerBound.distance(to: day), time.minutes / 60, known == hour.count ? Double(energy.count) / 1e6 : nil
      )
    }
  }

  private var columnTicks: [StackedChart.Tick] {
    report.days.enumerated().compactMap { position, day in
      let (_, _, date) = day.components
      if report.days.count > 62 { return date == 1 ? StackedChart.Tick(Double(position), language.month(day)) : nil }
      return date % 5 == 1 || report.days.count <= 8 ? StackedChart.Tick(Double(position), "\(date).") : nil
    }
  }

  /// Self-sufficiency of each month; nil for a single one.
  func selfSufficiencyByMonth() -> StackedChart? {
    let months = report.curve.months
    guard months.count > 1 else { return nil }
    let shares = months.map { month in month.figures.quality.hidesShares ? nil : month.figures.selfSufficiency }
    let known = zip(months, shares).compactMap { month, share in share.map { (month.days.lowerBound, $0) } }
    let least = known.min { $0.1 < $1.1 }
    let most = known.max { $0.1 < $1.1 }
    let says = least.flatMap { least in
      most.map { most in
        language.monthsSay(
          language.percent(least.1), language.month(least.0), language.percent(most.1), language.month(most.0))
      }
    }
    return StackedChart(
      title: title(language.selfSufficiencyByMonth), alternative: says ?? language.nothingKnown, unit: "%",
      parts: [
        .init(
          language.selfSufficiency, .sun, shares.map { $0.map { Double($0.count) / Double(Fraction.one.count) * 100 } })
      ],
      ticks: months.enumerated().map { .init(Double($0.offset) + 0.5, language.month($0.element.days.lowerBound)) },
      missing: language.noValues, numbers: language.numbers(decimals: 0), reaches: 100)
  }
}
