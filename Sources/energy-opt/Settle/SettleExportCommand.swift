import ArgumentParser
import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import PlanPreparation
import Readings
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
      let counted = MeteredEnergies(
        try History(readings: readings, imported: nil).energies(of: community, in: span), over: span)
      let export = PartnerExport(
        try RunRecord(text: settlement.run), try settlement.members.map { try MemberRecord(text: $0.record) },
        energies: energies, origins: try origins(of: energies, counted: counted, in: store, community), on: community)
      let former = try store.settlement(of: month.previous, state: RunState.final.rawValue)
      try write(export, previous: former.map { "\($0.month).\($0.version)" })
    }
  }

  /// Where each value comes from: a counter of ours where its value is the one that stands, else a file or a substitute.
  private func origins(
    of energies: MeteredEnergies, counted: MeteredEnergies, in store: CommunityDatabase, _ community: Community
  ) throws -> [MeteredEnergies.Key: [PartnerExport.Origin?]] {
    let keys = community.meteringPoints.flatMap { point in
      [Channel.energyImport, .energyExport].map { SeriesKey(point.id, $0) }
    }
    let imported = try store.origins(of: keys, in: energies.span)
    var origins: [MeteredEnergies.Key: [PartnerExport.Origin?]] = [:]
    for key in keys {
      let direction: MeteredEnergies.Direction = key.channel == .energyImport ? .import : .export
      guard let values = energies[key.point, direction]?.values, let files = imported[key] else { continue }
      let own = counted[key.point, direction]?.values ?? []
      origins[MeteredEnergies.Key(key.point, direction)] = values.indices.map { position in
        guard values[position].energy != nil else { return nil }
        if own.indices.contains(position), own[position] == values[position] { return .counter }
        return files[position].map(PartnerExport.Origin.init)
      }
    }
    return origins
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

extension PartnerExport.Origin {
  fileprivate init(_ origin: IntervalOrigin) {
    if origin.source.hasPrefix(MeterSubstituteCommand.sourcePrefix) {
      self = .substitute(String(origin.source.dropFirst(MeterSubstituteCommand.sourcePrefix.count)), version: origin.version)
    } else {
      self = .file(origin.source, version: origin.version)
    }
  }
}
