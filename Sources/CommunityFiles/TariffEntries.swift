import CommunityModel
import Quantities
import Yams

extension CommunityReader {
  /// A tariff: what energy from and to the grid costs.
  mutating func tariff(_ fields: Fields) -> Tariff? {
    let id: Tariff.ID? = fields.identifier("id")
    let imports = fields.required("import", expected: "`{price: 31.2 ct/kWh}` or `{prices: FILE.csv, plus: 18 ct/kWh}`")
      .map { Fields($0, subject: "import of \(fields.subject)", problems: problems) }
    let windows = imports.map { $0.priceWindows() } ?? []
    let importPrice = imports.flatMap { price($0) }
    let feedIn = fields.fields("feed_in").map { price($0) } ?? .fixed(.zero)
    let peakPrice = fields.optionalQuantity(
      "peak_price", as: PowerPrice.self, in: .zero...PowerPrice(count: 1_000_000_000), like: "8 EUR/kW")
    let emissions = emissions(fields)
    let lookback = fields.fields("peak_lookback").flatMap { peakLookback($0) }
    if fields.has("peak_lookback"), !fields.has("peak_price") {
      problems.add("'peak_lookback' only goes with 'peak_price'", at: fields.place(of: "peak_lookback"))
    }
    guard let id, let importPrice, let feedIn else { return nil }
    return Tariff(
      id: id, importPrice: importPrice, feedInPrice: feedIn, peakPrice: peakPrice ?? .zero, peakLookback: lookback,
      importWindows: windows, emissions: emissions)
  }

  /// The CO2 of power from the grid: a factor, or the name of a file of them.
  private func emissions(_ fields: Fields) -> Tariff.Emissions? {
    guard case .mapping = fields.node("co2") else {
      let range = EmissionFactor.zero...EmissionFactor(count: 10_000_000)
      return fields.optionalQuantity("co2", in: range, like: "380 g/kWh").map { .fixed($0) }
    }
    guard let byTime = fields.fields("co2") else { return nil }
    defer { byTime.finish() }
    return byTime.fileBeside("values").map { .dynamic(file: $0) }
  }

  private func peakLookback(_ fields: Fields) -> PeakLookback? {
    defer { fields.finish() }
    let share = fields.quantity("share", in: Fraction.zero...Fraction.one, like: "80 %")
    let months = fields.integer("months", in: 1...24)
    return share.flatMap { share in months.map { PeakLookback(share: share, months: $0) } }
  }

  private func price(_ fields: Fields) -> Tariff.Price? {
    defer { fields.finish() }
    let range = EnergyPrice(count: -10_000_000)...EnergyPrice(count: 10_000_000)
    if fields.has("prices") {
      let file = fields.fileBeside("prices")
      let plus = fields.optionalQuantity("plus", in: range, like: "18 ct/kWh") ?? .zero
      if fields.has("price") {
        problems.add("\(fields.subject) has both 'price' and 'prices'; keep one", at: fields.place(of: "price"))
      }
      return file.map { .dynamic(file: $0, plus: plus) }
    }
    if fields.has("plus") {
      problems.add("'plus' only goes with 'prices'; add it to 'price' instead", at: fields.place(of: "plus"))
    }
    return fields.quantity("price", in: range, like: "31.2 ct/kWh").map { .fixed($0) }
  }
}
