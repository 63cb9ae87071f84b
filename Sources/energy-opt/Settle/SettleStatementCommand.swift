import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Reporting
import SQLiteStore
import Settlement

/// `energy-opt settle statement`
struct SettleStatementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement", abstract: "A member's statement of a settled month, with all that is needed to work it out again.",
    discussion: """
      Made of the member's own record in the store and nothing else. The last run
      of the month counts; one that is not final is marked. html is one file for
      browser and A4 paper, print one for paper alone. Fields of JSON and CSV:
      docs/formats/settlement-json.md.

      EXAMPLES
        energy-opt settle statement m05 2026-03
        energy-opt settle statement m05 2026-03 --format html --lang de --output m05.html
        energy-opt settle statement m05 2026-03 --intervals > m05-quarter-hours.csv
      """)

  /// A form of a statement.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, html, csv, json, print
  }

  @OptionGroup var files: SettlementOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Argument(help: ArgumentHelp("A settled month.", valueName: "yyyy-mm"), transform: SettlementOptions.month)
  var month: LocalMonth

  @Option(help: "text or html for people, print for paper, csv or json for programs.")
  var format = Format.text

  @OptionGroup var text: TextOptions

  @Flag(help: "Instead, a CSV of the member's quarter hours, as they are known now.")
  var intervals = false

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var output: String?

  func run() throws {
    let content = try reportingRefusals { try intervals ? quarterHours() : statement() }
    guard let output else {
      Swift.print(content, terminator: "")
      return
    }
    do { try Data(content.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
      tell("\(output) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  private func statement() throws -> String {
    let community = try files.options.load().community
    let (run, record) = try kept()
    let statement = Statement(record, run, on: community)
    switch format {
    case .text: return statement.text(text.lang, width: text.lineWidth)
    case .html: return statement.html(text.lang)
    case .print: return statement.printPage(text.lang)
    case .csv: return statement.csv()
    case .json: return statement.json()
    }
  }

  /// The month's last run, and the member's record in it.
  private func kept() throws -> (RunRecord, MemberRecord) {
    let store = try CommunityDatabase(readingOnly: files.options.storePath)
    guard let settlement = try store.settlement(of: month) else {
      tell("\(month) is not settled yet; do that with energy-opt settle --month \(month)")
      throw ExitCode(1)
    }
    guard let record = settlement.members.first(where: { $0.member.text == member })?.record else {
      tell("'\(member)' has no part in \(month)\(Spelling.hint(for: member, among: settlement.members.map(\.member.text)))")
      throw ExitCode(64)
    }
    return (try RunRecord(text: settlement.run), try MemberRecord(text: record))
  }

  private func quarterHours() throws -> String {
    let (run, _) = try kept()
    let sources = try files.open(writing: false)
    let result = try sources.settle(month)
    if result.input != run.input {
      tell("note: values, agreements or prices have changed since version \(run.version); these are today's")
    }
    return IntervalsCSV(result.account, of: Member.ID(member), in: sources.community.calendar).text()
  }
}
