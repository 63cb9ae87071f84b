public import Charts
import CommunityModel
import Console
import MarketTime
import Quantities

extension EnergyReport {
  /// What a page shows of the period, in order: where electricity came from, each heat network with its buffer, where it all went, import by day
  /// and hour where there is more than a week, self-sufficiency by month where there is more than one.
  ///
  /// All sites as one (`virtual_sum`); none where the report does not speak of the community.
  public func charts(_ language: Language) -> [any Chart] {
    let pictures = EnergyPictures(report: self, language: language)
    let figures = figures(of: .community(.virtualSum))
    var charts: [(any Chart)?] = [figures.flatMap { pictures.course($0) }]
    for group in groups {
      if case .heatNetwork(let network) = group.subject { charts.append(pictures.heat(of: network, name: group.name)) }
    }
    if let figures {
      charts.append(pictures.flow(figures))
      charts.append(pictures.importByHour())
      charts.append(pictures.selfSufficiencyByMonth())
    }
    return charts.compactMap(\.self)
  }
}

/// The pictures of a report in one language.
struct EnergyPictures {
  let report: EnergyReport
  let language: Language

  /// A slot of a time axis.
  struct Slot {
    /// Its steps, by their place in the curve.
    let steps: Range<Int>
    let span: Range<QuarterHour>
  }

  /// How a period is cut into slots.
  enum Cutting {
    /// Mean powers of each step.
    case steps
    /// Sums of days.
    case days
    /// Sums of months.
    case months
  }

  var cutting: Cutting { report.days.count <= 2 ? .steps : report.days.count <= 62 ? .days : .months }

  /// The slots of steps that follow each other over these spans.
  func slots(of spans: [Range<QuarterHour>]) -> [Slot] {
    guard cutting != .steps else { return spans.enumerated().map { Slot(steps: $0.offset..<$0.offset + 1, span: $0.element) } }
    var place = 0
    return report.calendar.spans(of: report.days, by: cutting == .days ? .day : .month).map { span in
      let first = place
      while place < spans.count, spans[place].upperBound <= span.upperBound { place += 1 }
      return Slot(steps: first..<place, span: span)
    }
  }

  /// A slot's energy as the axis tells it: of a step its mean power in kW, else kWh.
  func value(_ energy: Energy, over slot: Slot) -> Double {
    let kilowattHours = Double(energy.count) / 1e6
    return cutting == .steps ? kilowattHours * 4 / Double(max(1, slot.span.count)) : kilowattHours
  }

  var unit: String { cutting == .steps ? "kW" : cutting == .days ? language.perDay : language.perMonth }

  var ticks: [StackedChart.Tick] {
    let days = report.days
    switch cutting {
    case .steps:
      return report.calendar.ticks(over: report.span) { days.count == 1 ? "0" : language.weekday($0.weekday) }
        + (days.count == 1 ? [.init(Double(report.span.count), "24")] : [])
    case .days:
      return days.enumerated().compactMap { position, day in
        let isMarked = days.count <= 14 || day.components.day % 5 == 0 || day.components.day == 1
        return isMarked ? StackedChart.Tick(Double(position) + 0.5, "\(day.components.day).") : nil
      }
    case .months: return monthTicks
    }
  }

  var monthTicks: [StackedChart.Tick] {
    report.calendar.spans(of: report.days, by: .month).enumerated().map { position, span in
      .init(Double(position) + 0.5, language.month(report.calendar.localDay(of: span.lowerBound.start)))
    }
  }

  func title(_ words: String) -> String { words + ", " + language.period(report.days) }
}

// MARK: Where electricity came from

extension EnergyPictures {
  /// Consumption by what covered it, and what plants made as a line.
  func course(_ figures: KeyFigures) -> StackedChart? {
    let steps = report.curve.steps
    guard !steps.isEmpty else { return nil }
    let slots = slots(of: steps.map(\.span))
    let isKnown = slots.map { slot in
      let known = steps[slot.steps].reduce(0) { $0 + $1.known }
      return cutting == .steps ? known == slot.span.count : isEnough(known, of: slot.span.count)
    }
    func series(_ energy: (ReportCurve.Step) -> Energy) -> [Double?] {
      zip(slots, isKnown).map { slot, isKnown in
        isKnown ? value(steps[slot.steps].reduce(.zero) { $0 + energy($1) }, over: slot) : nil
      }
    }
    let sources = EnergySource.allCases.filter { source in steps.contains { ($0.generation[source] ?? .zero) > .zero } }
    let direct = sources.map { source in
      StackedChart.Part(language.atOnce(source), source.ink, series { $0.direct(from: source, among: sources) })
    }
    let stored = ReportCurve.Cover.allCases.filter { $0 != .direct }.map { cover in
      StackedChart.Part(
        language.name(cover), cover.ink, series { step in step.cover.first { $0.source == cover }?.energy ?? .zero })
    }
    let parts = direct + stored.filter { part in part.ink == .grid || part.values.contains { ($0 ?? 0) > 0 } }
    let made = StackedChart.Line(language.generation, .sun, series(\.flows.generation))
    return StackedChart(
      title: title(language.whereFrom), alternative: says(figures), unit: unit, parts: parts,
      lines: figures.flows.generation > .zero ? [made] : [], ticks: ticks, missing: language.noValues,
      numbers: language.numbers(decimals: 0))
  }

