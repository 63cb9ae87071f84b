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

/// How members share what the community makes: recorded here, applied by the settlement.
public struct SharingAgreement: Sendable, Equatable {
  /// The rule's name in files and contracts.
  public enum Rule: String, CaseIterable, Sendable {
    /// Fixed keys; what a member cannot use is fed in.
    case `static`
    /// In proportion to what each uses in the quarter hour.
    case dynamic
    /// The same key for all.
    case equal
  }

  /// The rule agreed on; nil where only exchange is agreed.
  public let rule: Rule?
  /// For the static rule: each member's key; together at most 1.
  public let keys: [Member.ID: Fraction]
  /// What is paid for a kilowatt-hour that one site feeds in and another takes in the same quarter hour: network charge, levies; nil where
  /// sites do not exchange.
  public let exchangeCharge: EnergyPrice?

  /// An agreement; `keys` is empty for rules without keys.
  public init(rule: Rule?, keys: [Member.ID: Fraction] = [:], exchangeCharge: EnergyPrice? = nil) {
    self.rule = rule
    self.keys = keys
    self.exchangeCharge = exchangeCharge
  }
}
