import Console
import MarketTime
import Reporting
import SQLiteStore

/// `energy-opt store status` as a person reads it.
struct StoreStatusText {
  private let language: Language
  /// Months that are listed one by one.
  private static let monthsShown = 12

  init(_ language: Language) { self.language = language }

  /// The lines of both files.
  func lines(_ readings: ReadingsStatus?, _ community: CommunityStatus?, width: Int) -> [String] {
    var lines: [String] = []
    if let readings {
      lines += [pick("Messwerte", "readings") + ": " + readings.path] + table(rows(of: readings), width)
    }
    if let community {
      if readings != nil { lines.append("") }
      lines += [pick("Importierte Geschichte", "imported history") + ": " + community.path] + table(rows(of: community), width)
    }
    return lines
  }

  private func rows(of status: ReadingsStatus) -> [(String, String)] {
    var rows = [(pick("auf der Platte", "on the disk"), amount(status.totalBytes) + share(status))]
    rows.append((pick("  Datenbank", "  database"), amount(status.size.database)))
    rows.append((pick("  Schreibprotokoll (WAL)", "  write-ahead log"), amount(status.size.writeAheadLog)))
    let months = Dictionary(grouping: status.segments, by: \.month).mapValues { $0.reduce(0) { $0 + $1.bytes } }
      .sorted { $0.key < $1.key }
    let older = months.dropLast(Self.monthsShown)
    if let last = older.last {
      let bytes = older.reduce(0) { $0 + $1.value }
      rows.append((pick("  versiegelt bis \(last.key)", "  sealed up to \(last.key)"), amount(bytes)))
    }
    for month in months.suffix(Self.monthsShown) {
      rows.append((pick("  versiegelt \(month.key)", "  sealed \(month.key)"), amount(month.value)))
    }
    rows.append((pick("Zeitreihen", "series"), count(status.series)))
    rows.append((pick("Messwerte", "readings"), count(status.readings) + span(status.first, status.last)))
    if let dropped = status.dropped {
      rows.append((pick("verworfen", "dropped"), count(dropped.readings) + pick(" bis ", " until ") + minute(dropped.until)))
    }
    if let until = status.sealedUntil {
      let last = status.lastSealing.map { pick(", zuletzt am ", ", last done ") + minute($0) } ?? ""
      rows.append((pick("versiegelt bis", "sealed until"), minute(until) + last))
    }
    rows.append((pick("im Journal", "in the journal"), journal(status.journal)))
    rows.append((pick("verspätete, warten", "late ones waiting"), count(status.lateReadings)))
    if status.unplaced > 0 { rows.append((pick("ohne bekannte Zeit", "time not known yet"), count(status.unplaced))) }
    rows.append((pick("widersprechende", "conflicting"), count(status.conflicts)))
    rows.append((pick("beiseitegelegt", "put aside"), count(status.quarantined)))
    rows.append((pick("Ereignisse", "events"), count(status.events)))
    rows.append((pick("wird geschrieben", "being written"), writer(status.writer)))
    if let bytes = status.bytesPerDay { rows.append((pick("ein Tag bringt", "a day brings"), amount(bytes))) }
    if let disk = status.disk { rows.append((pick("frei auf der Platte", "free on the disk"), room(disk, status.daysUntilFull))) }
    return rows
  }

  private func rows(of status: CommunityStatus) -> [(String, String)] {
    var rows = [
      (pick("auf der Platte", "on the disk"), amount(status.size.total)),
      (pick("  Datenbank", "  database"), amount(status.size.database)),
      (pick("  Schreibprotokoll (WAL)", "  write-ahead log"), amount(status.size.writeAheadLog)),
      (pick("Zeitreihen", "series"), count(status.series)),
      (pick("Viertelstunden", "quarter hours"), count(status.quarterHours) + span(status.first, status.last)),
      (pick("ersetzte, aufgehoben", "replaced, kept"), count(status.replaced)),
      (
        pick("Preise", "prices"),
        count(status.prices) + pick(" in \(status.priceCurves) Preisreihen", " in \(status.priceCurves) curves")
      ),
    ]
    let last = status.lastImport.map { pick(", zuletzt am ", ", the last ") + minute($0) } ?? ""
    rows.append((pick("importierte Dateien", "files imported"), count(status.imports) + last))
    rows.append((pick("wird geschrieben", "being written"), writer(status.writer)))
    if let disk = status.disk { rows.append((pick("frei auf der Platte", "free on the disk"), room(disk, nil))) }
    return rows
  }

  private func table(_ rows: [(String, String)], _ width: Int) -> [String] {
    var table = TextTable(columns: [.init(""), .init("")], indent: 2)
    for (name, value) in rows { table.append([.init(name), .init(value)]) }
    return table.lines(width: width)
  }

  private func share(_ status: ReadingsStatus) -> String {
    guard let thousandths = status.milliBytesPerReading else { return "" }
    let number = language.numbers(decimals: 2).text(thousandths, per: 1000)
    return pick(", \(number) Byte je Messwert", ", \(number) bytes a reading")
  }

  private func journal(_ journal: JournalStatus) -> String {
    pick(
      "\(count(journal.waiting)) noch nicht versiegelte Messwerte; \(count(journal.batches)) Einträge, \(amount(Int64(journal.bytes)))",
      "\(count(journal.waiting)) readings not sealed yet; \(count(journal.batches)) appends, \(amount(Int64(journal.bytes)))")
  }

  private func writer(_ writer: WriterPresence) -> String {
    switch writer {
    case .none: pick("von niemandem", "by nobody")
    case .process(let number): pick("von Prozess \(number)", "by process \(number)")
    case .unknown: pick("lässt sich nicht feststellen", "cannot be told")
    }
  }

  private func room(_ disk: DiskSpace, _ days: Int64?) -> String {
    let room = pick("\(amount(disk.free)) von \(amount(disk.total))", "\(amount(disk.free)) of \(amount(disk.total))")
    guard let days else { return room }
    // Further ahead nobody knows anything.
    if days > 36_500 { return room + pick("; reicht über 100 Jahre", "; lasts more than 100 years") }
    return room + pick("; reicht so noch \(days) Tage", "; full in \(days) days at this rate")
  }

  private func span(_ first: Timestamp?, _ last: Timestamp?) -> String {
    guard let first, let last else { return "" }
    return pick(", von \(minute(first)) bis \(minute(last))", ", from \(minute(first)) to \(minute(last))")
  }

  /// `2016-06-28 00:00 UTC`
  private func minute(_ time: Timestamp) -> String {
    time.description.prefix(16).map { $0 == "T" ? " " : String($0) }.joined() + " UTC"
  }

  private func count(_ number: Int) -> String { language.numbers(decimals: 0).text(Int64(number)) }

  private func amount(_ bytes: Int64) -> String { language.bytes(bytes) }

  private func pick(_ german: String, _ english: String) -> String { language.pick(german, english) }
}

extension Language {
  /// A number of bytes in the unit that fits: `812 B`, `4.1 kB`, `12.3 MB`, `1.2 GB`.
  func bytes(_ bytes: Int64) -> String {
    let units: [(Int64, String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
    for (worth, symbol) in units where bytes >= worth {
      return numbers(decimals: 1).text(bytes, per: worth) + " " + symbol
    }
    return "\(bytes) B"
  }
}
