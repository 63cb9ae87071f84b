import CommunityFiles
import CommunityModel
import EnergySharing
import Foundation
import MarketTime
import PlanPreparation
import Quantities
import Readings
import RecordLedger
import SQLiteStore
import SeriesFiles
import Settlement

/// The files that a month is settled from.
struct SettlementSources {
  let community: Community
  /// The path of its file.
  let communityFile: String
  let prices: AgreedPrices
  /// Price curves from files, by their names.
  let files: [String: TimeSeries<EnergyPrice?>]
  let readings: ReadingsDatabase?
  let store: CommunityDatabase

  /// A month as it comes out now, and the fingerprint of what it comes from.
  struct Result {
    let settlement: Settlement
    let input: Fingerprint
    let account: MonthAccount
  }

  /// Settles `month` from what is known now, without corrections of earlier months.
  func settle(_ month: LocalMonth) throws -> Result {
    let span = community.calendar.quarterHours(of: month.days)
    let shared = try SharedHistory(
      of: community, in: span, from: History(readings: readings, imported: store), file: communityFile)
    let doubts = shared.spells.flatMap(\.billingObstacles).lines
    let account = try MonthAccount(month, of: community, spells: shared.spells, energies: shared.energies, doubts: doubts)
    let curves = try self.curves(over: span)
    return Result(
      settlement: try Settlement(account, by: prices, curves: curves), input: Fingerprint(of: account, prices, curves: curves),
      account: account)
  }

  /// What price curves say: the files beside the community's, and the store where these say nothing.
  private func curves(over span: Range<QuarterHour>) throws -> [String: TimeSeries<EnergyPrice?>] {
    var curves: [String: TimeSeries<EnergyPrice?>] = [:]
    for name in prices.curves {
      let (file, known) = (files[name], try store.prices(named: name, in: span))
      curves[name] = TimeSeries(
        start: span.lowerBound, values: zip(span, known.values).map { quarter, price in (file?[quarter] ?? nil) ?? price })
    }
    return curves
  }

  /// Price curves from files beside the community's; one that is not there is left out.
  static func priceFiles(of prices: AgreedPrices, in folder: String, _ calendar: MarketCalendar) throws
    -> [String: TimeSeries<EnergyPrice?>]
  {
    var files: [String: TimeSeries<EnergyPrice?>] = [:]
    for name in prices.curves.sorted() where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      files[name] = try SeriesFileReader(calendar: calendar).prices(from: CSVFile("\(folder)/\(name)")).prices
    }
    return files
  }

  /// Keeps the prices of the files in the store, which keeps what it held before.
  func keepPrices(at received: Timestamp) throws {
    for (name, series) in files.sorted(by: { $0.key < $1.key }) {
      let known = try store.prices(named: name, in: series.span)
      guard zip(series.values, known.values).contains(where: { $0 != nil && $0 != $1 }) else { continue }
      var rest = series.values.indices[...]
      while let first = rest.firstIndex(where: { series.values[$0] != nil }) {
        let stretch = series.values[first...].prefix { $0 != nil }.compactMap(\.self)
        try store.storePrices(
          TimeSeries(start: series.start.advanced(by: first), values: stretch), named: name, from: name, at: received)
        rest = rest[(first + stretch.count)...]
      }
    }
  }

  // MARK: - Corrections

  /// Lines that correct final months before `month`, whose input has changed since.
  func corrections(before month: LocalMonth) throws -> (lines: [Member.ID: [SettlementLine]], months: [RunRecord.Correction]) {
    let finals = try store.settledMonths(RunState.final.rawValue).compactMap { month in
      try store.settlement(of: month, state: RunState.final.rawValue).map { try FinalRun($0) }
    }
    var lines: [Member.ID: [SettlementLine]] = [:]
    var months: [RunRecord.Correction] = []
    for final in finals where final.month.firstDay < month.firstDay {
      let state = FinalMonth(final, among: finals)
      guard try mayHaveChanged(final.month, since: state) else { continue }
      let now = try settle(final.month)
      guard now.input != state.input else { continue }
      months.append(RunRecord.Correction(month: final.month, input: now.input))
      let correction = MonthCorrection(of: final.month, from: try state.lines(), to: now.settlement)
      lines.merge(correction.lines) { $0 + $1 }
    }
    return (lines, months)
  }

  /// False where nothing can have changed, so that old months need not be read again and again: no import, no meter that still counts, the
  /// same agreements and prices.
  private func mayHaveChanged(_ month: LocalMonth, since state: FinalMonth) throws -> Bool {
    guard readings == nil, state.settings == settings(of: month) else { return true }
    let span = community.calendar.quarterHours(of: month.days)
    return try store.hasImports(after: state.known, in: SharedHistory.known(span, of: community))
  }

  /// The fingerprint of what is agreed for `month`.
  func settings(of month: LocalMonth) -> Fingerprint { Fingerprint(of: community, prices, in: month) }
}

