import Console
import MarketTime
import Planning
import Quantities

extension PlanReport {
  /// The row of a CSV for what `site` exchanges in a step; none where sites do not.
  ///
  /// Its cost is what comes on top of the grid's row, mostly negative: together they are what the site pays.
  ///
  /// - Parameter factor: CO2 of a kilowatt-hour from the grid, which what other sites give does not have; nil where nobody says.
  func sharedRow(_ site: SiteSchedule, _ step: Int, _ head: String, factor: EmissionFactor?) -> [String] {
    guard !site.shared.isEmpty else { return [] }
    let energy = site.shared[step].energy(over: plan.horizon.duration(of: step))
    return [
      "\(head),shared,shared,\(decimalText(site.shared[step].count, digits: 6)),\(decimalText(energy.count, digits: 6)),,,"
        + "\(decimalText(site.sharedCosts[step].count, digits: 6)),,,"
        + (factor.map { decimalText(-(max(.zero, energy) * $0).count, digits: 6) } ?? "")
    ]
  }
}
