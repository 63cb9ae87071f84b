import CommunityModel
import EnergySharing
import MarketTime
import Quantities

/// Puts prices to energies and days, line by line.
struct Billing {
  private let account: MonthAccount
  private let tariffs: AgreedPrices
  /// Prices of each term of energy; nil for terms of months and those that do not hold in this month.
  private let prices: [PricedQuarters?]

  init(
    _ account: MonthAccount, _ tariffs: AgreedPrices, _ curves: [String: TimeSeries<EnergyPrice?>]
  ) throws(SettlementError) {
    self.account = account
    self.tariffs = tariffs
    var prices: [PricedQuarters?] = []
    for term in tariffs.terms {
      prices.append(try PricedQuarters(term, over: account.month.days, account.calendar, curves: curves))
    }
    self.prices = prices
  }

  // MARK: - What a member pays

  /// The lines for what a member used and got, and for months of membership.
  func lines(of column: MonthAccount.MemberColumns) -> [SettlementLine] {
    var residual: [Int64]?
    return tariffs.terms.indices.flatMap { place -> [SettlementLine] in
      let term = tariffs.terms[place]
      guard !term.item.hasPayee, term.concerns(column.member.id) else { return [] }
      switch term.item {
      case .base: return months(term, over: column.days)
      case .residual:
        let rest = residual ?? zip(column.used, column.shared).map { $0 - $1 }
        residual = rest
        return energyLines(place, rest, on: column.days)
      case .shared, .network, .producer, .feedIn, .tenantPower, .lease: return energyLines(place, column.shared, on: column.days)
      }
    }
  }

  /// What is paid to whom plants and roofs belong.
  func credits() -> [Member.ID: [SettlementLine]] {
    var credits: [Member.ID: [SettlementLine]] = [:]
    for (place, term) in tariffs.terms.enumerated() where term.item.hasPayee {
      for payee in term.members ?? [] { credits[payee, default: []] += creditLines(place, term) }
    }
    return credits
  }

  private func creditLines(_ place: Int, _ term: PriceTerm) -> [SettlementLine] {
    if term.item == .lease { return months(term, over: account.month.days) }
    guard let site = account.sites.first(where: { $0.site == term.site }) else { return [] }
    switch term.item {
    case .producer: return energyLines(place, site.sold)
    case .feedIn: return energyLines(place, zip(site.given, site.sold).map { $0 - $1 })
    case .tenantPower: return energyLines(place, zip(site.direct, shared(at: site.site)).map { min($0, $1) })
    case .shared, .residual, .base, .network, .lease: return []
    }
  }

  /// What the members at a site got of the community's own energy.
  private func shared(at site: Site.ID) -> [Int64] {
    var sum = [Int64](repeating: 0, count: account.span.count)
    for column in account.members where column.member.site == site {
      for position in sum.indices { sum[position] += column.shared[position] }
    }
    return sum
  }

  // MARK: - Lines

  /// A line for each zone with something in it, for those of `all` days (the month's unless told) on which the term holds.
  private func energyLines(_ place: Int, _ energies: [Int64], on all: Range<LocalDay>? = nil) -> [SettlementLine] {
    let term = tariffs.terms[place]
    guard let quarters = prices[place], let days = (all ?? account.month.days).clamped(to: term.validity) else { return [] }
    return zip(quarters.zones, quarters.sums(of: energies)).compactMap { zone, sum in
      guard sum.energy != 0 || sum.value != 0 else { return nil }
      let exact = Energy(count: sum.energy)
      let billed = exact.rounded(toDecimals: tariffs.quantityDecimals)
      let (basis, cost): (SettlementLine.Basis, Money)
      if let price = zone.price {
        basis = .energy(exact: exact, billed: billed, price: price)
        cost = .cents(Int128(billed.count) * Int128(price.count), over: 1_000_000)
      } else {
        let mean = EnergyPrice(count: sum.energy == 0 ? 0 : nearest(sum.value, over: Int128(sum.energy)))
        basis = .dynamic(exact: exact, billed: billed, mean: mean)
        cost = .cents(sum.value, over: 1_000_000)
      }
      return line(term, zone: zone.name, days, basis, cost)
    }
  }

