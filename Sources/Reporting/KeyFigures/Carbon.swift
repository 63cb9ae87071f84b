public import CommunityModel
public import Quantities

/// CO2 of what a scope took from the grid: sum I_t ef_t, attributional and location-based.
///
/// Own generation counts as zero in operation; what building plants took is not in it. Exports are never subtracted. Worked example K9: 10
/// kWh at 363 g are 3.63 kg; 8 and 2 kWh at 200 and 500 g are 2.6 kg.
public struct CarbonFootprint: Hashable, Sendable {
  /// sum I_t ef_t in mWh x mg/kWh.
  private var product = Int128(0)
  /// Import without a factor.
  public private(set) var withoutFactor = Energy.zero

  /// Nothing yet.
  public init() {}

  /// Enters the import of a quarter hour; `factor` nil where nobody says.
  public mutating func enter(_ energy: Energy, factor: EmissionFactor?) {
    guard let factor else {
      withoutFactor += energy
      return
    }
    product += Int128(energy.count) * Int128(factor.count)
  }

  /// The CO2. nil where some import has no factor.
  public var mass: Mass? {
    guard withoutFactor <= .zero else { return nil }
    let half = Int128(500_000)
    return Int64(exactly: (product + (product < 0 ? -half : half)) / 1_000_000).map { Mass(count: $0) }
  }

  static func + (left: CarbonFootprint, right: CarbonFootprint) -> CarbonFootprint {
    var sum = left
    sum.product += right.product
    sum.withoutFactor += right.withoutFactor
    return sum
  }
}

extension KeyFigureFacts.MarginalCarbon {
  /// What `energy` more or less changes in the power system: an estimate, from the least to the most.
  ///
  /// A mean factor would not do: shifting by it can lower the account and raise what is emitted (arXiv 2411.06560).
  public func effect(of energy: Energy) -> ClosedRange<Mass> { (energy * factors.lowerBound)...(energy * factors.upperBound) }
}

/// What stays in a region of a year's business.
public enum RegionalValue {
  /// RVC = after-tax profits x local ownership share + net wages x local employees' share + municipal taxes + local lease and interest,
  /// the operator's stage of the value chain. Revenue is no value added. Source: Hirschl et al. 2010, IOEW.
  public static func created(by business: KeyFigureFacts.RegionalBusiness) -> Money {
    func part(_ money: Money, _ share: Fraction) -> Money {
      Money(count: scaled(money.count, by: share.count, over: Fraction.one.count))
    }
    return part(business.profit, business.localOwnership) + part(business.wages, business.localEmployees)
      + business.municipalTaxes + business.leaseAndInterest
  }
}
