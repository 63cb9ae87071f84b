public import CommunityModel
public import MarketTime
public import Quantities

/// What the public grid offers a site over the horizon: limits and prices.
public struct SiteConditions: Sendable, Equatable {
  /// The site.
  public let site: Site.ID
  /// What its wire carries.
  public let connection: GridConnection
  /// What a kilowatt-hour from the grid costs.
  public let importPrice: TimeSeries<EnergyPrice>
  /// What a kilowatt-hour into the grid earns; negative is paid.
  public let feedInPrice: TimeSeries<EnergyPrice>
  /// What each kilowatt of the highest mean import of a step costs beyond `peakSoFar`.
  public let peakPrice: PowerPrice
  /// The highest mean import of the billing period before the horizon: it is paid for already.
  public let peakSoFar: Power
  /// The billing periods of peaks that the horizon touches, in order; empty where all of it is one, with `peakSoFar` paid for.
  public let peakPeriods: [PeakPeriod]
  /// What is allowed beyond the connection's limits; nil where nothing is ordered.
  public let limits: GridLimits?
  /// The CO2 of a kilowatt-hour from the grid; nil where nobody says.
  public let emissions: TimeSeries<EmissionFactor>?

  /// Conditions; see the properties.
  public init(
    site: Site.ID, connection: GridConnection, importPrice: TimeSeries<EnergyPrice>, feedInPrice: TimeSeries<EnergyPrice>,
    peakPrice: PowerPrice = .zero, peakSoFar: Power = .zero, peakPeriods: [PeakPeriod] = [],
    limits: GridLimits? = nil, emissions: TimeSeries<EmissionFactor>? = nil
  ) {
    self.site = site
    self.connection = connection
    self.importPrice = importPrice
    self.feedInPrice = feedInPrice
    self.peakPrice = peakPrice
    self.peakSoFar = peakSoFar
    self.peakPeriods = peakPeriods
    self.limits = limits
    self.emissions = emissions
  }
}
