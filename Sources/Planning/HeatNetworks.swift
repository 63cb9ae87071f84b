public import CommunityModel
public import MarketTime
public import Quantities

/// A heat network over the horizon: a tree of pipes between sites, or one place where all its heat meets.
///
/// Temperatures are data of each step, so that heat flows are linear and losses are a demand that does not depend on what flows
/// (optimizer-model, section 10, H1).
public struct HeatNetworkConditions: Sendable, Equatable {
  /// The network.
  public let network: HeatNetwork.ID
  /// What it carries; in a cold network all that is called heat here is cold.
  public let carries: HeatNetwork.Carried
  /// Its pipes; none where all its heat meets in one place.
  public let pipes: [HeatPipe]
  /// What it loses on the way besides the losses of its pipes, zero or positive.
  public let loss: TimeSeries<Power>
  /// Whether heat that is too much may be got rid of: over a cooler.
  public let canDump: Bool

  /// Conditions; see the properties.
  public init(
    network: HeatNetwork.ID, carries: HeatNetwork.Carried = .heat, pipes: [HeatPipe] = [], loss: TimeSeries<Power>,
    canDump: Bool = false
  ) {
    self.network = network
    self.carries = carries
    self.pipes = pipes
    self.loss = loss
    self.canDump = canDump
  }

  /// What a kilowatt-hour of heat that is missing or too much is priced at, in EUR, so that a plan always exists (section 1).
  static let breachPrice = 3.0
}

/// A pipe of a heat network, both lines, seen from the side that feeds it.
public struct HeatPipe: Sendable, Equatable {
  /// Names a pipe.
  public typealias ID = Identifier<HeatPipe>

  /// Its short name.
  public let id: ID
  /// The site where heat enters it.
  public let from: Site.ID
  /// The site where heat leaves it.
  public let to: Site.ID
  /// The most heat that enters it; nil for no limit.
  public let capacity: Power?
  /// What it loses in each quarter hour, whatever flows; zero or positive.
  public let loss: TimeSeries<Power>
  /// Power that its pump takes at `from` in each quarter hour, as a share of the heat that enters it; nil for none.
  public let pumpShare: TimeSeries<Fraction>?

  /// A pipe; see the properties.
  public init(
    id: ID, from: Site.ID, to: Site.ID, capacity: Power? = nil, loss: TimeSeries<Power>, pumpShare: TimeSeries<Fraction>?
  ) {
    self.id = id
    self.from = from
    self.to = to
    self.capacity = capacity
    self.loss = loss
    self.pumpShare = pumpShare
  }

  /// A pipe whose pump always takes the same share; see the properties.
  public init(
    id: ID, from: Site.ID, to: Site.ID, capacity: Power? = nil, loss: TimeSeries<Power>, pumpShare: Fraction = .zero
  ) {
    self.init(
      id: id, from: from, to: to, capacity: capacity, loss: loss,
      pumpShare: pumpShare > .zero ? TimeSeries(repeating: pumpShare, over: loss.span) : nil)
  }

  /// What `metres` of pipe lose, flow and return line together: `u L ((Ts - Tg) + (Tr - Tg))`, of cold the reverse, never below zero.
  ///
  /// - Parameter milliwattsPerMetreKelvin: u, of one line.
  public static func loss(
    milliwattsPerMetreKelvin: Int64, metres: Int64, flow: Temperature, return back: Temperature, ground: Temperature,
    of carried: HeatNetwork.Carried = .heat
  ) -> Power {
    let above = Int128((flow - ground).count) + Int128((back - ground).count)
    let kelvin = carried == .cold ? -above : above
    // Thousandths of a kelvin.
    return max(.zero, Power(count: Int64(Int128(milliwattsPerMetreKelvin) * Int128(metres) * kelvin / 1000)))
  }
}

/// A heat exchanger through which one network feeds another.
public struct HeatTransfer: Sendable, Equatable {
  /// Names a transfer.
  public typealias ID = Identifier<HeatTransfer>

  /// Its short name.
  public let id: ID
  /// The network that gives, the hotter one.
  public let from: HeatNetwork.ID
  /// The network that takes.
  public let to: HeatNetwork.ID
  /// Where it stands.
  public let site: Site.ID
  /// The most heat that passes.
  public let capacity: Power

  /// A transfer; see the properties.
  public init(id: ID, from: HeatNetwork.ID, to: HeatNetwork.ID, site: Site.ID, capacity: Power) {
    self.id = id
    self.from = from
    self.to = to
    self.site = site
    self.capacity = capacity
  }
}

/// Heat that an asset takes from a network (positive) or gives to it (negative) in each step.
public struct HeatFlow: Sendable, Equatable {
  /// The network.
  public let network: HeatNetwork.ID
  /// Mean of each step.
  public let power: [Power]

  /// A flow; see the properties.
  public init(network: HeatNetwork.ID, power: [Power]) {
    self.network = network
    self.power = power
  }
}
