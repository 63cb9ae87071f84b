public import CommunityModel
public import Quantities

/// Why a plan does what it does with one asset, or at one connection, in neighbouring steps: what was weighed against what.
public struct Explanation: Sendable, Equatable {
  /// What is explained.
  public enum Subject: Sendable, Hashable {
    /// What an asset does.
    case asset(AssetID, AssetSchedule.Role)
    /// What a site takes from the grid.
    case connection(Site.ID)
  }

  /// What is explained.
  public let subject: Subject
  /// The steps.
  public let steps: Range<Int>
  /// What flows in them: power of a battery, a car or a heat pump's heat; of a plant what it does not give. Zero or positive.
  public let energy: Energy
  /// Why.
  public let reason: Reason
  /// What that is worth, roughly: for the order, not for print.
  public let weight: Money
  /// What can be wanted instead; nil for nothing.
  public let overruling: Overruling?
  /// What that would cost; nil where nothing can be wanted, or nobody asked.
  public var price: Overruling.Price?

  /// Where a kilowatt-hour's price comes from.
  public enum PowerSource: Sendable, Equatable {
    /// It is bought, or saves buying.
    case grid
    /// It would be fed in.
    case feedIn
    /// Its worth is what it can do at another time or for heat.
    case elsewhere
  }

  /// Why; prices are marginal ones, of a kilowatt-hour.
  public enum Reason: Sendable, Equatable {
    /// A store takes at `price` and gives again from step `until` on at `later`.
    case takes(price: EnergyPrice, PowerSource, later: EnergyPrice, until: Int, back: Fraction)
    /// A store takes at `price` what counts `worth` at the plan's end.
    case keeps(price: EnergyPrice, PowerSource, worth: EnergyPrice)
    /// A store gives at `price` what it took at `before`; nil where it had it at the start.
    case gives(price: EnergyPrice, PowerSource, before: EnergyPrice?)
    /// A source of heat runs at `cost`; `next` would give it instead, nil where nothing could. `power` is what its power costs.
    case heats(cost: EnergyPrice, power: EnergyPrice?, next: HeatOffer?)
    /// A source of heat runs although its heat costs more than it is `worth`: its rules of running want it.
    case isKeptOn(cost: EnergyPrice, worth: EnergyPrice)
    /// A source of heat rests: its heat would cost more than it is `worth`.
    case rests(cost: EnergyPrice, worth: EnergyPrice)
    /// A source of heat rests although its heat would cost no more: its rules of running or a start's cost forbid it.
    case isKeptOff(cost: EnergyPrice, worth: EnergyPrice)
    /// A fuel is made of power at `price`; a kilowatt-hour of it counts `fuel` then.
    case makesFuel(price: EnergyPrice, PowerSource, fuel: EnergyPrice)
    /// Power at `price` is made of a fuel; a kilowatt-hour of that counts `fuel` then.
    case usesFuel(price: EnergyPrice, PowerSource, fuel: EnergyPrice)
    /// Use is placed where power costs `price`; in its window it costs from `least` to `most`.
    case placed(price: EnergyPrice, least: EnergyPrice, most: EnergyPrice)
    /// A plant is turned down: its site feeds in all that its connection carries.
    case connectionIsFull(Power)
    /// A plant is turned down: feeding in costs so much.
    case feedInCosts(EnergyPrice)
    /// A plant is turned down: nobody takes its power.
    case nobodyTakes
    /// Import is held at what the connection carries; a kilowatt more of it would save so much.
    case heldByConnection(Power, worth: Money)
    /// Import is held at the highest power that is paid for; a kilowatt more costs so much.
    case heldByPeak(Power, price: PowerPrice)
  }

  /// A source of heat and what a kilowatt-hour of it costs.
  public struct HeatOffer: Sendable, Equatable {
    /// The source.
    public let asset: AssetID
    /// Its price.
    public let cost: EnergyPrice
  }
}
