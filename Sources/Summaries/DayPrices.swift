import CommunityModel
import MarketTime
import Quantities

/// Prices of a kilowatt-hour on one day, tax included, in each of its quarter hours: to tell about how much was saved. Bills are
/// settlement's work.
struct DayPrices {
  private let sources: SummarySources
  private let day: LocalDay
  private let span: Range<QuarterHour>
  /// Each term's prices, micro-euros a kWh; nil for a quarter hour without one.
  private var terms: [PriceTerm.ID: [Int64?]] = [:]
  private var tariffs: [Tariff.ID: (import: [Int64?], feedIn: [Int64?])] = [:]

  init(on day: LocalDay, _ sources: SummarySources) {
    self.sources = sources
    self.day = day
    span = sources.community.calendar.quarterHours(of: day)
    let clock = span.map { sources.community.calendar.local($0.start) }
    func prices(_ price: Tariff.Price, windows: [PriceWindow], vat: Fraction) -> [Int64?] {
      zip(span, clock).map { quarter, local in
        var count: Int64
        switch price {
        case .fixed(let fixed): count = fixed.count
        case .dynamic(let name, let plus):
          guard let known = sources.curves[name]?[quarter] ?? nil else { return nil }
          count = known.count + plus.count
        }
        count += windows.first { $0.contains(local.time, on: local.day) }?.plus.count ?? 0
        return scaled(count, by: Fraction.one.count + vat.count, over: Fraction.one.count)
      }
    }
    for term in sources.prices?.terms ?? [] where term.validity.contains(day) {
      guard case .energy(let price, let windows) = term.price else { continue }
      terms[term.id] = prices(price, windows: windows, vat: term.item.isCredit ? .zero : term.vat)
    }
    for tariff in sources.community.tariffs {
      tariffs[tariff.id] = (
        prices(tariff.importPrice, windows: tariff.importWindows, vat: .zero), prices(tariff.feedInPrice, windows: [], vat: .zero)
      )
    }
  }

  private func price(_ item: PriceTerm.Item, of member: Member.ID, site: Site.ID? = nil) -> [Int64?]? {
    let term = sources.prices?.terms.first { term in
      term.item == item && term.concerns(member) && term.validity.contains(day) && (site == nil || term.site == site)
    }
    return term.flatMap { terms[$0.id] }
  }

  private func tariff(of member: Member) -> (import: [Int64?], feedIn: [Int64?])? {
    sources.community.sites.first { $0.id == member.site }?.tariff.flatMap { tariffs[$0] }
  }

  /// What own power saved `member`:
  ///
  ///     shared (supplier's price - price of the community's power) + self-made (supplier's price - what feeding in would have brought)
  ///
  /// Nil where a price that is needed is not known.
  func saving(of member: Member, _ quarters: MemberQuarters) -> MemberSummary.Saving? {
    let tariff = tariff(of: member)
    guard let instead = price(.residual, of: member.id) ?? tariff?.import else { return nil }
    let paid = price(.shared, of: member.id)
    let fedIn = tariff?.feedIn
    var (amount, paidValue, insteadValue, shared) = (Int128(0), Int128(0), Int128(0), Int128(0))
    for place in quarters.used.indices {
      let (share, made) = (Int128(quarters.shared[place]), Int128(quarters.selfMade[place]))
      guard share > 0 || made > 0 else { continue }
      guard let supplier = instead[place] else { return nil }
      if share > 0 {
        guard let own = paid?[place] else { return nil }
        amount += share * Int128(supplier - own)
        paidValue += share * Int128(own)
        insteadValue += share * Int128(supplier)
        shared += share
      }
      amount += made * Int128(supplier - (fedIn?[place] ?? 0))
    }
    func mean(_ value: Int128) -> EnergyPrice? { shared > 0 ? EnergyPrice(count: Int64((value + shared / 2) / shared)) : nil }
    let isMixed = quarters.selfMade.contains { $0 > 0 }
    return MemberSummary.Saving(
      amount: Money(count: Int64(amount / 1_000_000)), paid: isMixed ? nil : mean(paidValue),
      instead: isMixed ? nil : mean(insteadValue))
  }

  /// What fed-in energy brings `member`: by the agreed prices of the own site's plant where there are any, which pay what other members
  /// used and what went to the grid, else by the site's tariff. `sold` is which part of the fed-in energy members used, in each quarter
  /// hour, in billionths.
  func income(of member: Member, site: Site.ID, _ quarters: MemberQuarters, sold: [Int64]) -> Money? {
    let (members, grid) = (price(.producer, of: member.id, site: site), price(.feedIn, of: member.id, site: site))
    let rest = grid ?? tariff(of: member)?.feedIn
    guard quarters.fedIn.contains(where: { $0 > 0 }), let rest else { return nil }
    var value = Int128(0)
    for (place, energy) in quarters.fedIn.enumerated() where energy > 0 {
      guard let paid = rest[place] else { return nil }
      let used = members == nil ? 0 : Int128(energy) * Int128(sold[place]) / Int128(Fraction.one.count)
      value += used * Int128((members?[place] ?? nil) ?? 0) + (Int128(energy) - used) * Int128(paid)
    }
    return Money(count: Int64(value / 1_000_000))
  }
}
