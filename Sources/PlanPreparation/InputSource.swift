public import CommunityModel
public import Forecasting
public import MarketTime
public import Planning
public import Quantities

/// Where one input of a plan came from, so that the plan can say how sure it is.
public enum InputSource: Sendable, Equatable {
  /// An asset's expected power, by how many quarter hours rest on what.
  case forecast(AssetID, [Forecast.Basis: Int])
  /// A battery's content as its device told it `age` before the plan's start.
  case measuredCharge(AssetID, Fraction, age: Duration)
  /// A battery's content as the community's file says it.
  case givenCharge(AssetID, Fraction)
  /// A battery's content that nobody told: half full is assumed.
  case assumedCharge(AssetID)
  /// A tank's content that nobody told: half full is assumed.
  case assumedHeat(AssetID)
  /// A tariff's dynamic prices: for so many of the horizon's quarter hours all are known, the others repeat the day before.
  case price(Tariff.ID, known: Int, of: Int)
  /// The CO2 of a tariff that changes with time: for so many of the horizon's quarter hours it is known, the others repeat the day before.
  case emissions(Tariff.ID, known: Int, of: Int)
  /// A site without tariff: its energy costs nothing in the plan.
  case noTariff(Site.ID)
  /// A site that pays for peaks, and nobody knows its highest import of the month so far: none is taken as paid for.
  case peakUnknown(Site.ID)
  /// Holidays of these years are not listed; days are taken as ordinary ones.
  case holidaysUnknown
}

/// Why a plan cannot be made from what is known.
public enum PlanInputError: Error, Sendable, Equatable {
  /// No price is known for the horizon nor for the week before it.
  case pricesTooOld(Tariff.ID, lastKnown: QuarterHour?)
  /// An asset's power cannot be forecast.
  case noForecast(AssetID, reason: String)
  /// Data contradict each other.
  case contradiction(String)
}

extension PlanInputError: CustomStringConvertible {
  /// What is missing and what to do next.
  public var description: String {
    switch self {
    case .pricesTooOld(let tariff, let lastKnown):
      let known = lastKnown.map { "the last known is of \($0)" } ?? "the file has none"
      return "tariff \(tariff): no price for the plan's span nor the week before, \(known); bring the file of prices up to date"
    case .noForecast(let asset, let reason):
      return "asset \(asset): \(reason); give its power in a file with --forecasts"
    case .contradiction(let reason): return reason
    }
  }
}
