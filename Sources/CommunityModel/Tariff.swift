public import Quantities

/// What energy from and to the public grid costs at a site.
///
/// A fact about the community that planning and settlement both read; what a month comes to is settlement's work.
public struct Tariff: Sendable, Equatable {
  /// The tariff's short name.
  public typealias ID = Identifier<Tariff>

  /// The price of a kilowatt-hour.
  public enum Price: Sendable, Equatable {
    /// The same at all times.
    case fixed(EnergyPrice)
    /// A price that changes with time, read from `file`, and a part on top that does not.
    case dynamic(file: String, plus: EnergyPrice)
  }

  /// The CO2 of a kilowatt-hour.
  public enum Emissions: Sendable, Equatable {
    /// The same at all times.
    case fixed(EmissionFactor)
    /// CO2 that changes with time, read from `file`.
    case dynamic(file: String)
  }

  /// Its short name.
  public let id: ID
  /// What is paid for a kilowatt-hour from the grid.
  public let importPrice: Price
  /// What is earned for a kilowatt-hour into the grid; may be negative.
  public let feedInPrice: Price
  /// What is paid for the highest quarter-hour mean power from the grid of a local month; zero for most.
  public let peakPrice: PowerPrice
  /// What earlier months' peaks count for in a month; nil where each month begins anew.
  public let peakLookback: PeakLookback?
  /// What a kilowatt-hour from the grid costs more at times of the day.
  public let importWindows: [PriceWindow]
  /// The CO2 of power from the grid; nil where nobody says.
  public let emissions: Emissions?

  /// A tariff; see the properties.
  public init(
    id: ID, importPrice: Price, feedInPrice: Price, peakPrice: PowerPrice = .zero, peakLookback: PeakLookback? = nil,
    importWindows: [PriceWindow] = [], emissions: Emissions? = nil
  ) {
    self.id = id
    self.importPrice = importPrice
    self.feedInPrice = feedInPrice
    self.peakPrice = peakPrice
    self.peakLookback = peakLookback
    self.importWindows = importWindows
    self.emissions = emissions
  }
}
