import ArgumentParser
import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import Readings
import Reporting
import SQLiteStore

/// `energy-opt store correct`
struct StoreCorrectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct", abstract: "Says what a stored reading should have been; what was received is kept.",
    discussion: """
      One reading gets a value (--at, --value), also where none is, as one read
      off a display; readings of a span get what was received times a factor
      (--from, --until, --factor 0.1 or 1/60); or they count no longer
      (--withdraw). Energies are made anew. A correction is never changed: a
      later one takes its place, and `store show --versions` shows all of them.

      readings.sqlite has one writer. While the collector runs nothing is
      corrected: stop it, correct, start it again. It misses what it would have
      read meanwhile; counters go on counting.

        systemctl stop energy-collector
        energy-opt store correct ... --yes
        systemctl start energy-collector

      Exit status: 0 done, or told; 1 the store cannot be written; 3 no such
      metering point, channel or reading; 64 an option is wrong.

      EXAMPLES
        energy-opt store correct --point B01-GRID --channel energy_import --at 2026-03-01T12:00+01:00 \\
          --value '12345.6 kWh' --reason 'read off the display' --yes
        energy-opt store correct --point B01-PV --channel active_power --from 2026-03-01T12:00Z --until 2026-03-01T13:00Z \\
          --factor 0.1 --reason 'wrong scale after the update'
      """)

  @OptionGroup var options: CommunityOptions

  @OptionGroup var selection: SeriesSelection

  @Option(help: ArgumentHelp("The reading of exactly this time.", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("All readings from this time on, a UTC day or a time with its zone...", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("... up to before this one.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("What it should have been, with its unit: '12345.6 kWh'.", valueName: "value"))
  var value: String?

  @Option(help: ArgumentHelp("What was received is this many times as much: 0.1, 1/60, -1.", valueName: "factor"))
  var factor: String?

  @Flag(help: "They count no longer, and nobody knows the right value.")
  var withdraw = false

  @Option(help: "Why, for whoever asks in ten years.")
  var reason: String

  @Option(help: ArgumentHelp("Who says so; this user unless told.", valueName: "name"))
  var author: String?

  @Flag(help: "Do it. Without, only what would change is told.")
  var yes = false

  @OptionGroup var language: LanguageOption

  /// More readings at once would take too much memory on a small box: a month every 10 s.
  private static let most = 300_000
  /// Changes that are written out.
  private static let shown = 5

  func validate() throws {
    guard selection.points.count == 1, selection.channels.count == 1 else {
      throw ValidationError("say which series: one --point and one --channel")
    }
    for (name, text) in [("--at", at), ("--from", from), ("--until", until)] {
      if let text, Self.time(text) == nil {
        throw ValidationError("\(name) is '\(text)', expected a time with its zone such as 2026-03-01T12:00+01:00")
      }
    }
    guard let span, span.lowerBound < span.upperBound, (at == nil) == (from != nil) else {
      throw ValidationError("say which readings: --at, or --from and a later --until")
    }
    guard [value != nil, factor != nil, withdraw].count(where: { $0 }) == 1 else {
      throw ValidationError("say what they should have been: one of --value, --factor and --withdraw")
    }
    if value != nil, at == nil { throw ValidationError("--value is for one reading, --at; a span takes --factor or --withdraw") }
    if let value { _ = try count(of: value) }
    if let factor, Factor(factor) == nil {
      throw ValidationError("--factor is '\(factor)', expected a number such as 0.1, or a fraction such as 1/60")
    }
    if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason is empty; whoever asks later wants to know why") }
  }

  /// The instant may be written as a UTC day.
  private static func time(_ text: String) -> Timestamp? {
    Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00Z")
  }

  private var span: Range<Timestamp>? {
    if let at = at.flatMap(Self.time) { return at..<at + .milliseconds(1) }
    guard let from = from.flatMap(Self.time), let until = until.flatMap(Self.time), from <= until else { return nil }
    return from..<until
  }

  /// `text` in the channel's unit; 0 where the channel is not known, which is told later.
  private func count(of text: String) throws -> Int64 {
    guard let channel = selection.channels.first.flatMap(Channel.init(rawValue:)) else { return 0 }
    let units = channel.unit.symbols
    do { return try parseCount(text, units: units) } catch {
      throw ValidationError(
        "--value is '\(text)', expected a number with its unit: \(units.map(\.symbol).joined(separator: ", "))")
    }
  }

  func run() throws {
    guard let span else { return }
    guard span.lowerBound <= SystemTime.now() else {
      tell("\(span.lowerBound) lies in the future; nothing was corrected")
      throw ExitCode(3)
    }
    let path = options.readingsPath
    let reader = try reportingProblems { try ReadingsDatabase(readingOnly: path) }
    let keys = try selection.series(among: try reportingProblems { try reader.series() }, in: path)
    guard let key = keys.first else { return }
    let changes = try changes(of: key, in: span, reader)
    if changes.isEmpty, value == nil {
      tell(
        "\(path): \(key) has no reading \(at == nil ? "in that span" : "at exactly that time"); `energy-opt store show` and `store export` show what there is"
      )
      throw ExitCode(3)
    }
    show(changes, of: key)
    guard yes else {
      print(pick("mit --yes wird es getan", "--yes does it"))
      return
    }
    let now = SystemTime.now()
    let said = changes.map {
      Correction(key, at: $0.time, value: $0.new, received: now, author: author ?? NSUserName(), reason: reason)
    }
    let outcome = try reportingProblems {
      let database = try writer(path)
      let outcome = try database.correct(said)
      try database.close()
      return outcome
    }
    print(
      pick(
        "\(path): \(outcome.changed) Messwerte geändert, \(outcome.withdrawn) zurückgezogen, \(outcome.inserted) eingefügt; Empfangenes bleibt erhalten",
        "\(path): \(outcome.changed) readings changed, \(outcome.withdrawn) withdrawn, \(outcome.inserted) put in; what was received is kept"
      ))
  }

  /// The database for writing; where the collector has it, what to do is told.
  private func writer(_ path: String) throws -> ReadingsDatabase {
    do { return try ReadingsDatabase(writing: path, now: SystemTime.now) } catch {
      guard case .writtenByAnother = error else { throw error }
      tell("\(error)")
      tell(
        pick(
          "nichts wurde berichtigt; als Nächstes: systemctl stop energy-collector, denselben Befehl noch einmal, systemctl start energy-collector",
          "nothing was corrected; next: systemctl stop energy-collector, this command again, systemctl start energy-collector"))
      throw ExitCode(1)
    }
  }

  /// A reading, what counts now and what is to count; nil where there is none.
  private struct Change {
    let time: Timestamp
    let former: Int64?
    let new: Int64?
  }

  private func changes(of key: SeriesKey, in span: Range<Timestamp>, _ reader: ReadingsDatabase) throws -> [Change] {
    var changes: [Change] = []
    let corrected = try reportingProblems { try reader.correctedReadings(of: [key], in: span) }
    let originals = Dictionary(uniqueKeysWithValues: corrected.map { ($0.time, $0) })
    var left = originals
    let factor = factor.flatMap(Factor.init)
    let right = try value.map(count)
    func add(_ time: Timestamp, _ former: Int64?) throws {
      guard changes.count < Self.most else {
        tell("more than \(Self.most) readings lie in that span; correct it in parts, a month or less each")
        throw ExitCode(64)
      }
      guard let factor else { return changes.append(Change(time: time, former: former, new: right)) }
      // What was received is multiplied, so that saying it twice changes nothing. What was only said cannot be.
      guard let received = originals[time].map(\.original) ?? former else { return }
      guard let new = factor.times(received) else {
        tell("\(key) at \(time): \(received) times \(self.factor ?? "") is too large a number")
        throw ExitCode(64)
      }
      changes.append(Change(time: time, former: former, new: new))
    }
    try reportingProblems {
      try reader.forEachStretch(of: [key], in: span) { readings in
        for reading in readings {
          left[reading.time] = nil
          try add(reading.time, reading.value)
        }
      }
    }
    // Those that were withdrawn, and a place where no reading is.
    if !withdraw { for (time, _) in left { try add(time, nil) } }
    if let at = at.flatMap(Self.time), right != nil, changes.isEmpty { try add(at, nil) }
    return changes.sorted { $0.time < $1.time }
  }

  private func show(_ changes: [Change], of key: SeriesKey) {
    let unit = key.channel.unit.customary
    let style = language.lang.numbers(decimals: min(6, AggregateRows.decimals(of: key.channel)))
    func text(_ value: Int64?) -> String { value.map { "\(style.text($0, per: unit.count)) \(unit.symbol)" } ?? "–" }
    print(pick("\(key): \(changes.count) Messwerte", "\(key): \(changes.count) readings"))
    var table = TextTable(
      columns: [
        .init(pick("Zeit (UTC)", "time (UTC)")), .init(pick("bisher", "now"), .right), .init(pick("dann", "then"), .right),
      ], indent: 2)
    for change in changes.prefix(Self.shown) {
      table.append([.init("\(change.time)"), .init(text(change.former)), .init(text(change.new))])
    }
    for line in table.lines(width: Terminal(.standardOutput).width) { print(line) }
    if changes.count > Self.shown {
      print(pick("  und \(changes.count - Self.shown) weitere", "  and \(changes.count - Self.shown) more"))
    }
  }

  private func pick(_ german: String, _ english: String) -> String { language.lang.pick(german, english) }
}

/// A factor as it is written: `0.1`, `1/60`; exact.
struct Factor {
  private let numerator: Int64
  private let denominator: Int64

  /// Reads a number or a fraction of two; nil for anything else, and for a fraction of 0.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { DecimalNumber($0) }
    guard parts.count <= 2, let upper = parts[0], let lower = parts.count == 2 ? parts[1] : DecimalNumber("1"),
      lower.mantissa != 0, let up = Self.power(lower.decimals), let down = Self.power(upper.decimals)
    else { return nil }
    let (numerator, overflow) = upper.mantissa.multipliedReportingOverflow(by: up)
    let (denominator, excess) = lower.mantissa.multipliedReportingOverflow(by: down)
    guard !overflow, !excess else { return nil }
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  private static func power(_ decimals: Int) -> Int64? {
    (0...18).contains(decimals) ? (0..<decimals).reduce(1) { power, _ in power * 10 } : nil
  }

  /// The product, to the nearest whole number, half away from zero; nil where it is too large.
  func times(_ value: Int64) -> Int64? {
    let product = Int128(value) * Int128(numerator) * (denominator < 0 ? -1 : 1)
    let divisor = Int128(denominator.magnitude)
    return Int64(exactly: (product + (product < 0 ? -divisor : divisor) / 2) / divisor)
  }
}
