import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import Reporting

/// `energy-opt report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Key figures of a day, week, month or year: self-sufficiency, sources, peaks, heat, CO2, members.",
    discussion: """
      Energies come from the meters' counters, and from imported quarter hours
      where there are none. What is not fully measured is marked; missing is
      never zero. Beside each figure stands the same of the period before and
      of last year, where something is known of it. What the community's files
      do not tell is – with a note how to make it known.
      Definitions: docs/formats/report-json.md.

      EXAMPLES
        energy-opt report --day 2016-06-28
        energy-opt report --week 2016-06-28 --lang de    seven days until then
        energy-opt report --month 2016-06 --format json
        energy-opt report --year 2016 --until 2016-09-30
        energy-opt report --last-12-months 2016-09 --of heat --format md
        energy-opt report --month 2016-06 --of m05
        energy-opt report --day 2016-06-28 --plot
        energy-opt report --year 2016 --of community --format html
      """)

  @OptionGroup var options: CommunityOptions
  @OptionGroup var time: ReportTime

  @Option(
    help: ArgumentHelp(
      "all, community (what everybody may see: no site, no member), sites, heat, members, or a member's id.", valueName: "whom"))
  var of = "all"

  @Flag(help: "Leave out the periods before.")
  var alone = false

  @Option(help: ArgumentHelp("What was agreed to be paid; beside the community's file unless told.", valueName: "tariffs.yaml"))
  var tariffs: String?

  @OptionGroup var output: ReportOutputOptions

  func validate() throws { _ = try time.period() }

  func run() throws {
    let period = try time.period()
    let calendar = try options.load().community.calendar
    let inputs = try ReportInputs(options, tariffs: tariffs, in: calendar.quarterHours(of: period.priceDays))
    let selection = try selection(in: inputs.community)
    let made = try reportingProblems {
      alone ? try inputs.report(on: period, remembering: true) : try inputs.comparedReport(on: period)
    }
    output.write(made.only(selection))
  }

  private func selection(in community: Community) throws -> EnergyReport.Selection {
    switch of {
    case "all": return .all
    case "community": return .community
    case "sites": return .sites
    case "heat": return .heat
    case "members": return .members
    default:
      guard let member = community.members.first(where: { $0.id.text == of }) else {
        let known = ["all", "community", "sites", "heat", "members"] + community.members.map(\.id.text)
        throw ValidationError("--of names '\(of)'\(Spelling.hint(for: of, among: known)); see energy-opt report --help")
      }
      return .member(member.id)
    }
  }
}

/// Which time a report is on.
struct ReportTime: ParsableArguments {
  @Option(help: ArgumentHelp("A local day.", valueName: "yyyy-mm-dd"))
  var day: String?

  @Option(help: ArgumentHelp("The seven local days until this one.", valueName: "yyyy-mm-dd"))
  var week: String?

  @Option(help: ArgumentHelp("A local month.", valueName: "yyyy-mm"))
  var month: String?

  @Option(help: ArgumentHelp("A year; with --until its beginning.", valueName: "yyyy"))
  var year: Int?

  @Option(help: ArgumentHelp("The last day of --year.", valueName: "yyyy-mm-dd"))
  var until: String?

  @Option(
    name: .customLong("last-12-months"), help: ArgumentHelp("The twelve months of which this is the last.", valueName: "yyyy-mm"))
  var lastTwelveMonths: String?

  /// The period that is meant.
  func period() throws -> ReportPeriod {
    let given = [day, week, month, year.map(String.init), lastTwelveMonths].compactMap(\.self)
    guard given.count == 1 else {
      throw ValidationError(
        given.isEmpty
          ? "say which time: --day yyyy-mm-dd, --week yyyy-mm-dd, --month yyyy-mm, --year yyyy or --last-12-months yyyy-mm"
          : "--day, --week, --month, --year and --last-12-months do not go together; keep one")
    }
    guard until == nil || year != nil else { throw ValidationError("--until goes with --year") }
    if let day { return .day(try Self.day(day, "--day")) }
    if let week { return .days(7, until: try Self.day(week, "--week")) }
    if let month { return .month(try Self.month(month, "--month")) }
    if let lastTwelveMonths { return .lastTwelveMonths(try Self.month(lastTwelveMonths, "--last-12-months")) }
    guard let year, (1970...2200).contains(year), let whole = ReportPeriod.year(year) else {
      throw ValidationError("--year is '\(year ?? 0)', expected one such as 2016")
    }
    guard let until else { return whole }
    let last = try Self.day(until, "--until")
    guard whole.days.contains(last) else { throw ValidationError("--until is '\(until)', expected a day of \(year)") }
    return .yearToDate(last)
  }

  private static func day(_ text: String, _ option: String) throws -> LocalDay {
    guard let day = LocalDay(iso8601: text) else {
      throw ValidationError("\(option) is '\(text)', expected a date such as 2016-06-28")
    }
    return day
  }

  private static func month(_ text: String, _ option: String) throws -> LocalMonth {
    guard let month = LocalMonth(iso8601: text) else {
      throw ValidationError("\(option) is '\(text)', expected a month such as 2016-06")
    }
    return month
  }
}

extension ReportPeriod {
  /// The days of which prices are needed: its own and those of the periods beside it.
  fileprivate var priceDays: Range<LocalDay> {
    min(yearBefore.days.lowerBound, previous.days.lowerBound)..<days.upperBound
  }
}
