public import CommunityModel
public import MarketTime
public import Planning
public import Quantities

/// What a report knows of a community besides its meters.
public struct ReportKnowledge: Sendable {
  /// What uses, makes or stores energy.
  public var assets: [AssetDescription]
  /// What is burnt.
  public var fuels: [Fuel]
  /// What was agreed to be paid; nil where there is no `tariffs.yaml`.
  public var prices: AgreedPrices?
  /// The price curves that tariffs and agreed prices name, by file.
  public var curves: [String: TimeSeries<EnergyPrice?>]
  /// The CO2 of power that tariffs name, by file.
  public var emissions: [String: TimeSeries<EmissionFactor?>]
  /// CO2 of power from the grid where the community says nothing: the country's.
  public var countryCarbon: KeyFigureFacts.CarbonFactor?
  /// Whether a day is a public holiday.
  public var isHoliday: @Sendable (LocalDay) -> Bool

  /// Knowledge; see the properties.
  public init(
    assets: [AssetDescription] = [], fuels: [Fuel] = [], prices: AgreedPrices? = nil,
    curves: [String: TimeSeries<EnergyPrice?>] = [:], emissions: [String: TimeSeries<EmissionFactor?>] = [:],
    countryCarbon: KeyFigureFacts.CarbonFactor? = nil, isHoliday: @escaping @Sendable (LocalDay) -> Bool = { _ in false }
  ) {
    self.assets = assets
    self.fuels = fuels
    self.prices = prices
    self.curves = curves
    self.emissions = emissions
    self.countryCarbon = countryCarbon
    self.isHoliday = isHoliday
  }
}

/// What meters counted over a span: electricity, heat, and how warm tanks and the air were.
public struct ReportEnergies: Sendable {
  /// Electricity.
  public var electricity: MeteredEnergies
  /// Heat, by the metering point that counts it.
  public var heat: [MeteringPoint.ID: TimeSeries<IntervalEnergy>]
  /// The mean temperature of each tank's water, by its metering point; nil where not known.
  public var tanks: [MeteringPoint.ID: TimeSeries<Temperature?>]
  /// The temperature outside; nil where not known.
  public var outdoor: TimeSeries<Temperature?>?

  /// Energies; see the properties.
  public init(
    electricity: MeteredEnergies, heat: [MeteringPoint.ID: TimeSeries<IntervalEnergy>] = [:],
    tanks: [MeteringPoint.ID: TimeSeries<Temperature?>] = [:], outdoor: TimeSeries<Temperature?>? = nil
  ) {
    self.electricity = electricity
    self.heat = heat
    self.tanks = tanks
    self.outdoor = outdoor
  }

  /// The quarter hours.
  public var span: Range<QuarterHour> { electricity.span }
}
