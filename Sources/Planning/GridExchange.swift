import CommunityModel
import EnergySystems
import Quantities

/// The wire between a site and the public grid.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | g, x | from and into the grid, mean of the step | kW |
/// | o | from the grid beyond the limit: physics would trip the fuse, so the plan names it as a breach | kW |
/// | r | given by plants that nothing can turn down and that the connection cannot carry: a breach, too | kW |
/// | P | highest mean import of each billing period, see `PeakPeriod` | kW |
///
///     0 <= g <= G,  0 <= x <= X,  o >= 0                                     optimizer-model, section 2
///     what the grid's operator orders beyond that: see `GridLimits`
///     cost = dt (pi_imp (g + o) + 10 EUR/kWh (o + r) - pi_exp x) + pi_P (P - P_so_far),   P >= g + o    section 7 (D1)
///
/// Import and export in the same step never pay while the import price is at least the feed-in price; only where it is below,
/// a binary keeps them apart, and where a community exchanges energy, a site would gain by passing on what it takes.
struct GridExchange {
  let conditions: SiteConditions

  /// What a kilowatt-hour beyond the connection's limit is priced at, in EUR, so that a plan always exists (section 1).
  static let breachPrice = 10.0

  /// The name of what `site` takes from the grid.
  static func supply(of site: Site.ID) -> String { "grid \(site)" }
  /// The name of what it feeds in.
  static func offtake(of site: Site.ID) -> String { "into the grid \(site)" }

  func add(to draft: inout SystemDraft) {
    let site = conditions.site
    let horizon = draft.horizon
    let bus = draft.electricity(at: site)
    let importPrices = horizon.means(of: conditions.importPrice).map(\.eurosPerKilowattHour)
    let feedInPrices = horizon.means(of: conditions.feedInPrice).map(\.eurosPerKilowattHour)
    var importRoom = conditions.importRoom(over: horizon).map(\.kilowatts)
    var exportRoom = conditions.exportRoom(over: horizon).map(\.kilowatts)
    var circles = zip(feedInPrices, importPrices).map { $0 > $1 }
    if let margins = draft.margins, let reach = draft.reach(at: site) {
      for step in circles.indices
      where margins.invitesCircles(in: step, importPrice: importPrices[step], feedInPrice: feedInPrices[step]) {
        importRoom[step] = min(importRoom[step], reach.taken[step])
        exportRoom[step] = min(exportRoom[step], reach.given[step])
        circles[step] = importRoom[step] > 0 && exportRoom[step] > 0
      }
    }
    let (taken, given, beyond) = (Self.supply(of: site), Self.offtake(of: site), "beyond the grid \(site)")
    let emissions: Series = conditions.emissions.map { .steps(horizon.means(of: $0).map(\.kilogramsPerKilowattHour)) } ?? 0
    draft.add(Supply(taken, bus: bus, price: .steps(importPrices), max: .steps(importRoom), emissions: emissions))
    draft.add(Offtake(given, bus: bus, price: .steps(feedInPrices), max: .steps(exportRoom)))
    draft.add(
      Supply(
        beyond, bus: bus, price: .steps(importPrices.map { max(0, $0) }), emissions: emissions, penalty: Self.breachPrice))
    let beyondOrder = conditions.addLimits(to: &draft, canOverflow: draft.canOverflow(at: site), emissions: emissions)
    let excess = draft.unavoidableExcess(at: site)
    if draft.enginePower(at: site) > .zero {
      // What runs for its heat cannot always be turned down, either.
      draft.add(Offtake("refused by the grid \(site)", bus: bus, price: 0, penalty: Self.breachPrice, isGrid: false))
    } else if excess.contains(where: { $0 > 0 }) {
      draft.add(
        Offtake("refused by the grid \(site)", bus: bus, price: 0, max: .steps(excess), penalty: Self.breachPrice, isGrid: false))
    }
    for charge in conditions.peakCharges(on: [taken, beyond] + beyondOrder, over: horizon) { draft.add(charge) }
    if circles.contains(true) { draft.add(OneWayConnection("direction \(site)", supply: taken, offtake: given, steps: circles)) }
  }
}
