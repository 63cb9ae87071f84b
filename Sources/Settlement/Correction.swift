public import CommunityModel
public import MarketTime
import Quantities

/// What a final month would come to now, less what it came to: lines for a later month's run.
public struct MonthCorrection: Sendable, Equatable {
  /// The lines of each member whose month has changed.
  public let lines: [Member.ID: [SettlementLine]]

  private struct Subject: Hashable {
    let kind: SettlementLine.Kind
    let term: String
    let zone: String
    let days: Range<LocalDay>
    let vatRate: Fraction
    let isNote: Bool
  }

  private struct Amounts: Equatable {
    var energy = Energy.zero
    var net = Money.zero
    var vat = Money.zero
  }

  /// The correction of `month`.
  ///
  /// - Parameters:
  ///   - former: the lines that the final run has for the month itself, and those by which later final runs have corrected it.
  ///   - now: the month settled anew, without corrections of its own.
  public init(of month: LocalMonth, from former: [Member.ID: [SettlementLine]], to now: Settlement) {
    var lines: [Member.ID: [SettlementLine]] = [:]
    let parts = Dictionary(uniqueKeysWithValues: now.parts.map { ($0.member, $0.lines) })
    for member in Set(former.keys).union(parts.keys) {
      let before = Self.amounts(of: former[member] ?? [])
      let after = Self.amounts(of: parts[member] ?? [])
      let changes = Set(before.keys).union(after.keys).compactMap { subject -> SettlementLine? in
        let (old, new) = (before[subject] ?? Amounts(), after[subject] ?? Amounts())
        guard old != new else { return nil }
        return SettlementLine(
          kind: subject.kind, term: subject.term, zone: subject.zone, days: subject.days,
          basis: .difference(energy: new.energy - old.energy, before: old.net, now: new.net), net: new.net - old.net,
          vatRate: subject.vatRate, vat: new.vat - old.vat, isNote: subject.isNote, corrects: month)
      }
      if !changes.isEmpty { lines[member] = changes.inOrder }
    }
    self.lines = lines
  }

  private static func amounts(of lines: [SettlementLine]) -> [Subject: Amounts] {
    var amounts: [Subject: Amounts] = [:]
    for line in lines {
      let subject = Subject(
        kind: line.kind, term: line.term, zone: line.zone, days: line.days, vatRate: line.vatRate, isNote: line.isNote)
      amounts[subject, default: Amounts()].energy += line.energy ?? .zero
      amounts[subject, default: Amounts()].net += line.net
      amounts[subject, default: Amounts()].vat += line.vat
    }
    return amounts
  }
}
