import CommunityModel
import Console
import LinearOptimization
import MarketTime
import Planning
import Quantities

extension PlanReport {
  /// The first screen: what happens, what it costs, how sure, what to do. Lines of at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    PlanPage(report: self, language: language, width: width).lines().joined(separator: "\n") + "\n"
  }

  /// One line for a schedule or a subject: `12.40 EUR (-3.10), 64.8 %, peak 48.0 kW, ok`.
  public func line(_ language: Language) -> String {
    let cost = language.numbers(decimals: 2).euros(figures.cost.count)
    let change =
      comparedFigures.map { " (" + language.numbers(decimals: 2).text((figures.cost - $0.cost).count, per: 1_000_000) + ")" }
      ?? ""
    let share = figures.key.selfSufficiency.map { language.percent($0) } ?? "–"
    let peak = language.numbers(decimals: 1).text(figures.jointPeak?.power.count ?? 0, per: 1_000_000)
    return "\(cost)\(change), \(share), \(language.peakWord) \(peak) kW, "
      + (isFallback ? language.fallbackWord + ", " : "") + "\(language.verdict(breaches: plan.breaches.count))\n"
  }
}

/// The lines of a plan in one language.
struct PlanPage {
  let report: PlanReport
  let language: Language
  let width: Int
  var isMarkdown = false

  /// A screen holds about so many rows of blocks.
  private static let rows = 20

