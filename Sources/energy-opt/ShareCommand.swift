import ArgumentParser
import CommunityFiles
import CommunityModel
import EnergySharing
import MarketTime
import PlanPreparation
import Quantities
import Reporting
import SQLiteStore

/// `energy-opt share`
struct ShareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share", abstract: "Who got how much of the community's own energy, and why; what other rules would have given.",
    discussion: """
      Shares what sites fed in among the members who took from the grid at
      the same time, by community.yaml's sharing, to the mWh: who was a member
      and which agreement held, day by day. A quarter hour in which a value is
      missing is not shared. Fields of JSON and CSV: docs/formats/share-json.md.

      EXAMPLES
        energy-opt share --day 2016-06-28
        energy-opt share --at 2016-06-28T10:15:00Z
        energy-opt share --explain m05 2016-06-28T10:15:00Z
        energy-opt share --month 2016-06 --compare dynamic,equal,waterfill
        energy-opt share --month 2016-06 --compare static --key m01=60 --key m02=40
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("A local day.", valueName: "yyyy-mm-dd"))
  var day: String?

  @Option(help: ArgumentHelp("A local month.", valueName: "yyyy-mm"))
  var month: String?

  @Option(help: ArgumentHelp("The quarter hour that holds this moment.", valueName: "yyyy-mm-ddThh:mm:ssZ"))
  var at: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Say why this member got what it got in the quarter hour that holds this moment.", valueName: "member moment"))
  var explain: [String] = []

  @Option(
    help: ArgumentHelp(
      "Beside the agreed rule, what these would have given: static, dynamic, equal, waterfill, cascade.", valueName: "rules"))
  var compare: String?

  @Option(
    name: .customLong("key"), help: ArgumentHelp("A member's key in percent, for --compare static.", valueName: "member=percent"))
  var keys: [String] = []

  @Option(
    help: ArgumentHelp("Imported values as they were known at this moment, not now.", valueName: "yyyy-mm-ddThh:mm:ssZ"))
  var knownAt: String?

  @OptionGroup var output: OutputOptions

  /// Which time is meant.
  private enum Time {
    case days(Range<LocalDay>)
    case quarter(QuarterHour)
  }

  func validate() throws {
    if !explain.isEmpty, explain.count != 2 {
      throw ValidationError("--explain needs a member and a moment, such as --explain m05 2016-06-28T10:15:00Z")
    }
    if !explain.isEmpty, at != nil { throw ValidationError("--explain has its own moment; leave --at out") }
    if !explain.isEmpty, compare != nil { throw ValidationError("--explain and --compare do not go together; keep one") }
    if !explain.isEmpty, output.format == .csv { throw ValidationError("--explain is text or json, not csv") }
    _ = try time()
    _ = try rules()
    _ = try comparedKeys()
    if let knownAt, Timestamp(iso8601: knownAt) == nil {
      throw ValidationError("--known-at is '\(knownAt)', expected a moment with its offset such as 2016-07-05T00:00:00Z")
    }
  }

  private func time() throws -> Time {
    switch (day, month, at ?? explain.dropFirst().first) {
    case (let text?, nil, nil):
      guard let day = LocalDay(iso8601: text) else {
        throw ValidationError("--day is '\(text)', expected a date such as 2016-06-28")
      }
      return .days(day..<day.advanced(by: 1))
    case (nil, let text?, nil):
      guard let month = LocalMonth(iso8601: text) else {
        throw ValidationError("--month is '\(text)', expected a month such as 2016-06")
      }
      return .days(month.days)
    case (nil, nil, let text?):
      guard let instant = Timestamp(iso8601: text) else {
        throw ValidationError("the moment is '\(text)', expected one with its offset such as 2016-06-28T10:15:00Z")
      }
      return .quarter(QuarterHour(containing: instant))
    case (nil, nil, nil): throw ValidationError("say which time: --day yyyy-mm-dd, --month yyyy-mm or --at yyyy-mm-ddThh:mm:ssZ")
    default: throw ValidationError("--day, --month, --at and --explain do not go together; keep one")
    }
  }

  private func rules() throws -> [SharingAgreement.Rule] {
    try (compare ?? "").split(separator: ",").map { name in
      guard let rule = SharingAgreement.Rule(rawValue: String(name)) else {
        let known = SharingAgreement.Rule.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--compare names '\(name)', known are \(known)")
      }
      return rule
    }
  }

  private func comparedKeys() throws -> [Member.ID: Fraction] {
    var result: [Member.ID: Fraction] = [:]
    for text in keys {
      let parts = text.split(separator: "=")
      guard parts.count == 2, let percent = Double(parts[1]), (0...100).contains(percent) else {
        throw ValidationError("--key is '\(text)', expected a member and percent such as m01=40")
      }
      result[Member.ID(String(parts[0]))] = Fraction(percent / 100)
    }
    return result
  }

  func run() throws {
    let community = try options.load().community
    if community.agreements.isEmpty {
      tell("\(options.community): nothing is agreed; write sharing, such as `sharing: {rule: dynamic}`")
      throw ExitCode(3)
    }
    try reportingRefusals {
      let spells = try reportingProblems { try load(community) }
      if let member = explain.first, let spell = spells.last {
        let explanation = try ShareExplanation(of: spell, to: Member.ID(member))
        let text = output.format == .json ? explanation.json() : explanation.text(output.lang, width: output.lineWidth)
        print(text, terminator: "")
      } else if compare != nil {
        let others = try rules().map { rule in try spells.map { $0.under(try agreement(rule, beside: $0.agreement)) } }
        let comparison = try ShareComparison(
          on: community, [spells] + others.filter { $0.map(\.agreement) != spells.map(\.agreement) }, only: try part())
        show(comparison.text(output.lang, width: output.lineWidth), comparison.json(), comparison.csv())
      } else {
        let report = try ShareReport(on: community, spells, only: try part())
        show(report.text(output.lang, width: output.lineWidth), report.json(), report.csv())
      }
    }
  }

  private func show(_ text: String, _ json: String, _ csv: String) {
    switch output.format {
    case .text: print(text, terminator: "")
    case .json: print(json, terminator: "")
    case .csv: print(csv, terminator: "")
    }
  }

  /// The time that is meant, spell by spell; of a single quarter hour the day until then, where there are daily caps.
  private func load(_ community: Community) throws -> [SharingSpell] {
    let span: Range<QuarterHour>
    switch try time() {
    case .days(let days): span = community.calendar.quarterHours(of: days)
    case .quarter(let quarter):
      let day = community.calendar.localDay(of: quarter.start)
      let isCapped = community.agreement(on: day)?.dailyCaps.isEmpty == false
      let midnight = community.calendar.quarterHours(of: day).lowerBound
      span = (isCapped ? midnight : quarter)..<quarter.advanced(by: 1)
    }
    let stores = try options.openStores()
    let history = History(readings: stores.readings, imported: stores.imported, knownAt: instant)
    return try SharedHistory(of: community, in: span, from: history, file: options.community).spells
  }

  /// When imported values were known that are shared; nil for now.
  private var instant: Timestamp? { knownAt.flatMap { Timestamp(iso8601: $0) } }

  /// The quarter hour that is meant; nil where days are.
  private func part() throws -> Range<QuarterHour>? {
    switch try time() {
    case .days: return nil
    case .quarter(let quarter): return quarter..<quarter.advanced(by: 1)
    }
  }

  /// What `rule` would be here: with the agreed keys, weights and classes where it has any.
  private func agreement(_ rule: SharingAgreement.Rule, beside agreed: SharingAgreement) throws -> SharingAgreement {
    let given = try comparedKeys()
    let keys = given.isEmpty ? agreed.keys : given
    if rule == .static, keys.isEmpty {
      throw ValidationError("static needs keys: --key member=percent for each member, or keys in community.yaml")
    }
    if rule == .cascade, agreed.classes.isEmpty {
      throw ValidationError("cascade needs classes in community.yaml's sharing")
    }
    return SharingAgreement(
      version: agreed.version, validity: agreed.validity, rule: rule, keys: rule == .static ? keys : [:],
      base: rule == .static || rule == .equal ? agreed.base : .generation,
      weights: rule == .waterfill ? agreed.weights : [:], classes: rule == .cascade ? agreed.classes : [],
      dailyCaps: agreed.dailyCaps, missing: agreed.missing, exchangeCharge: agreed.exchangeCharge)
  }

  /// Runs `body`; what cannot be shared is told on standard error, with exit status 3 for an agreement and 1 for missing values.
  private func reportingRefusals(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SharingError {
      tell("\(error)")
      if case .violation = error { throw ExitCode(1) }
      throw ExitCode(3)
    } catch ShareExplanation.Missing.member(let member) {
      tell("nobody called '\(member)' takes part in sharing at this time; a member has a metering point for grid or consumption")
      throw ExitCode(64)
    } catch ShareExplanation.Missing.held {
      tell("a value is missing in this quarter hour, so it is not shared; see energy-opt share --at without --explain")
      throw ExitCode(1)
    }
  }
}
