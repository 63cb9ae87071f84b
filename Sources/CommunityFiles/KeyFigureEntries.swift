import CommunityModel
import Quantities
import Yams

/// `key_figures`: what no meter tells and reports need.
extension CommunityReader {
  private static let factors = EmissionFactor.zero...EmissionFactor(count: 10_000_000)
  private static let years = 1990...2100
  private static let amounts = Money(euros: -1e9)...Money(euros: 1e9)

  func keyFigureFacts(_ fields: Fields) -> KeyFigureFacts {
    defer { fields.finish() }
    return KeyFigureFacts(
      gridCarbon: fields.fields("grid_co2").flatMap { carbonFactor($0) },
      marginalCarbon: fields.fields("marginal_co2").flatMap { marginalCarbon($0) },
      gridRenewableShare: fields.optionalQuantity("grid_renewable_share", in: Fraction.zero...Fraction.one, like: "54.4 %"),
      business: fields.fields("regional_value").flatMap { business($0) })
  }

  private func carbonFactor(_ fields: Fields) -> KeyFigureFacts.CarbonFactor? {
    defer { fields.finish() }
    let factor = fields.quantity("factor", as: EmissionFactor.self, in: Self.factors, like: "363 g/kWh")
    let year = fields.integer("year", in: Self.years)
    let source = fields.text("source", expected: "who says so, and what is counted")
    guard let factor, let year, let source else { return nil }
    return KeyFigureFacts.CarbonFactor(factor: factor, year: year, source: source)
  }

  private func marginalCarbon(_ fields: Fields) -> KeyFigureFacts.MarginalCarbon? {
    defer { fields.finish() }
    let least = fields.quantity("least", as: EmissionFactor.self, in: Self.factors, like: "400 g/kWh")
    let most = fields.quantity("most", as: EmissionFactor.self, in: Self.factors, like: "900 g/kWh")
    let year = fields.integer("year", in: Self.years)
    let source = fields.text("source", expected: "who estimates it")
    guard let least, let most, let year, let source else { return nil }
    guard least <= most else {
      problems.add("'least' is above 'most'; swap them", at: fields.place(of: "least"))
      return nil
    }
    return KeyFigureFacts.MarginalCarbon(factors: least...most, year: year, source: source)
  }

  private func business(_ fields: Fields) -> KeyFigureFacts.RegionalBusiness? {
    defer { fields.finish() }
    func amount(_ key: String) -> Money { fields.optionalQuantity(key, in: Self.amounts, like: "12000 EUR") ?? .zero }
    func share(_ key: String, of part: String) -> Fraction? {
      let share = fields.optionalQuantity(key, in: Fraction.zero...Fraction.one, like: "80 %")
      if share == nil, fields.has(part) {
        problems.add("'\(part)' needs '\(key)', such as 80 %", at: fields.place(of: part))
      }
      return share
    }
    let region = fields.text("region", expected: "where the region's border is")
    let year = fields.integer("year", in: Self.years)
    let ownership = share("local_ownership", of: "profit")
    let employees = share("local_employees", of: "wages")
    guard let region, let year else { return nil }
    return KeyFigureFacts.RegionalBusiness(
      region: region, year: year, profit: amount("profit"), localOwnership: ownership ?? .zero, wages: amount("wages"),
      localEmployees: employees ?? .zero, municipalTaxes: amount("municipal_taxes"),
      leaseAndInterest: amount("lease_and_interest"))
  }
}
