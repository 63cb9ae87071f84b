import ArgumentParser
import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import PlanPreparation
import RecordLedger
import Reporting
import SQLiteStore
import Settlement

/// `energy-opt settle export`
struct SettleExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Files of a settled month for a supplier or market partner, with a signed manifest.",
    discussion: """
      Writes settlement.csv, totals.csv, a file of quarter hours for each metering
      point, manifest.json with the SHA-256 of each, and manifest.sig, its Ed25519
      signature. Ids only, no names. Format: docs/formats/settlement-export.md.

      EXAMPLE
        energy-opt settle export 2026-03 --to march-for-the-supplier
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("A settled month.", valueName: "yyyy-mm"), transform: SettlementOptions.month)
  var month: LocalMonth

  @Option(help: ArgumentHelp("A folder that is not there yet.", valueName: "folder"))
  var to: String

  @Option(help: ArgumentHelp("The key that signs; beside the store unless told.", valueName: "file"))
  var keyFile: String?

  func run() throws {
    let community = try options.load().community
    if FileManager.default.fileExists(atPath: to) {
      tell("\(to) is there already; name a new folder, so that nothing in it is mistaken for this export")
      throw ExitCode(64)
    }
    try reportingRefusals {
      let store = try CommunityDatabase(readingOnly: options.storePath)
      guard let settlement = try store.settlement(of: month) else {
        tell("\(month) is not settled yet; do that with energy-opt settle --month \(month)")
        throw ExitCode(1)
      }
      let readings = options.hasReadings ? try ReadingsDatabase(readingOnly: options.readingsPath) : nil
      let span = community.calendar.quarterHours(of: month.days)
      let energies = MeteredEnergies(
        try History(readings: readings, imported: store).energies(of: community, in: span), over: span)
      let export = PartnerExport(
        try RunRecord(text: settlement.run), try settlement.members.map { try MemberRecord(text: $0.record) },
        energies: energies, on: community)
      let former = try store.settlement(of: month.previous, state: RunState.final.rawValue)
      try write(export, previous: former.map { "\($0.month).\($0.version)" })
    }
  }

  private func write(_ export: PartnerExport, previous: String?) throws {
    let key = try SigningKeyFile(path: keyFile ?? "\(options.storeFolder)/settlement.key").key()
    let files = export.files()
    let manifest = export.manifest(
      files.map { ($0.name, Fingerprint(of: Array($0.text.utf8)).hex) }, key: key.publicKey.bytes.hex, previous: previous)
    guard let signature = key.signature(of: Array(manifest.utf8)) else { throw SealError.notSigned }
    do {
      try FileManager.default.createDirectory(atPath: "\(to)/energies", withIntermediateDirectories: true)
      for file in files + [("manifest.json", manifest), ("manifest.sig", signature.hex + "\n")] {
        try Data(file.1.utf8).write(to: URL(filePath: "\(to)/\(file.0)"), options: .atomic)
      }
    } catch {
      tell("\(to) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    print("\(to): \(files.count + 2) files")
  }
}
