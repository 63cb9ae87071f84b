import CommunityModel
import Console
import MarketTime
import Quantities

extension EnergyReport {
  /// The report as text for a screen or a letter, every line at most `width` columns (80 unless told), ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let page = EnergyReportPage(report: self, language: language, width: width)
    return page.lines().joined(separator: "\n") + "\n"
  }
}

/// The lines of an energy report in one language.
private struct EnergyReportPage {
  let report: EnergyReport
  let language: Language
  let width: Int

  /// Unexplained energy below this share of the inflow is the meters' own inaccuracy and no note: two meters of class B, 1 % each.
  private static let noticeableResidual = Fraction(0.02)

  /// From this width on the site table shows peaks and how much is known.
  private static let wide = 76

  func lines() -> [String] {
    let page = FigurePage(report: report, language: language)
    let sections = page.sections().map { $0.table.lines(width: width) }
    let blocks = [heading(), communityTable() + legend(), siteTable()] + sections + [notes(page.remarks())]
    return Array(blocks.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  private func heading() -> [String] {
    let facts = [
      language.period(report.days), language.quarterHours(report.span.count), report.calendar.timeZone,
    ]
    var lines = "\(report.name.withoutControls) · \(language.energyReport)".wrapped(toWidth: width)
    lines += facts.joined(separator: " · ").wrapped(toWidth: width)
    if report.scopes.contains(where: { $0.figures.quality.isProvisional }) {
      lines += "\(language.provisional) · \(language.provisionalWhy)".wrapped(toWidth: width, indent: 2)
    }
    return lines
  }

  // MARK: The community

  private func communityTable() -> [String] {
    guard report.communityScopes.count > 1 else { return [] }
    let figures = report.communityScopes.map(\.figures)
    let shown = figures.filter { !$0.quality.hidesShares }
    var table = TextTable(
      columns: [.init(""), .init("", .right)]
        + report.communityScopes.map { .init(title(of: $0), .right) }, flexible: "", indent: 2)
    func row(_ label: String, _ unit: String = "", _ value: (KeyFigures) -> String) {
      table.append([.init(label), .init(unit)] + figures.map { .init(value($0)) })
    }
    func shareRow(_ label: String, _ share: @escaping (KeyFigures) -> Fraction?) { row(label) { percent(share($0), of: $0) } }
    func energyRow(_ label: String, _ energy: @escaping (KeyFigures) -> Energy) {
      let style = energyStyle(for: figures)
      row(label, "kWh") { amount(energy($0), of: $0, style) }
    }
    energyRow(language.consumption, \.flows.consumption)
    energyRow(language.generation, \.flows.generation)
    energyRow(language.gridImport, \.flows.gridImport)
    energyRow(language.gridExport, \.flows.gridExport)
    if figures.contains(where: { $0.flows.charged + $0.flows.discharged > .zero }) {
      energyRow(language.charged, \.flows.charged)
      energyRow(language.discharged, \.flows.discharged)
    }
    shareRow(language.selfSufficiency, \.selfSufficiency)
    if shown.contains(where: { $0.use.storedBefore > .zero }) {
      energyRow(language.storedBefore, \.use.storedBefore)
      shareRow(language.withoutStock, \.selfSufficiencyExcludingStock)
    }
    shareRow(language.selfConsumption, \.selfConsumption)
    if shown.contains(where: { $0.selfConsumption != $0.selfConsumptionExcludingLosses }) {
      shareRow(language.withoutLosses, \.selfConsumptionExcludingLosses)
    }
    shareRow(language.balance, \.balance)
    shareRow(language.matched, \.matchedShare)
    let power = powerStyle(for: figures)
    row(language.peakImport, "kW") { $0.peakImport.map { power.text($0.power.count, per: 1_000_000) } ?? "–" }
    row(language.peakBegins) { $0.peakImport.map { moment($0.quarterHour.start) } ?? "–" }
    appendQuality(of: figures, row: row)
    return table.lines(width: width)
  }

  private func appendQuality(of figures: [KeyFigures], row: (String, String, (KeyFigures) -> String) -> Void) {
    func qualityRow(_ label: String, _ share: @escaping (DataQuality) -> Fraction?) {
      row(label, "") { share($0.quality).map(language.percent) ?? "–" }
    }
    qualityRow(language.known, \.coverage)
    if figures.contains(where: { $0.quality.isProvisional }) {
      qualityRow(language.measured, \.measuredShare)
      qualityRow(language.estimated, \.estimatedShare)
      qualityRow(language.substituted, \.substitutedShare)
    }
    if figures.contains(where: { $0.quality.residual != nil }) { qualityRow(language.residual) { $0.residual?.share } }
  }

  private func legend() -> [String] {
    guard report.communityScopes.count > 1 else { return [] }
    let hasBattery = report.communityScopes.contains { $0.figures.flows.charged > .zero }
    let texts = [
      language.virtualSumMeans, language.sitesTogetherMeans, hasBattery ? language.selfConsumptionMeans : nil,
      language.balanceMeans,
    ]
    return texts.compactMap(\.self).flatMap(indented)
  }

  private func title(of scope: EnergyReport.Scope) -> String {
    switch scope.subject {
    case .community(.virtualSum): return language.virtualSum
    case .community(.sitesTogether): return language.sitesTogether
    case .site, .heatNetwork, .totalEnergy, .members, .member: return scope.name
    }
  }

  // MARK: The sites

  private func siteTable() -> [String] {
    let scopes = report.siteScopes
    guard !scopes.isEmpty else { return [] }
    let figures = scopes.map(\.figures)
    let energy = energyStyle(for: figures)
    let power = powerStyle(for: figures)
    let isWide = width >= Self.wide
    let showsKnown = isWide && figures.contains { $0.quality.valid < $0.quality.expected }
    let titles =
      [
        language.usedColumn, language.madeColumn, language.importColumn, language.exportColumn, language.selfSufficiencyColumn,
        language.selfConsumptionColumn,
      ] + (isWide ? [language.peakColumn] : []) + (showsKnown ? [language.knownColumn] : [])
    var table = TextTable(
      columns: [.init(language.site)] + titles.map { .init($0, .right) } + [.init("")], flexible: language.site, indent: 2)
    for scope in scopes {
      let figures = scope.figures
      let flows = figures.flows
      let energies = [flows.consumption, flows.generation, flows.gridImport, flows.gridExport]
      var cells = [scope.name] + energies.map { amount($0, of: figures, energy) }
      cells += [percent(figures.selfSufficiency, of: figures), percent(figures.selfConsumption, of: figures)]
      if isWide { cells.append(figures.peakImport.map { power.text($0.power.count, per: 1_000_000) } ?? "–") }
      if showsKnown { cells.append(figures.quality.coverage.map(language.percent) ?? "–") }
      table.append(cells.map { .init($0) } + [figures.quality.isProvisional ? "*" : ""])
    }
    let marks = [
      language.allInKilowattHours,
      figures.contains { $0.selfSufficiency == nil || $0.selfConsumption == nil } ? language.undefinedMark : nil,
      figures.contains { $0.quality.hidesShares } ? language.hiddenMark : nil,
      figures.contains { $0.quality.isProvisional } ? language.provisionalMark : nil,
    ]
    return table.lines(width: width) + indented(marks.compactMap(\.self).joined(separator: " · "))
  }

  /// An energy summed over the known quarter hours; where none is known there is no sum, not even zero.
  private func amount(_ energy: Energy, of figures: KeyFigures, _ style: NumberStyle) -> String {
    figures.quality.valid > 0 ? style.text(energy.count, per: 1_000_000) : "?"
  }

  // MARK: Notes

  private func notes(_ remarks: [String]) -> [String] {
    var notes = report.siteScopes.flatMap { scope in
      self.notes(on: scope.figures).map { "\(scope.name.withoutControls): \($0)" }
    }
    if let community = report.communityScopes.first, community.figures.quality.hidesShares {
      notes.append("\(language.virtualSum): \(language.hidden(coverage: community.figures.quality.coverage))")
    }
    if !report.unmeteredSites.isEmpty {
      notes.append(language.unmetered(report.unmeteredSites.map(\.name.withoutControls).joined(separator: ", ")))
    }
    notes += remarks
    return notes.isEmpty ? [] : [language.notes] + notes.flatMap(indented)
  }

  private func notes(on figures: KeyFigures) -> [String] {
    var notes: [String] = []
    let quality = figures.quality
    if quality.hidesShares {
      notes.append(language.hidden(coverage: quality.coverage))
    } else if let excluding = figures.selfSufficiencyExcludingStock, let including = figures.selfSufficiencyIncludingStock,
      language.percent(including) != language.percent(excluding)
    {
      notes.append(language.storedBefore(figures.use.storedBefore, without: excluding))
    }
    if figures.isChargedFromGrid { notes.append(language.chargedFromGrid(figures.use.chargedFromGrid)) }
    if figures.isBatteryExporting { notes.append(language.batteryExported(figures.use.batteryExport)) }
    if quality.lifted > 0 { notes.append(language.lifted(quality.lifted)) }
    if quality.implausible > 0 { notes.append(language.implausible(quality.implausible)) }
    if let residual = quality.residual, let share = residual.share, share > Self.noticeableResidual {
      notes.append(language.unexplained(residual, share: share))
    }
    return notes
  }

  // MARK: Numbers

  private func percent(_ share: Fraction?, of figures: KeyFigures) -> String {
    figures.quality.hidesShares ? "?" : share.map(language.percent) ?? "–"
  }

  /// Decimals that suit the largest energy of a table.
  private func energyStyle(for figures: [KeyFigures]) -> NumberStyle {
    let largest = figures.flatMap {
      [$0.flows.consumption, $0.flows.generation, $0.flows.gridImport, $0.flows.gridExport, $0.flows.charged]
    }.max()
    return language.numbers(decimals: NumberStyle.energyDecimals(upTo: largest?.count ?? 0))
  }

  /// Two decimals below 10 kW, else one.
  private func powerStyle(for figures: [KeyFigures]) -> NumberStyle {
    let largest = figures.compactMap(\.peakImport?.power).max() ?? .zero
    return language.numbers(decimals: largest < Power(kilowatts: 10) ? 2 : 1)
  }

  /// Day and time on the community's clock, with the offset where the clock shows this time twice that day, with the year where
  /// the report covers more than one.
  private func moment(_ instant: Timestamp) -> String {
    let calendar = report.calendar
    let (day, time) = calendar.local(instant)
    let years = Set([report.days.lowerBound, report.days.last ?? report.days.lowerBound].map(\.components.year))
    let isTwice = [instant - .seconds(3600), instant + .seconds(3600)].contains { calendar.local($0) == (day, time) }
    let minutes = calendar.offset(at: instant) / 60
    let offset = (minutes < 0 ? "−" : "+") + "\(LocalTime(minutes: abs(minutes)) ?? .midnight)"
    return language.date(day, year: years.count > 1) + " \(time)" + (isTwice ? offset : "")
  }

  private func indented(_ text: String) -> [String] {
    text.wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 }
  }
}
