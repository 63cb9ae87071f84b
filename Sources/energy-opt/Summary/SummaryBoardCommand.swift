import ArgumentParser
import Charts
import CommunityModel
import Console
import MarketTime
import QRCodes
import Reporting
import Summaries

/// `energy-opt summary board`
struct SummaryBoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "The notice board's sheet of a week or a day: figures of many alone, A4, large letters.")

  /// A form of the sheet.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, html, json
  }

  @OptionGroup var files: SummaryOptions

  @Option(
    help: ArgumentHelp("The week, Monday to Sunday, that holds this local day.", valueName: "yyyy-mm-dd"),
    transform: SummaryOptions.day)
  var week: LocalDay?

  @Option(help: ArgumentHelp("A local day.", valueName: "yyyy-mm-dd"), transform: SummaryOptions.day)
  var day: LocalDay?

  @Option(
    help: ArgumentHelp(
      "The address that the sheet names; public_page of summaries.yaml unless told. HTML shows one that begins with https:// as a QR code too.",
      valueName: "address"))
  var link: String?

  @Option(help: "text or html for people (html prints on A4), json for programs.")
  var format = Format.text

  func validate() throws {
    guard (week != nil) != (day != nil) else { throw ValidationError("say which time: --week yyyy-mm-dd or --day yyyy-mm-dd") }
  }

  private var days: Range<LocalDay> {
    if let week { return week.week(from: .monday) }
    let one = day ?? LocalDay(number: 0)
    return one..<one.advanced(by: 1)
  }

  func run() throws {
    let sources = try files.sources(for: days)
    let board = try reportingSharing { try CommunitySummary(of: days, from: sources) }
    var style = try files.style(of: sources.community)
    style.publicPage = link ?? style.publicPage
    switch format {
    case .text: print(board.text(style), terminator: "")
    case .html: print(board.html(style, code: style.publicPage.flatMap(code)), terminator: "")
    case .json: print(board.json(), terminator: "")
    }
  }

  /// The QR code of `page`; nil, after telling why, where none can be made: the sheet names the address all the same.
  private func code(of page: String) -> SquareCode? {
    guard page.hasPrefix("https://") else { return nil }
    do {
      return try QREncoder().code(of: page)
    } catch {
      tell("the sheet has no QR code: \(error)")
      return nil
    }
  }
}

/// `energy-opt summary calendar`
struct SummaryCalendarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar", abstract: "Tomorrow's sun hours for calendars (iCalendar) and feeds (Atom).",
    discussion: "Tomorrow is the second day after --day: the summary of a day is read on the next morning.")

  /// A form of the calendar.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case ical, atom
  }

  @OptionGroup var files: SummaryOptions

  @Option(help: ArgumentHelp("The last local day that is known.", valueName: "yyyy-mm-dd"), transform: SummaryOptions.day)
  var day: LocalDay

  @Option(help: ArgumentHelp("With the start of this member; the community's own calendar unless told.", valueName: "member"))
  var member: String?

  @Option(help: "ical for calendars, atom for feeds.")
  var format = Format.ical

  func run() throws {
    let sources = try files.sources(for: day..<day.advanced(by: 1))
    let known = sources.community.on(day).sharers.map(\.id)
    if let member, !known.contains(Member.ID(member)) {
      tell("'\(member)' takes no part in sharing on \(day)\(Spelling.hint(for: member, among: known.map(\.text)))")
      throw ExitCode(64)
    }
    let summary = try reportingSharing { try CommunitySummary(of: day..<day.advanced(by: 1), from: sources) }
    let style = try files.style(of: sources.community)
    let calendar = SunCalendar(summary, style, member: member.map { Member.ID($0) }, among: known)
    switch format {
    case .ical: print(calendar.ical(), terminator: "")
    case .atom: print(calendar.atom(), terminator: "")
    }
  }
}