  /// A line for the days of `days` on which `term`, one of months, holds.
  private func months(_ term: PriceTerm, over days: Range<LocalDay>) -> [SettlementLine] {
    guard case .monthly(let monthly) = term.price, let held = days.clamped(to: term.validity) else { return [] }
    let all = account.month.days.count
    let cost = Money.cents(Int128(monthly.count) * Int128(held.count), over: Int128(all))
    return [line(term, zone: "*", held, .days(held.count, of: all, monthly: monthly), cost)]
  }

  private func line(
    _ term: PriceTerm, zone: String, _ days: Range<LocalDay>, _ basis: SettlementLine.Basis, _ cost: Money
  ) -> SettlementLine {
    let net = term.item.isCredit ? -cost : cost
    return SettlementLine(
      kind: SettlementLine.Kind(term.item), term: term.id.text, zone: zone, days: days, basis: basis, net: net,
      vatRate: term.vat, vat: net.cents(of: term.vat), isNote: term.isNote)
  }

  // MARK: - Caps and pots

  /// What of a member's `lines` is above the cap, taken off with the tax in it.
  func capLines(of column: MonthAccount.MemberColumns, under lines: [SettlementLine]) -> [SettlementLine] {
    let holding = tariffs.caps.compactMap { cap in
      (cap.members?.contains(column.member.id) ?? true) ? column.days.clamped(to: cap.validity).map { (cap, $0) } : nil
    }
    guard let (first, _) = holding.first else { return [] }
    // In 1e-15 micro-euros: share (1e-9) times price times energy (1e-6); days as parts of the month.
    let month = Int128(account.month.days.count)
    var most = Int128(0)
    for (cap, days) in holding {
      let quarters = account.calendar.quarterHours(of: days)
      let start = account.span.lowerBound.distance(to: quarters.lowerBound)
      let energy = column.used[start..<(start + quarters.count)].reduce(Int64(0), +)
      let supply = Int128(cap.monthly.count) * Int128(days.count) * 1_000_000 + Int128(cap.price.count) * Int128(energy) * month
      most += supply * Int128(cap.share.count)
    }
    let limit = Money(count: Int64(most / (month * 1_000_000 * Int128(Fraction.one.count) * Int128(Money.cent))) * Money.cent)
    let offered = lines.filter { [.shared, .residual, .base].contains($0.kind) && !$0.isNote }
    let above = LineSums(of: offered).gross - limit
    guard above > .zero else { return [] }
    let net = Money.cents(
      Int128(above.count) * Int128(Fraction.one.count), over: Int128((Fraction.one + first.vat).count))
    return [
      SettlementLine(
        kind: .cap, term: first.id.text, days: column.days, basis: .amount, net: -net, vatRate: first.vat, vat: net - above)
    ]
  }

  /// What members get from pots: at most what their lines come to.
  func potLines(from lines: [Member.ID: [SettlementLine]]) throws(SharingError) -> [(Member.ID, SettlementLine)] {
    var result: [(Member.ID, SettlementLine)] = []
    var costs = lines.mapValues { LineSums(of: $0).gross }
    for pot in tariffs.pots where account.month.days.clamped(to: pot.validity) == account.month.days {
      let members = pot.weights.keys.sorted().filter { costs[$0] != nil }
      guard !members.isEmpty else { continue }
      let kind = SettlementLine.Kind(pot.item)
      let revenue = lines.values.joined().filter { $0.kind == kind && !$0.isNote }.reduce(Money.zero) { $0 + $1.net }
      let split = try SolidarityPot(fraction: pot.share, weights: members.map { Int64(pot.weights[$0] ?? 0) })
        .split(revenue.magnitude, upTo: members.map { max(.zero, costs[$0] ?? .zero) })
      for (member, part) in zip(members, split.parts) where part > .zero {
        costs[member] = (costs[member] ?? .zero) - part
        result.append(
          (
            member,
            SettlementLine(
              kind: .solidarity, term: pot.id.text, days: account.month.days, basis: .amount, net: -part, vatRate: .zero,
              vat: .zero)
          ))
      }
    }
    return result
  }
}