/// A final run, its members' records not read yet.
struct FinalRun {
  let stored: StoredSettlement
  let run: RunRecord

  var month: LocalMonth { stored.month }

  init(_ stored: StoredSettlement) throws {
    self.stored = stored
    run = try RunRecord(text: stored.run)
  }

  /// The lines that correct `month`, nil for those of the run's own month, by member.
  func lines(correcting month: LocalMonth?) throws -> [Member.ID: [SettlementLine]] {
    var lines: [Member.ID: [SettlementLine]] = [:]
    for (member, record) in stored.members {
      let found = try MemberRecord(text: record).part.lines.filter { $0.corrects == month }
      if !found.isEmpty { lines[member] = found }
    }
    return lines
  }
}

/// A final month as later final runs have left it.
struct FinalMonth {
  private let own: FinalRun
  /// Later ones, in the order of their making.
  private let later: [FinalRun]

  /// `final`, and what the others `among` all final runs have corrected of it.
  init(_ final: FinalRun, among finals: [FinalRun]) {
    own = final
    later = finals.filter { $0.month.firstDay > final.month.firstDay }.sorted { $0.stored.created < $1.stored.created }
  }

  /// What it is settled from, by the last final run that corrected it, else by its own.
  var input: Fingerprint { later.last { correction(in: $0) != nil }.flatMap(correction) ?? own.run.input }
  /// The agreements and prices of its own run.
  var settings: Fingerprint { own.run.settings }
  /// When a final run last looked whether it has changed.
  var known: Timestamp { later.reduce(own.run.created) { max($0, $1.run.created) } }

  /// Its own lines and those that correct it.
  func lines() throws -> [Member.ID: [SettlementLine]] {
    var lines = try own.lines(correcting: nil)
    // A run that corrects nothing of this month has no line of it.
    for run in later where correction(in: run) != nil {
      lines.merge(try run.lines(correcting: own.month)) { $0 + $1 }
    }
    return lines
  }

  private func correction(in later: FinalRun) -> Fingerprint? {
    later.run.corrections.first { $0.month == own.month }?.input
  }
}

extension SettlementSources {
  /// What members' meters showed when `month` began and ended, where readings within a quarter hour of that are known.
  func registers(of month: LocalMonth) throws -> [Member.ID: [MemberRecord.Registers]] {
    guard let readings else { return [:] }
    let span = community.calendar.quarterHours(of: month.days).instants
    let (first, last) = (try readings.latest(asOf: span.lowerBound), try readings.latest(asOf: span.upperBound))
    func value(_ key: SeriesKey, _ samples: [SeriesKey: Sample], at time: Timestamp) -> Energy? {
      samples[key].flatMap { time - $0.time <= QuarterHour.duration ? Energy(count: $0.value) : nil }
    }
    var registers: [Member.ID: [MemberRecord.Registers]] = [:]
    for point in community.meteringPoints where point.measures != .heat {
      for (direction, channel) in [(MeteredEnergies.Direction.import, Channel.energyImport), (.export, .energyExport)] {
        let key = SeriesKey(point.id, channel)
        let shown = (value(key, first, at: span.lowerBound), value(key, last, at: span.upperBound))
        guard shown.0 != nil || shown.1 != nil else { continue }
        for member in point.members {
          registers[member, default: []].append(
            MemberRecord.Registers(point: point.id, direction: direction, first: shown.0, last: shown.1))
        }
      }
    }
    return registers
  }
}
