import EnergySystems

/// A year of monthly bills on peaks, one step a month (REopt).
///
/// What a month's peak is charged on may look back: of the import of each month a share counts. A meter between grid and house writes that
/// down: for each month it takes the counted share from a ledger, which a free flow fills; the month's charge is on that flow.
enum BillingCases {
  /// Hours of the months of a year of 8760 hours.
  static let hours = [31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map { 24 * $0 }

  static func months(
    peaks: [Double], rates: [Double], energyRate: Double = 0, share: (_ month: Int, _ of: Int) -> Double
  ) -> EnergySystem {
    let months = peaks.indices
    var system = EnergySystem(
      hours: Array(hours.prefix(peaks.count)), buses: [Bus("grid"), Bus("house")] + months.map { Bus("ledger \($0)") })
    system.supplies =
      [Supply("import", bus: "grid", price: .constant(energyRate))]
      + months.map { Supply("counted \($0)", bus: "ledger \($0)", price: 0, isGrid: false) }
    system.demands = [Demand(bus: "house", power: .steps(peaks))]
    let counted = months.map { month in
      Converter.Output("ledger \(month)", .steps(months.map { month == $0 ? -1 : -share(month, $0) }))
    }
    system.converters = [
      Converter("meter", input: "grid", modes: [.init([.init("house", 1)] + counted)], maxInput: .constant(.infinity))
    ]
    system.peakCharges = months.map { PeakCharge("peak \($0)", supplies: ["counted \($0)"], price: rates[$0]) }
    return system
  }

  /// A flat load at one rate for energy and one for power.
  static func blended() throws -> EnergySystem {
    let figures = try Figures.ofCase("reopt_billing")
    let flat = try figures["blended", "flat_load_kwh_a"] / hours.reduce(0, +)
    return months(
      peaks: [Double](repeating: flat, count: 12),
      rates: [Double](repeating: try figures["blended", "demand_rate_per_kw_month"], count: 12),
      energyRate: try figures["blended", "energy_rate"], share: { _, _ in 0 })
  }

  /// In every month three quarters of the peaks of January, April and December count, too.
  static func fixedMonths() throws -> EnergySystem {
    let figures = try Figures.ofCase("reopt_billing")
    let share = try figures["lookback_share"]
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let counting = Set(try figures.texts("lookback_months_fixed").compactMap { names.firstIndex(of: $0) })
    return months(
      peaks: try figures.numbers("monthly_peaks_kw"), rates: try figures.numbers("rate_per_kw"),
      share: { counting.contains($1) ? share : 0 })
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
    return months(peaks: [try figures["peak_kw"]] + others, rates: rates, share: { $1 < $0 ? share : 0 })
  }
}
