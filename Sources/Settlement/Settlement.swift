public import CommunityModel
import EnergySharing
public import MarketTime
public import Quantities

/// What a month comes to for every member: a plain value, the same for the same input, whatever the order of the files.
///
///     net of a price of energy    = energy price                              fixed: the billed energy, once for each window
///                                 = sum over quarter hours of energy price    where the price follows a curve
///     net of a price of months    = price days / days of the month
///     tax                         = net rate
///
/// Net and tax of a line are rounded to the cent once, half away from zero; all sums are sums of lines (0022).
public struct Settlement: Sendable, Equatable {
  /// A member's part.
  public struct Part: Sendable, Equatable {
    /// The member.
    public let member: Member.ID
    /// The days of the month on which they belong to the community; empty for who is only paid.
    public let days: Range<LocalDay>
    /// Energies by how well their quarter hours are known, best first; none for who uses nothing.
    public let energies: [QualityEnergies]
    /// Lines in the order of their kinds, days, terms and zones.
    public internal(set) var lines: [SettlementLine]

    /// Sums of the lines.
    public var sums: LineSums { LineSums(of: lines) }
    /// c over the month.
    public var used: Energy { energies.reduce(.zero) { $0 + $1.used } }
    /// a over the month.
    public var shared: Energy { energies.reduce(.zero) { $0 + $1.shared } }
  }

  /// A member's energies in all quarter hours that are known in one way.
  public struct QualityEnergies: Sendable, Equatable {
    /// How.
    public let quality: IntervalEnergy.Quality
    /// How many quarter hours.
    public let quarterHours: Int
    /// c.
    public let used: Energy
    /// a.
    public let shared: Energy
  }

  /// The month.
  public let month: LocalMonth
  /// Its quarter hours.
  public let span: Range<QuarterHour>
  /// What was agreed, in order.
  public let spells: [MonthAccount.Spell]
  /// By the members' names.
  public private(set) var parts: [Part]
  /// What sites gave.
  public let given: Energy
  /// What of it members got.
  public let sold: Energy
  /// How many quarter hours were not shared.
  public let held: Int
  /// What keeps the month from being settled for good; empty for nothing.
  public let obstacles: [String]

  /// Puts prices to an account.
  ///
  /// - Parameter curves: what the price curves of the tariffs say over the month.
  /// - Throws: `SettlementError` for a day without a price, two prices, or a name that the community does not have; `SharingError` for
  ///   weights of a pot that are too large.
  public init(_ account: MonthAccount, by tariffs: AgreedPrices, curves: [String: TimeSeries<EnergyPrice?>] = [:]) throws {
    month = account.month
    span = account.span
    spells = account.spells
    given = account.sites.reduce(.zero) { $0 + Energy(count: $1.given.reduce(0, +)) }
    sold = account.sites.reduce(.zero) { $0 + Energy(count: $1.sold.reduce(0, +)) }
    held = account.held
    obstacles = account.obstacles
    try tariffs.checkCoverage(
      of: Dictionary(uniqueKeysWithValues: account.members.map { ($0.member.id, $0.days) }), in: month.days)
    let billing = try Billing(account, tariffs, curves)
    var lines: [Member.ID: [SettlementLine]] = [:]
    for column in account.members { lines[column.member.id] = billing.lines(of: column) }
    for (payee, credits) in billing.credits() { lines[payee, default: []] += credits }
    for column in account.members {
      lines[column.member.id, default: []] += billing.capLines(of: column, under: lines[column.member.id] ?? [])
    }
    for (member, line) in try billing.potLines(from: lines) { lines[member, default: []].append(line) }
    let columns = Dictionary(uniqueKeysWithValues: account.members.map { ($0.member.id, $0) })
    parts = lines.sorted { $0.key < $1.key }.map { member, lines in
      let column = columns[member]
      return Part(
        member: member, days: column?.days ?? account.month.days.lowerBound..<account.month.days.lowerBound,
        energies: column.map { Self.energies(of: $0, in: account) } ?? [], lines: lines.inOrder)
    }
  }

  private static func energies(of column: MonthAccount.MemberColumns, in account: MonthAccount) -> [QualityEnergies] {
    let own = account.calendar.quarterHours(of: column.days)
    let first = account.span.lowerBound.distance(to: own.lowerBound)
    let kinds = IntervalEnergy.Quality.allCases
    var sums = kinds.map { _ in (count: 0, used: Int64(0), shared: Int64(0)) }
    for position in first..<(first + own.count) {
      let kind = account.qualities[position].rawValue
      sums[kind].count += 1
      sums[kind].used += column.used[position]
      sums[kind].shared += column.shared[position]
    }
    return kinds.map { kind in
      QualityEnergies(
        quality: kind, quarterHours: sums[kind.rawValue].count, used: Energy(count: sums[kind.rawValue].used),
        shared: Energy(count: sums[kind.rawValue].shared))
    }.filter { $0.quarterHours > 0 }
  }

  /// The settlement with lines that correct earlier months.
  public func correcting(_ corrections: [Member.ID: [SettlementLine]]) -> Settlement {
    var result = self
    for (member, lines) in corrections.sorted(by: { $0.key < $1.key }) where !lines.isEmpty {
      if let place = result.parts.firstIndex(where: { $0.member == member }) {
        result.parts[place].lines = (result.parts[place].lines + lines).inOrder
      } else {
        let none = month.days.lowerBound..<month.days.lowerBound
        result.parts.append(Part(member: member, days: none, energies: [], lines: lines.inOrder))
      }
    }
    result.parts.sort { $0.member < $1.member }
    return result
  }

  /// Sums over all members.
  public var sums: LineSums { LineSums(of: parts.flatMap(\.lines)) }
}

extension MonthAccount {
  /// What keeps the month from being settled for good.
  var obstacles: [String] {
    let unfit = IntervalEnergy.Quality.allCases.filter { $0.isKnown && !$0.isBillable }.compactMap { quality in
      let count = qualities.count { $0 == quality }
      let rest = count == 1 ? "1 quarter hour rests" : "\(count) quarter hours rest"
      return count == 0 ? nil : "\(rest) on values that are \(quality.name), which may not be billed"
    }
    return (held > 0 ? ["\(held) of \(span.count) quarter hours are held, because a value is missing"] : []) + unfit + doubts
  }
}

extension [SettlementLine] {
  /// In the order of a statement: the month's own lines by kind, days, term and zone, then corrections, the oldest month first.
  var inOrder: [SettlementLine] {
    let kinds = SettlementLine.Kind.allCases
    func key(_ line: SettlementLine) -> (Int, Int, Int, Int, String, String) {
      (
        line.corrects?.firstDay.number ?? .min, kinds.firstIndex(of: line.kind) ?? 0, line.days.lowerBound.number,
        line.days.upperBound.number, line.term, line.zone
      )
    }
    return sorted { key($0) < key($1) }
  }
}
