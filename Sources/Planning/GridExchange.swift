import CommunityModel
import LinearOptimization
import Quantities

/// The wire between a site and the public grid.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | g, x | from and into the grid, mean of the step | kW |
/// | o | from the grid beyond the limit: physics would trip the fuse, so the plan names it as a breach | kW |
/// | r | given by plants that nothing can turn down and that the connection cannot carry: a breach, too | kW |
/// | P | highest mean import of the billing period | kW |
///
///     0 <= g <= G,  0 <= x <= X,  o >= 0                                     optimizer-model, section 2
///     cost = dt (pi_imp (g + o) + 10 EUR/kWh (o + r) - pi_exp x) + pi_P (P - P_so_far),   P >= g + o    section 7 (D1)
///
/// Import and export in the same step never pay while the import price is at least the feed-in price; only where it is below,
/// a binary keeps them apart.
struct GridExchange {
  let conditions: SiteConditions

  /// What a kilowatt-hour beyond the connection's limit is priced at, in EUR, so that a plan always exists (section 1).
  static let breachPrice = 10.0

  func formulate(in formulation: inout Formulation) {
    let horizon = formulation.horizon
    let balance = Balance.electricity(conditions.site)
    let owner = formulation.model.owner(named: "grid \(conditions.site)")
    let importPrices = horizon.means(of: conditions.importPrice).map(\.eurosPerKilowattHour)
    let feedInPrices = horizon.means(of: conditions.feedInPrice).map(\.eurosPerKilowattHour)
    let importLimit = conditions.connection.importLimit.kilowatts
    let exportLimit = conditions.connection.exportLimit.kilowatts
    let excess = formulation.unavoidableExcess(at: conditions.site)
    let peak = peakVariable(in: &formulation, owner: owner)
    for step in 0..<horizon.count {
      let hours = horizon.hours(of: step)
      formulation.model.label = Label(owner: owner, step: step)
      let taken = formulation.model.addVariable(upper: importLimit, cost: importPrices[step] * hours)
      let given = formulation.model.addVariable(upper: exportLimit, cost: -feedInPrices[step] * hours)
      let beyond = formulation.model.addVariable(cost: (max(0, importPrices[step]) + Self.breachPrice) * hours)
      formulation.take(-1, taken, from: balance, step: step)
      formulation.take(1, given, from: balance, step: step)
      formulation.take(-1, beyond, from: balance, step: step)
      if excess[step] > 0 {
        let refused = formulation.model.addVariable(upper: excess[step], cost: Self.breachPrice * hours)
        formulation.take(1, refused, from: balance, step: step)
      }
      if let peak { formulation.model.addConstraint(.atLeast(0), 1 * peak, -1 * taken, -1 * beyond) }
      if feedInPrices[step] > importPrices[step] {
        let importing = formulation.model.addBinary()
        formulation.model.addConstraint(.atMost(0), 1 * taken, -importLimit * importing)
        formulation.model.addConstraint(.atMost(exportLimit), 1 * given, exportLimit * importing)
      }
    }
  }

  private func peakVariable(in formulation: inout Formulation, owner: Owner) -> Variable? {
    guard conditions.peakPrice > .zero else { return nil }
    let price = conditions.peakPrice.eurosPerKilowatt
    let before = conditions.peakSoFar.kilowatts
    formulation.model.label = Label(owner: owner)
    formulation.model.addOffset(-price * before)
    return formulation.model.addVariable(lower: before, cost: price)
  }
}