  func lines() -> [String] {
    let head =
      isMarkdown
      ? [heading(), status() + goals() + input()] : [heading() + status() + goals() + input()]
    let blocks =
      head + [comparison(), schedule(), heat(), cold(), hydrogen()] + detailTables()
      + [reasons(), reserve() + variations(), changes(), triggers() + breaches(), closing()]
    return Array(blocks.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  // MARK: - Head

  private func heading() -> [String] {
    let span = report.plan.horizon.span
    let facts = [
      report.community.name.withoutControls, "\(moment(span.lowerBound)) – \(moment(span.upperBound))",
      language.steps(of: report.plan.horizon), language.forecastCase(report.forecastCase),
    ]
    let text = facts.joined(separator: " · ")
    return isMarkdown ? ["# " + text.inMarkdown] : text.wrapped(toWidth: width)
  }

  func moment(_ quarter: QuarterHour) -> String {
    let (day, time) = report.community.calendar.local(quarter.start)
    return "\(language.weekday(day.weekday)) \(language.date(day, year: false)) \(time)"
  }

  private func status() -> [String] {
    var words: [String] = []
    if case .solved(let status, let gap, let time) = report.plan.origin {
      let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
      let seconds = language.numbers(decimals: 2).text(milliseconds, per: 1000)
      switch status {
      case .optimal where gap == 0: words.append(language.provenOptimal(seconds: seconds, solver: report.solver))
      case .optimal: words.append(language.optimalWithin(percentText(gap), seconds: seconds, solver: report.solver))
      default: words.append(language.notProven(percentText(gap), seconds: seconds, solver: report.solver))
      }
    }
    if case .fallback(let reason) = report.plan.origin { words.append(language.fallback(reason: reason)) }
    words.append(language.verdict(breaches: report.plan.breaches.count))
    words.append(language.dryRun)
    return section("STATUS", words.joined(separator: " · "))
  }

  private func goals() -> [String] { report.goals(language).map { section(language.goalWord, $0) } ?? [] }

  /// A relative gap in percent; a cost near zero has none.
  private func percentText(_ gap: Double) -> String {
    guard gap.isFinite, gap < 1e6 else { return "?" }
    // What rounds to nothing is not nothing.
    guard gap >= 1e-5 else { return "0" + language.numbers(decimals: 3).text(1, per: 1000).dropFirst() + " %" }
    return language.numbers(decimals: 3).text(Int64(gap * 1e5), per: 1000) + " %"
  }

  private func input() -> [String] {
    let inputs = report.inputs
    var words: [String] = []
    if let loads = language.forecasts(inputs.loads) { words.append("\(language.loadsWord): \(loads)") }
    if let plants = language.forecasts(inputs.plants) { words.append("\(language.plantsWord): \(plants)") }
    if let batteries = language.charges(inputs.batteries) { words.append("\(language.batteriesWord): \(batteries)") }
    if let ages = inputs.ages { words.append(language.ages(ages)) }
    if inputs.tanksAssumed > 0 { words.append(language.tanks(inputs.tanksAssumed)) }
    if let known = inputs.pricesKnown { words.append(language.prices(known: known, of: report.quarterHours)) }
    if let known = inputs.emissionsKnown { words.append(language.emissions(known: known, of: report.quarterHours)) }
    if !inputs.sitesWithoutTariff.isEmpty {
      words.append(language.withoutTariff(inputs.sitesWithoutTariff.map(\.text).joined(separator: ", ")))
    }
    if !inputs.peaksUnknown.isEmpty {
      words.append(language.peaksUnknown(inputs.peaksUnknown.map(\.text).joined(separator: ", ")))
    }
    if inputs.holidaysUnknown { words.append(language.holidaysUnknown) }
    return section("INPUT", words.joined(separator: " · "))
  }

  // MARK: - Plan beside rule, or the plan before

  private func comparison() -> [String] {
    let plan = report.figures
    let other = report.comparedFigures
    let beside = other == nil ? [] : [language.word(for: report.yardstick) + "*", language.changeWord]
    var table = TextTable(
      columns: ([""] + [language.planWord] + beside).map { .init($0, $0.isEmpty ? .left : .right) }, indent: 2)
    func row(_ label: String, _ style: NumberStyle, unit: String, _ value: (PlanFigures) -> Int64?, per: Int64) {
      let (left, right) = (value(plan), other.flatMap(value))
      func text(_ count: Int64?) -> String { count.map { style.text($0, per: per) + " " + unit } ?? "–" }
      let change = left.flatMap { left in right.map { signed(left - $0, style, per: per) } } ?? "–"
      table.append([.init(label), .init(text(left))] + (other == nil ? [] : [.init(text(right)), .init(change)]))
    }
    let one = language.numbers(decimals: 1)
    row(language.costWord, language.numbers(decimals: 2), unit: "EUR", { $0.cost.count }, per: 1_000_000)
    row(language.selfSufficiencyWord, one, unit: "%", { $0.key.selfSufficiency?.count }, per: 10_000_000)
    row(language.selfConsumptionWord, one, unit: "%", { $0.key.selfConsumption?.count }, per: 10_000_000)
    row(language.gridImport, one, unit: "kWh", { $0.key.flows.gridImport.count }, per: 1_000_000)
    row(language.gridExport, one, unit: "kWh", { $0.key.flows.gridExport.count }, per: 1_000_000)
    row(language.jointPeakWord, one, unit: "kW", { $0.jointPeak?.power.count }, per: 1_000_000)
    if plan.curtailed + (other?.curtailed ?? .zero) > .zero {
      row(language.curtailedWord, one, unit: "kWh", { $0.curtailed.count }, per: 1_000_000)
    }
    row(language.carbonWord, one, unit: "kg", { $0.carbon.emissions?.count }, per: 1_000_000)
    if report.community.carbonPrice > .zero {
      row(language.carbonCostWord, language.numbers(decimals: 2), unit: "EUR", { $0.carbon.cost.count }, per: 1_000_000)
    }
    return render(table) + outlooks() + (other == nil ? [] : footnote("* " + language.meaning(of: report.yardstick)))
      + (language.unknownCarbon(of: report).map(footnote) ?? [])
  }

  private func signed(_ count: Int64, _ style: NumberStyle, per: Int64) -> String {
    let text = style.text(count, per: per)
    return count > 0 ? "+" + text : text
  }

  // MARK: - Schedule

  var blocks: [PlanBlock] {
    let minutes = report.plan.horizon.span.count * 15
    let length =
      report.details.contains(.slots)
      ? 15 : [15, 30, 60, 120, 180, 240, 360, 720, 1440].first { minutes / $0 <= Self.rows } ?? 10_080
    return PlanBlock.blocks(
      of: report.plan, conditions: report.conditions, calendar: report.community.calendar, minutes: length)
  }

  var exchanges: Bool { report.plan.sites.contains { !$0.shared.isEmpty } }

  func label(of block: PlanBlock) -> String {
    let calendar = report.community.calendar
    let (day, from) = calendar.local(block.span.lowerBound.start)
    let (_, until) = calendar.local(block.span.upperBound.start)
    return "\(language.weekday(day.weekday)) \(from)–\(until)"
  }

  // MARK: - Foot

  private func breaches() -> [String] { report.plan.breaches.flatMap { section(language.breachWord, words(for: $0)) } }

  /// What is broken, where, when and by how much.
  func words(for breach: Breach) -> String {
    language.breach(
      breach.kind, subject: breach.subject, from: moment(breach.span.lowerBound), until: moment(breach.span.upperBound),
      energy: language.numbers(decimals: 2).text(Int64(breach.kilowattHours * 1e6), per: 1_000_000), longest: breach.longest)
  }

  private func reserve() -> [String] {
    report.reserveTexts(language).flatMap { section(language.reserveWord, $0) }
  }

  private func closing() -> [String] { section(language.doWord, whatToDo) }

  private var whatToDo: String {
    guard report.plan.breaches.isEmpty else { return language.doBreaches }
    return report.importTrigger?.isFired ?? false ? language.doTrigger : language.doNothing
  }
}
