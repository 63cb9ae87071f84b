public import Quantities

/// What no meter tells and key figures need: factors with their year and origin, and what stays in the region.
public struct KeyFigureFacts: Sendable, Equatable {
  /// CO2 of a kilowatt-hour, of which year and by whom.
  public struct CarbonFactor: Sendable, Equatable {
    /// The mean over the year.
    public let factor: EmissionFactor
    /// Of which year it is.
    public let year: Int
    /// Who says so, and what is counted.
    public let source: String

    /// A factor; see the properties.
    public init(factor: EmissionFactor, year: Int, source: String) {
      self.factor = factor
      self.year = year
      self.source = source
    }
  }

  /// CO2 of the power station that a kilowatt-hour more or less comes from: an estimate, so a range.
  public struct MarginalCarbon: Sendable, Equatable {
    /// From the least to the most that it is estimated at.
    public let factors: ClosedRange<EmissionFactor>
    /// Of which year it is.
    public let year: Int
    /// Who says so.
    public let source: String

    /// An estimate; see the properties.
    public init(factors: ClosedRange<EmissionFactor>, year: Int, source: String) {
      self.factors = factors
      self.year = year
      self.source = source
    }
  }

  /// What of a year's business stays in a region; see `RegionalValue`.
  public struct RegionalBusiness: Sendable, Equatable {
    /// Which region: where its border is.
    public let region: String
    /// Which year.
    public let year: Int
    /// What owners earned, taxes deducted.
    public let profit: Money
    /// Which part of the shares people of the region hold.
    public let localOwnership: Fraction
    /// What was paid to employees, taxes and contributions deducted.
    public let wages: Money
    /// Which part of it went to people of the region.
    public let localEmployees: Fraction
    /// Trade tax without what is passed on, and the municipality's part of income tax.
    public let municipalTaxes: Money
    /// Lease and interest paid to people and bodies of the region.
    public let leaseAndInterest: Money

    /// A year's business; see the properties.
    public init(
      region: String, year: Int, profit: Money = .zero, localOwnership: Fraction = .zero, wages: Money = .zero,
      localEmployees: Fraction = .zero, municipalTaxes: Money = .zero, leaseAndInterest: Money = .zero
    ) {
      self.region = region
      self.year = year
      self.profit = profit
      self.localOwnership = localOwnership
      self.wages = wages
      self.localEmployees = localEmployees
      self.municipalTaxes = municipalTaxes
      self.leaseAndInterest = leaseAndInterest
    }
  }

  /// CO2 of power from the grid, where a site's tariff says nothing; nil for that of the country.
  public var gridCarbon: CarbonFactor?
  /// nil where nobody estimates it.
  public var marginalCarbon: MarginalCarbon?
  /// The renewable share of the country's power in the year before, as WPG section 3 wants it; nil where nobody says.
  public var gridRenewableShare: Fraction?
  /// nil where nobody says.
  public var business: RegionalBusiness?

  /// Facts; see the properties.
  public init(
    gridCarbon: CarbonFactor? = nil, marginalCarbon: MarginalCarbon? = nil, gridRenewableShare: Fraction? = nil,
    business: RegionalBusiness? = nil
  ) {
    self.gridCarbon = gridCarbon
    self.marginalCarbon = marginalCarbon
    self.gridRenewableShare = gridRenewableShare
    self.business = business
  }
}
