public import CommunityModel
import Console
import MarketTime
public import Planning
public import Quantities

extension KeyFigures {
  /// IS = sum I / sum (L + Ch_grid): the share of what is used, and charged from the grid, that comes from the public grid. nil where
  /// nothing is used.
  public var importShare: Fraction? { share(flows.gridImport.count, of: (flows.consumption + use.chargedFromGrid).count) }
}

/// Whether more of what a community uses comes from the public grid than its people want: in the coming day as planned, in the last
/// seven days as measured.
public struct ImportTrigger: Sendable, Equatable {
  /// The share that is wanted at most.
  public let limit: Fraction
  /// The share in the plan's first 24 hours; nil where nothing is used.
  public let planned: Fraction?
  /// The share in the seven days before; nil where too little is known.
  public let measured: Fraction?
  /// How much of the seven days is known; nil where nothing is measured.
  public let coverage: Fraction?

  /// The least of the seven days that must be known for a share, 95 %.
  public static let leastCoverage = Fraction(count: 950_000_000)

  /// The trigger of `community` for `plan`, with `energies` of the time before it.
  public init(of community: Community, plan: Plan, energies: MeteredEnergies) {
    limit = community.triggers.importShare
    let day = 24 * 4
    let span = plan.horizon.span
    let next = span.clamped(to: span.lowerBound..<span.lowerBound.advanced(by: day))
    planned =
      KeyFigures(
        of: CommunityBalance(of: plan.sites.map { SiteBalance(planned: $0, over: plan.horizon) }, over: next), .sitesTogether
      ).importShare
    let week = span.lowerBound.advanced(by: -7 * day)..<span.lowerBound
    let known = energies.over(week)
    let sites = community.sites.compactMap { SiteBalance(of: $0.id, in: community, energies: known) }
    guard !sites.isEmpty else {
      (measured, coverage) = (nil, nil)
      return
    }
    let figures = KeyFigures(of: CommunityBalance(of: sites, over: week), .sitesTogether)
    coverage = figures.quality.coverage
    measured = (coverage ?? .zero) >= Self.leastCoverage ? figures.importShare : nil
  }

  /// Whether one of the shares is above the limit.
  public var isFired: Bool { [planned, measured].contains { ($0 ?? .zero) > limit } }
}

extension PlanReport {
  /// The triggers in JSON; null where nobody asked.
  var triggersJSON: JSONValue {
    guard let trigger = importTrigger else { return .null }
    func percent(_ share: Fraction?) -> JSONValue { share.map { .number(decimalText($0.count, digits: 7)) } ?? .null }
    return .array([
      .object([
        ("name", .string("import_share")), ("limit_percent", percent(trigger.limit)),
        ("next_24_hours_percent", percent(trigger.planned)), ("last_7_days_percent", percent(trigger.measured)),
        ("last_7_days_coverage_percent", percent(trigger.coverage)), ("fired", .bool(trigger.isFired)),
      ])
    ])
  }
}

extension PlanPage {
  /// `import share 35.0 % in the next 24 h (limit 60.0 %) · last 7 days 41.0 % · not fired`
  func triggers() -> [String] {
    guard let trigger = report.importTrigger else { return [] }
    func text(_ share: Fraction?) -> String { share.map { language.percent($0) } ?? "–" }
    let week =
      trigger.measured.map { language.lastSevenDays(language.percent($0)) }
      ?? language.lastSevenDays(known: text(trigger.coverage))
    let words = [
      language.importShare(text(trigger.planned), limit: language.percent(trigger.limit)), week,
      trigger.isFired ? language.fired : language.notFired,
    ]
    return section(language.triggerWord, words.joined(separator: " · "))
  }
}

extension Language {
  var triggerWord: String { pick("MELDUNG", "TRIGGER") }
  func importShare(_ share: String, limit: String) -> String {
    pick("Bezugsanteil der nächsten 24 h \(share) (Grenze \(limit))", "import share of the next 24 h \(share) (limit \(limit))")
  }
  func lastSevenDays(_ share: String) -> String { pick("letzte 7 Tage \(share)", "last 7 days \(share)") }
  func lastSevenDays(known: String) -> String {
    pick("letzte 7 Tage nicht bekannt (\(known) gemessen)", "last 7 days not known (\(known) measured)")
  }
  var fired: String { pick("AUSGELÖST", "FIRED") }
  var notFired: String { pick("nicht ausgelöst", "not fired") }
}
