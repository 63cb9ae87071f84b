import CommunityModel
import Quantities
import Yams

extension CommunityReader {
  /// A tariff: what energy from and to the grid costs.
  mutating func tariff(_ fields: Fields) -> Tariff? {
    let id: Tariff.ID? = fields.identifier("id")
    let importPrice = fields.required("import", expected: "`{price: 31.2 ct/kWh}` or `{prices: FILE.csv, plus: 18 ct/kWh}`")
      .flatMap { price(Fields($0, subject: "import of \(fields.subject)", problems: problems)) }
    let feedIn = fields.fields("feed_in").map { price($0) } ?? .fixed(.zero)
    let peakPrice = fields.optionalQuantity(
      "peak_price", as: PowerPrice.self, in: .zero...PowerPrice(count: 1_000_000_000), like: "8 EUR/kW")
    let emissions = emissions(fields)
    guard let id, let importPrice, let feedIn else { return nil }
    return Tariff(
      id: id, importPrice: importPrice, feedInPrice: feedIn, peakPrice: peakPrice ?? .zero, emissions: emissions)
  }

  /// The CO2 of power from the grid: a factor, or the name of a file of them.
  private func emissions(_ fields: Fields) -> Tariff.Emissions? {
    guard case .mapping = fields.node("co2") else {
      let range = EmissionFactor.zero...EmissionFactor(count: 10_000_000)
      return fields.optionalQuantity("co2", in: range, like: "380 g/kWh").map { .fixed($0) }
    }
    guard let byTime = fields.fields("co2") else { return nil }
    defer { byTime.finish() }
    return seriesFile("values", byTime).map { .dynamic(file: $0) }
  }

  private func price(_ fields: Fields) -> Tariff.Price? {
    defer { fields.finish() }
    let range = EnergyPrice(count: -10_000_000)...EnergyPrice(count: 10_000_000)
    if fields.has("prices") {
      let file = seriesFile("prices", fields)
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

  /// The name of a CSV file beside or below this one.
  private func seriesFile(_ key: String, _ fields: Fields) -> String? {
    guard let file = fields.text(key) else { return nil }
    guard file.hasPrefix("/") || file.contains("://") || file.split(separator: "/").contains("..") else { return file }
    problems.add(
      "'\(key)' is '\(file)': name a CSV file beside or below this file, without '..' and no absolute path",
      at: fields.node(key)?.mark)
    return nil
  }
}
