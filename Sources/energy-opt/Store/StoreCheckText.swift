import Console
import MarketTime
import Readings
import Reporting
import SQLiteStore

/// What a check found, as a person reads it.
struct StoreCheckText {
  private let language: Language
  /// Findings that are written out for a file.
  private static let shown = 20

  init(_ language: Language) { self.language = language }

  /// What to do where something is damaged.
  static func next(_ language: Language) -> String {
    language.pick(
      "Als Nächstes: Dateien so lassen, eine Sicherung prüfen (energy-opt store restore --drill SICHERUNG), dann zurückholen",
      "next: leave the files as they are, try a backup (energy-opt store restore --drill BACKUP), then restore it")
  }

  /// The lines about all `reports`; where something is damaged, `next` behind them.
  func lines(_ reports: [CheckReport], next: String? = nil) -> [String] {
    var lines: [String] = []
    for report in reports {
      let read = looked(at: report)
      if report.isWhole {
        lines.append(pick("\(report.path): unversehrt; \(read)", "\(report.path): whole; \(read)"))
        continue
      }
      lines.append(pick("\(report.path): BESCHÄDIGT; \(read)", "\(report.path): DAMAGED; \(read)"))
      for finding in report.findings.prefix(Self.shown) { lines += self.lines(finding) }
      let rest = report.findings.count + report.unlisted - min(report.findings.count, Self.shown)
      if rest > 0 {
        lines.append(pick("  und \(rest) weitere; alle mit --format json", "  and \(rest) more; all with --format json"))
      }
    }
    if let next, reports.contains(where: { !$0.isWhole }) { lines.append(next) }
    return lines
  }

  private func lines(_ finding: CheckFinding) -> [String] {
    let times = finding.count > 1 ? pick(" (\(finding.count)-mal hintereinander)", " (\(finding.count) in a row)") : ""
    return [
      "  " + words(finding.kind) + times,
      pick("    betroffen: ", "    affected: ") + affected(finding),
      pick("    wo: ", "    where: ") + finding.place,
      pick("    warum: ", "    why: ") + finding.reason,
    ]
  }

  private func looked(at report: CheckReport) -> String {
    let values = language.numbers(decimals: 0).text(Int64(report.values))
    guard report.chunks > 0 || report.batches > 0 else { return pick("\(values) Werte gelesen", "\(values) values read") }
    let chunks = language.numbers(decimals: 0).text(Int64(report.chunks))
    return pick(
      "\(values) Werte in \(chunks) versiegelten Stücken und \(report.batches) Einträgen des Journals gelesen",
      "\(values) values in \(chunks) sealed chunks and \(report.batches) appends of the journal read")
  }

  private func words(_ kind: CheckFinding.Kind) -> String {
    switch kind {
    case .unreadable: pick("die Datei lässt sich nicht öffnen oder lesen", "the file cannot be opened or read")
    case .pages: pick("Seiten der Datenbank sind beschädigt", "pages of the database are damaged")
    case .writeAheadLog: pick("das Schreibprotokoll ist beschädigt", "the write-ahead log is damaged")
    case .segment: pick("eine Datei versiegelter Messwerte ist beschädigt", "a file of sealed readings is damaged")
    case .chunk: pick("versiegelte Messwerte sind nicht lesbar", "sealed readings cannot be read")
    case .misplaced: pick("versiegelte Messwerte liegen am falschen Ort", "sealed readings lie in the wrong place")
    case .batch: pick("ein Eintrag des Journals ist nicht lesbar", "an append of the journal cannot be read")
    case .row: pick("Zeilen einer Tabelle passen nicht zusammen", "rows of a table do not belong together")
    case .quarterHours: pick("Viertelstunden sind nicht die ihrer Messwerte", "quarter hours are not those of their readings")
    case .ledger: pick("das Verzeichnis sagt anderes, als da ist", "the ledger says something else than what is there")
    }
  }

  /// `GRID-1 (energy_import, active_power), 2026-03-01 02:00 to 03:00 UTC`
  func affected(_ finding: CheckFinding) -> String {
    let points = Dictionary(grouping: finding.series, by: \.point).sorted { $0.key < $1.key }
    var parts = points.map { point, keys in "\(point) (\(keys.map(\.channel.rawValue).joined(separator: ", ")))" }
    if parts.isEmpty, finding.span != nil { parts = [pick("Messwerte beliebiger Zählpunkte", "readings of any metering points")] }
    if let span = finding.span { parts.append(text(of: span)) }
    return parts.isEmpty ? pick("lässt sich nicht sagen", "cannot be told") : parts.joined(separator: "; ")
  }

  private func text(of span: Range<Timestamp>) -> String {
    let (first, end) = (minute(span.lowerBound), minute(span.upperBound))
    let isSameDay = first.prefix(10) == end.prefix(10)
    let last = isSameDay ? String(end.dropFirst(11)) : end
    return pick("\(first) bis \(last) UTC", "\(first) to \(last) UTC")
  }

  private func minute(_ time: Timestamp) -> String {
    time.description.prefix(16).map { $0 == "T" ? " " : String($0) }.joined()
  }

  private func pick(_ german: String, _ english: String) -> String { language.pick(german, english) }
}

/// What `energy-opt store check --format json` prints; docs/formats/store-check-json.md has the contract.
enum StoreCheckJSON {
  private static let schemaVersion = 1

  static func text(_ reports: [CheckReport]) -> String {
    JSONValue.object([
      ("schema_version", .integer(schemaVersion)), ("kind", .string("store_check")),
      ("whole", .bool(reports.allSatisfy(\.isWhole))), ("files", .array(reports.map(object))),
    ]).text()
  }

  private static func object(_ report: CheckReport) -> JSONValue {
    .object([
      ("file", .string(report.path)), ("whole", .bool(report.isWhole)), ("chunks", .integer(report.chunks)),
      ("chunk_bytes", .whole(report.bytes)), ("batches", .integer(report.batches)), ("values", .integer(report.values)),
      ("findings", .array(report.findings.map(object))), ("unlisted_findings", .integer(report.unlisted)),
    ])
  }

  private static func object(_ finding: CheckFinding) -> JSONValue {
    .object([
      ("kind", .string(finding.kind.rawValue)), ("place", .string(finding.place)), ("reason", .string(finding.reason)),
      ("count", .integer(finding.count)), ("series", .array(finding.series.map { .string($0.description) })),
      ("from", .time(finding.span?.lowerBound)), ("until", .time(finding.span?.upperBound)),
    ])
  }
}
