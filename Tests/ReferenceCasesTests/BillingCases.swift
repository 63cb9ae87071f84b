import EnergySystems

/// A year of monthly bills on peaks, one step a month (REopt).
enum BillingCases {
  /// Hours of the months of a year of 8760 hours.
  static let hours = [31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map { 24 * $0 }

  /// In every month at least `share` of the peak of each of `counting` other months is billed, told of the month.
  static func months(
    peaks: [Double], rates: [Double], energyRate: Double = 0, share: Double = 0, counting: (_ month: Int) -> [Int] = { _ in [] }
  ) -> EnergySystem {
    var system = EnergySystem(hours: Array(hours.prefix(peaks.count)), buses: [Bus("house")])
    system.supplies = [Supply("import", bus: "house", price: .constant(energyRate))]
    system.demands = [Demand(bus: "house", power: .steps(peaks))]
    system.peakCharges = peaks.indices.map { month in
      PeakCharge(
        "peak \(month)", supplies: ["import"], price: rates[month], steps: [month],
        lookBack: .init(share: share, steps: counting(month)))
    }
    return system
  }

  /// A flat load at one rate for energy and one for power.
  static func blended() throws -> EnergySystem {
    let figures = try Figures.ofCase("reopt_billing")
    let flat = try figures["blended", "flat_load_kwh_a"] / hours.reduce(0, +)
    return months(
      peaks: [Double](repeating: flat, count: 12),
      rates: [Double](repeating: try figures["blended", "demand_rate_per_kw_month"], count: 12),
      energyRate: try figures["blended", "energy_rate"])
  }

  /// In every month three quarters of the peaks of January, April and December count, too.
  static func fixedMonths() throws -> EnergySystem {
    let figures = try Figures.ofCase("reopt_billing")
    let share = try figures["lookback_share"]
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let counting = try figures.texts("lookback_months_fixed").compactMap { names.firstIndex(of: $0) }
    return months(
      peaks: try figures.numbers("monthly_peaks_kw"), rates: try figures.numbers("rate_per_kw"),
      share: share, counting: { _ in counting })
  }

  /// After a high January 35 % of it count for the rest of the year; five months besides are cold, six are warm.
  static func oneHighMonth() throws -> EnergySystem {
    let figures = try Figures.ofCase("reopt_billing").member("simple")
    let share = try figures["lookback_share"]
    let cold = Int(try figures["cold_months_besides_january"])
    let warm = Int(try figures["warm_months"])
    let others = [Double](repeating: try figures["other_months_kw"], count: cold + warm)
    let rates =
      [Double](repeating: try figures["rate_cold"], count: 1 + cold)
      + [Double](repeating: try figures["rate_warm"], count: warm)
    return months(peaks: [try figures["peak_kw"]] + others, rates: rates, share: share, counting: { Array(0..<$0) })
  }
}
