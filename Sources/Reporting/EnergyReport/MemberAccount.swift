import CommunityModel
import EnergySharing
import MarketTime
import Quantities

/// A member's part in what the community shared, and what it was worth.
struct MemberSums: Sendable {
  /// c: what they took.
  var used = Energy.zero
  /// a: of it, the community's own.
  var shared = Energy.zero
  /// What c would have cost from the grid, micro-euro times mWh a kWh.
  var costAlone = Int128(0)
  /// What came off for a: the grid's price less what is paid for it, tax included.
  var saved = Int128(0)
  /// What they took while a price was not known.
  var unpriced = Energy.zero
  /// CO2 of what they took from the grid.
  var carbon = CarbonFootprint()
  var quality = QualityCounts()

  /// The cost without the community; nil where a price was missing.
  var alone: Money? { unpriced > .zero ? nil : Self.money(costAlone) }
  /// What they saved; nil where a price was missing.
  var savings: Money? { unpriced > .zero ? nil : Self.money(saved) }
  /// b = saved / cost alone. nil where that is zero or not known.
  var benefit: Fraction? {
    guard let alone, let savings else { return nil }
    return share(savings.count, of: alone.count)
  }

  private static func money(_ product: Int128) -> Money? {
    Int64(exactly: (product + (product < 0 ? -500_000 : 500_000)) / 1_000_000).map { Money(count: $0) }
  }
}

/// Follows who got what by the sharing agreement, span after span: the accounting figures, which no meter shows.
struct MemberAccount: Sendable {
  private(set) var members: [Member.ID: MemberSums] = [:]
  /// Why nothing is shared; nil where something is.
  private(set) var refusal: String?

  init() {}

  /// Adds the next span.
  mutating func add(_ energies: MeteredEnergies, of community: Community, knowing knowledge: ReportKnowledge) {
    do {
      for spell in try SharingSpell.all(of: community, energies) { try add(spell, shares: spell.allocate(), knowledge) }
    } catch {
      refusal = "\(error)"
    }
  }

  private mutating func add(_ spell: SharingSpell, shares: AllocatedColumns, _ knowledge: ReportKnowledge) {
    let columns = spell.energies.columns
    let curves = PriceCurves(calendar: spell.community.calendar, span: spell.span, knowledge: knowledge)
    var grid: [Tariff.ID: (prices: [EnergyPrice?], emissions: [EmissionFactor?])] = [:]
    let withoutTariff = (
      [EnergyPrice?](repeating: nil, count: spell.span.count), curves.emissions(of: nil, spell.community.facts)
    )
    let agreed = AgreedCurves(knowledge.prices, curves)
    let sites = Dictionary(spell.community.sites.map { ($0.id, $0) }) { first, _ in first }
    for (place, member) in spell.energies.members.sorted(by: { $0.id < $1.id }).enumerated() {
      let tariff = sites[member.site].flatMap { spell.community.tariff(of: $0) }
      if let tariff, grid[tariff.id] == nil {
        grid[tariff.id] = (
          curves.prices(tariff.importPrice, windows: tariff.importWindows), curves.emissions(of: tariff, spell.community.facts)
        )
      }
      let (prices, factors) = tariff.flatMap { grid[$0.id] } ?? withoutTariff
      let credits = agreed.credits(for: member.id, calendar: spell.community.calendar)
      var sums = members[member.id] ?? MemberSums()
      for position in 0..<spell.span.count {
        let quality = columns.quality(at: position)
        sums.quality.enter(quality.isKnown ? quality : .missing)
        guard quality.isKnown else { continue }
        let (used, got) = (max(0, columns.uses[place][position]), shares.shares[place][position])
        sums.used += Energy(count: used)
        sums.shared += Energy(count: got)
        sums.carbon.enter(Energy(count: used - got), factor: factors[position])
        if let price = prices[position], let credit = credits[position] {
          sums.costAlone += Int128(used) * Int128(price.count)
          sums.saved += Int128(got) * Int128(price.count + credit.count)
        } else if used > 0 {
          sums.unpriced += Energy(count: used)
        }
      }
      sums.saved -= agreed.monthly(for: member.id, over: spell.span, calendar: spell.community.calendar)
      members[member.id] = sums
    }
  }
}

/// What is agreed to be paid and credited for shared energy over a span, tax included.
private struct AgreedCurves {
  private let terms: [(term: PriceTerm, prices: [EnergyPrice?])]
  private let monthly: [PriceTerm]
  private let span: Range<QuarterHour>
  private let isKnown: Bool

  init(_ prices: AgreedPrices?, _ curves: PriceCurves) {
    span = curves.span
    isKnown = prices != nil
    monthly = (prices?.terms ?? []).filter { $0.item == .base }
    terms = (prices?.terms ?? []).compactMap { term in
      guard term.item == .shared || term.item == .network, case .energy(let price, let windows) = term.price else { return nil }
      return (term, curves.prices(price, windows: windows).map { $0.map { Self.gross($0, term.vat) } })
    }
  }

  private static func gross(_ price: EnergyPrice, _ vat: Fraction) -> EnergyPrice {
    EnergyPrice(count: scaled(price.count, by: Fraction.one.count + vat.count, over: Fraction.one.count))
  }

  /// What `member` is credited for a shared kilowatt-hour in each quarter hour, mostly below zero; nil where that is not known.
  func credits(for member: Member.ID, calendar: MarketCalendar) -> [EnergyPrice?] {
    var credits = [EnergyPrice?](repeating: isKnown ? .zero : nil, count: span.count)
    for (term, prices) in terms where term.concerns(member) {
      for day in calendar.localDays(of: span) where term.validity.contains(calendar.localDay(of: day.lowerBound.start)) {
        let first = span.lowerBound.distance(to: day.lowerBound)
        for position in first..<(first + day.count) {
          credits[position] = credits[position].flatMap { sum in
            prices[position].map { term.item.isCredit ? sum + $0 : sum - $0 }
          }
        }
      }
    }
    return credits
  }

  /// What membership costs `member` over the span, each day its part of the month: micro-euro times 1,000,000.
  func monthly(for member: Member.ID, over span: Range<QuarterHour>, calendar: MarketCalendar) -> Int128 {
    let days = monthly.isEmpty ? [] : calendar.localDays(of: span).map { calendar.localDay(of: $0.lowerBound.start) }
    return monthly.filter { $0.concerns(member) }.reduce(Int128(0)) { sum, term in
      guard case .monthly(let amount) = term.price else { return sum }
      let gross = Int128(scaled(amount.count, by: Fraction.one.count + term.vat.count, over: Fraction.one.count))
      return days.filter(term.validity.contains).reduce(sum) {
        $0 + gross * 1_000_000 / Int128(LocalMonth(containing: $1).days.count)
      }
    }
  }
}