  /// Whether so much of a slot is known that its sum may be shown.
  func isEnough(_ known: Int, of expected: Int) -> Bool {
    share(Int64(known), of: Int64(expected)).map { $0 >= DataQuality.leastCoverage } ?? false
  }

  private func says(_ figures: KeyFigures) -> String {
    guard figures.quality.valid > 0 else { return language.nothingKnown }
    let energy = { (energy: Energy) in language.numbers(decimals: 1).kilowattHours(energy.count) }
    let sufficiency = figures.quality.hidesShares ? nil : figures.selfSufficiency
    var text = language.courseSays(
      used: energy(figures.flows.consumption), own: sufficiency.map(language.percent), bought: energy(figures.flows.gridImport))
    if let peak = figures.peakImport {
      let (day, time) = report.calendar.local(peak.quarterHour.start)
      let power = language.numbers(decimals: 1).text(peak.power.count, per: 1_000_000) + " kW"
      text += " " + language.peakSays(power: power, at: "\(language.date(day, year: false)) \(time)")
    }
    return text
  }

  /// From sources to uses: plants, batteries and the grid to consumption, batteries and the grid.
  func flow(_ figures: KeyFigures) -> FlowChart? {
    let (flows, use) = (figures.flows, figures.use)
    guard figures.quality.valid > 0, flows.inflow > .zero else { return nil }
    let kept = max(.zero, flows.generation - use.direct - use.generationExport)
    let fromBattery = use.storedGreen + use.storedGrey + use.storedBefore
    let bought = max(.zero, flows.gridImport - use.chargedFromGrid)
    let amounts: [(source: Int, use: Int, energy: Energy)] = [
      (0, 0, use.direct), (0, 1, kept), (0, 2, use.generationExport), (1, 0, fromBattery), (1, 2, use.batteryExport),
      (2, 0, bought), (2, 1, use.chargedFromGrid),
    ]
    let sources = [language.ownPlants, language.fromBatteries, language.gridImport]
    let uses = [language.consumption, language.intoBatteries, language.gridExport]
    let most = amounts.map(\.energy).max() ?? .zero
    let numbers = language.numbers(decimals: NumberStyle.energyDecimals(upTo: most.count))
    let words = amounts.filter { $0.energy > .zero }.map { flow in
      "\(sources[flow.source]) → \(uses[flow.use]) \(numbers.text(flow.energy.count, per: 1_000_000)) kWh"
    }
    return FlowChart(
      title: title(language.whereTo), alternative: words.joined(separator: ", ") + ".", unit: "kWh",
      sources: zip(sources, [Ink.sun, .battery, .grid]).map { .init($0, $1) },
      uses: zip(uses, [Ink.use, .battery, .grid]).map { .init($0, $1) },
      flows: amounts.map { .init(from: $0.source, to: $0.use, Double($0.energy.count) / 1e6) }, numbers: numbers)
  }
}

extension ReportCurve.Step {
  /// What of `source` was used at once: of the direct use its part of what all plants made.
  fileprivate func direct(from source: EnergySource, among sources: [EnergySource]) -> Energy {
    let made = sources.reduce(Energy.zero) { $0 + (generation[$1] ?? .zero) }
    guard made > .zero else { return .zero }
    return Energy(count: scaled(use.direct.count, by: (generation[source] ?? .zero).count, over: made.count))
  }
}

extension ReportCurve.Cover {
  fileprivate var ink: Ink {
    switch self {
    case .direct: .sun
    case .battery: .battery
    case .batteryFromGrid: .other
    case .grid: .grid
    }
  }
}

extension EnergySource {
  /// How it is painted.
  var ink: Ink {
    switch self {
    case .pv: .sun
    case .wind: .wind
    case .hydro: .use
    case .biomass, .woodChips: .wood
    case .solarThermal: .solarHeat
    case .heatPump: .heatPump
    case .grid: .grid
    case .gas, .oil: .fossil
    case .other: .other
    }
  }
}
