public import Quantities

/// A network of pipes that carries heat, or cold, to sites.
///
/// Cold is heat that is taken away: in a cold network all flows are of cold, its water comes back warmer, and what it loses is cold.
public struct HeatNetwork: Sendable, Equatable {
  /// What a network carries.
  public enum Carried: String, Sendable {
    /// Hot water.
    case heat
    /// Cold water.
    case cold
  }

  /// The network's short name.
  public typealias ID = Identifier<HeatNetwork>

  /// Its short name.
  public let id: ID
  /// Its name as people say it.
  public let name: String
  /// What it carries.
  public let carries: Carried
  /// The sites that it supplies.
  public let sites: [Site.ID]
  /// How hot its water is on the way out; with a heating curve the hottest that it gets.
  public let flowTemperature: Temperature
  /// How that depends on the temperature outside; nil where it is the same at all times.
  public let heatingCurve: HeatingCurve?
  /// How hot it is on the way back; with a curve of its own the hottest that it gets.
  public let returnTemperature: Temperature
  /// How that depends on the temperature outside; nil where it is the same at all times.
  public let returnCurve: HeatingCurve?
  /// How warm the ground around its pipes is.
  public let groundTemperature: Temperature
  /// What it loses besides the losses of the pipes that are listed, zero or positive.
  public let heatLoss: Power
  /// Whether heat that is too much can be got rid of over a cooler.
  public let hasCooler: Bool
  /// Its pipes; none where all its heat meets in one place.
  public let pipes: [Pipe]
  /// Where it feeds other networks.
  public let links: [Link]

  /// A pipe between two sites, flow and return line.
  public struct Pipe: Sendable, Equatable {
    /// Its short name.
    public let id: String
    /// The site where heat enters it.
    public let from: Site.ID
    /// The site where heat leaves it.
    public let to: Site.ID
    /// How long it is.
    public let length: Length
    /// Its inner diameter; nil where that is not known, and the flow does not count for its losses and its pump.
    public let diameter: Length?
    /// What each of its lines loses.
    public let lossFactor: PipeLossFactor
    /// The most heat that enters it; nil for no limit.
    public let capacity: Power?
    /// Power that its pump takes, as a share of the heat that enters it.
    public let pumpShare: Fraction

    /// A pipe; see the properties.
    public init(
      id: String, from: Site.ID, to: Site.ID, length: Length, lossFactor: PipeLossFactor, capacity: Power?, pumpShare: Fraction,
      diameter: Length? = nil
    ) {
      self.id = id
      self.from = from
      self.to = to
      self.length = length
      self.diameter = diameter
      self.lossFactor = lossFactor
      self.capacity = capacity
      self.pumpShare = pumpShare
    }
  }

  /// A heat exchanger through which the network feeds another.
  public struct Link: Sendable, Equatable {
    /// Its short name.
    public let id: String
    /// The network that takes.
    public let to: HeatNetwork.ID
    /// Where it stands.
    public let site: Site.ID
    /// The most heat that passes.
    public let capacity: Power

    /// A link; see the properties.
    public init(id: String, to: HeatNetwork.ID, site: Site.ID, capacity: Power) {
      self.id = id
      self.to = to
      self.site = site
      self.capacity = capacity
    }
  }

  /// 75 degC.
  public static let usualFlow = Temperature(count: 75_000)
  /// 45 degC.
  public static let usualReturn = Temperature(count: 45_000)
  /// 6 degC.
  public static let usualColdFlow = Temperature(count: 6000)
  /// 12 degC.
  public static let usualColdReturn = Temperature(count: 12_000)
  /// 10 degC.
  public static let usualGround = Temperature(count: 10_000)

  /// A heat network; see the properties.
  public init(
    id: ID, name: String, carries: Carried = .heat, sites: [Site.ID], flowTemperature: Temperature = usualFlow,
    returnTemperature: Temperature = usualReturn, groundTemperature: Temperature = usualGround, heatLoss: Power = .zero,
    hasCooler: Bool = false, pipes: [Pipe] = [], links: [Link] = [], heatingCurve: HeatingCurve? = nil,
    returnCurve: HeatingCurve? = nil
  ) {
    self.id = id
    self.name = name
    self.carries = carries
    self.sites = sites
    self.flowTemperature = heatingCurve?.range.upperBound ?? flowTemperature
    self.heatingCurve = heatingCurve
    self.returnTemperature = returnCurve?.range.upperBound ?? returnTemperature
    self.returnCurve = returnCurve
    self.groundTemperature = groundTemperature
    self.heatLoss = heatLoss
    self.hasCooler = hasCooler
    self.pipes = pipes
    self.links = links
  }
}
