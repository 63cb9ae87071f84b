import ArgumentParser
import CommunityFiles
import CommunityModel
import EnergySharing
import Foundation
import MarketTime
import RecordLedger
import Reporting
import SQLiteStore
import Settlement

/// `energy-opt settle`
struct SettleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "What a month comes to for every member: lines, taxes, sums; provisional, preview, final.",
    discussion: """
      Energies are shared by community.yaml and priced by tariffs.yaml beside it
      (docs/formats/tariffs.md). A run is kept in community.sqlite: provisional
      as often as you like, then a preview, then final, which two persons
      approve and which is never changed. What changes afterwards comes as a
      correction with a later month.

      EXAMPLES
        energy-opt settle --month 2026-03
        energy-opt settle --month 2026-03 --preview --lang de
        energy-opt settle --month 2026-03 --final --approved-by Ann --approved-by Karl
        energy-opt settle statement m05 2026-03 --format html --output m05.html
        energy-opt settle prove m05 2026-03 --output m05-2026-03.proof
        energy-opt settle verify m05-2026-03.proof
      """,
    subcommands: [
      SettleRunCommand.self, SettleStatementCommand.self, SettleProveCommand.self, SettleVerifyCommand.self,
      SettleLedgerCommand.self, SettleExportCommand.self,
    ], defaultSubcommand: SettleRunCommand.self)
}

/// The files of a settlement, and which tariffs.
struct SettlementOptions: ParsableArguments {
  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("What was agreed to be paid; beside the community's file unless told.", valueName: "tariffs.yaml"))
  var tariffs: String?

  /// The month that `text` names.
  static func month(_ text: String) throws -> LocalMonth {
    guard let month = LocalMonth(iso8601: text) else {
      throw ValidationError("the month is '\(text)', expected one such as 2026-03")
    }
    return month
  }

  /// The checked files and the opened databases.
  func open(writing: Bool) throws -> SettlementSources {
    let community = try options.load().community
    let path = tariffs ?? "\(options.folder)/tariffs.yaml"
    let prices = try reportingProblems { try TariffsFile(path: path, of: community).prices }
    return try reportingProblems {
      let readings = options.hasReadings ? try ReadingsDatabase(readingOnly: options.readingsPath) : nil
      let store =
        writing ? try CommunityDatabase(writing: options.storePath) : try CommunityDatabase(readingOnly: options.storePath)
      return SettlementSources(
        community: community, communityFile: options.community, prices: prices,
        files: try SettlementSources.priceFiles(of: prices, in: options.folder, community.calendar), readings: readings,
        store: store)
    }
  }
}

/// `energy-opt settle --month`
struct SettleRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Settles a month; what energy-opt settle does without another word.")

  @OptionGroup var files: SettlementOptions

  @Option(help: ArgumentHelp("A local month.", valueName: "yyyy-mm"), transform: SettlementOptions.month)
  var month: LocalMonth

  @Flag(help: "Keep it as the preview that is put before those who approve.")
  var preview = false

  @Flag(help: "Make the preview final. Nothing changes it afterwards.")
  var final = false

  @Option(help: ArgumentHelp("Who has approved the preview; twice, with different names, for --final.", valueName: "name"))
  var approvedBy: [String] = []

  @Option(help: ArgumentHelp("Who makes the run; your user name unless told.", valueName: "name"))
  var by: String?

  @Option(
    help: ArgumentHelp("The key that signs final runs; made at the first, beside the store unless told.", valueName: "file"))
  var keyFile: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if preview, final { throw ValidationError("--preview and --final do not go together; keep one") }
    if !approvedBy.isEmpty, !final { throw ValidationError("--approved-by goes with --final") }
  }

  private var state: RunState { final ? .final : preview ? .preview : .provisional }

  func run() throws {
    let sources = try files.open(writing: true)
    let now = SystemTime.now()
    let run = try reportingRefusals {
      let made = try make(sources, at: now)
      try sources.store.close()
      return made
    }
    let report = SettlementReport(run.settlement, run.record, on: sources.community)
    switch output.format {
    case .text: print(report.text(output.lang, width: output.lineWidth), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .csv: print(report.csv(), terminator: "")
    }
  }

  /// Settles and keeps the month; a provisional run or a preview of what is kept already is not kept again.
  private func make(_ sources: SettlementSources, at now: Timestamp) throws -> (settlement: Settlement, record: RunRecord) {
    let kept = try sources.store.settlement(of: month, state: RunState.final.rawValue)
    if let kept { throw SettlementError.isFinal(month, version: kept.version) }
    let last = try sources.store.settlement(of: month)
    let result = try sources.settle(month)
    let corrections = try sources.corrections(before: month)
    let input = Fingerprint(of: result.input, correcting: corrections.months)
    let settlement = result.settlement.correcting(corrections.lines)
    try RunChecks.check(
      state, of: month, final: nil,
      preview: last.flatMap { $0.state == RunState.preview.rawValue ? Fingerprint(hex: $0.input) : nil }, input: input,
      approvals: approvedBy, obstacles: settlement.obstacles,
      isOver: sources.community.calendar.start(of: month.days.upperBound) <= now)
    if let last, last.state == state.rawValue, last.input == input.hex {
      return (settlement, try RunRecord(text: last.run))
    }
    let record = RunRecord(
      of: settlement, community: sources.community.id, version: (last?.version ?? 0) + 1, state: state, input: result.input,
      settings: sources.settings(of: month), corrections: corrections.months, author: by ?? NSUserName(), approvals: approvedBy,
      created: now, software: EnergyOpt.configuration.version)
    let registers = try sources.registers(of: month)
    let stored = StoredSettlement(
      month: month, version: record.version, state: state.rawValue, input: input.hex, created: now, run: record.text,
      members: settlement.parts.map { part in
        let record = MemberRecord(
          part, of: settlement, community: sources.community.id, registers: registers[part.member] ?? [])
        return (part.member, record.text)
      })
    try sources.keepPrices(at: now)
    try sources.store.add(stored, seal: state == .final ? try seal(stored, sources) : nil)
    return (settlement, record)
  }

  private func seal(_ settlement: StoredSettlement, _ sources: SettlementSources) throws -> StoredSeal {
    let key = try SigningKeyFile(path: keyFile ?? "\(files.options.storeFolder)/settlement.key").key()
    return try SettlementSeal.seal(
      settlement, community: sources.community.id, after: try sources.store.seals(), by: key)
  }
}

/// Runs `body`; what is refused is told on standard error, with exit status 3 for what a file says and 1 for the rest.
func reportingRefusals<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try reportingProblems(body)
  } catch let error as SettlementError {
    tell("\(error)")
    switch error {
    case .gap, .noPrice, .unknown: throw ExitCode(3)
    case .approvals: throw ExitCode(64)
    case .notComplete, .isFinal, .noPreview, .badRecord: throw ExitCode(1)
    }
  } catch let error as SharingError {
    tell("\(error)")
    if case .violation = error { throw ExitCode(1) }
    throw ExitCode(3)
  } catch let error as SealError {
    tell("\(error)")
    throw ExitCode(1)
  }
}
