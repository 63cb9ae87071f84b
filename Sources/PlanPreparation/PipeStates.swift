import CommunityModel
import EnergySystems
import Glibc
import MarketTime
import Planning
import Quantities

/// What the pipes of a heat network lose and what its pump takes in each quarter hour, from their dimensions, the temperatures and what
/// is wanted of them then.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | m | mass flow of a consumer | kg/s |
/// | q | what the consumer wants, data | W |
/// | Ts, Tr | flow and return, data | degC |
/// | u, L | what a line of the last pipe to it loses, its length | W/(m K), m |
///
///     m = q / (c |Ts - Tr|), but at least 3 u L |Ts - Tg| / (c |Ts - Tr|)
///
/// The least is what bypasses let through, so that water is not spoilt before it arrives: on its last way it loses no more than a third of
/// what consumers take. Losses and pump: `PipeTree`, all heat coming from where the tree begins. The pump is there, too.
struct PipeStates {
  /// Of each pipe, in the order of the network.
  let losses: [TimeSeries<Power>]
  /// Of each pipe that begins at the source: power of the pump for each unit that enters it.
  let pumpShares: [TimeSeries<Fraction>?]

  /// Share of the pump's power that moves water.
  private static let pumpEfficiency = 0.6

  /// The states of `network` at `temperatures` that serve `loads`; nil where not all diameters are known.
  init?(of network: HeatNetwork, at temperatures: NetworkTemperatures, serving loads: [HeatLoad]) {
    let diameters = network.pipes.compactMap(\.diameter)
    guard !diameters.isEmpty, diameters.count == network.pipes.count else { return nil }
    let span = temperatures.flow.span
    let trees = network.sources.map { Tree(of: network, from: $0) }
    var losses = network.pipes.map { _ in [Power]() }
    var pumps = network.pipes.map { _ in [Fraction]() }
    for quarter in span {
      guard let water = temperatures.state(at: quarter) else { return nil }
      for tree in trees {
        let wanted = loads.reduce(into: [String: Double]()) { sum, load in
          sum[load.site.text, default: 0] += (load.demand[quarter] ?? .zero).kilowatts * 1000
        }
        let state = tree.state(at: water, wanted: wanted, pumpEfficiency: Self.pumpEfficiency)
        for (place, loss) in zip(tree.places, state.losses) {
          losses[place].append(Power(kilowatts: max(0, loss) / 1000))
          if tree.begins(place) { pumps[place].append(Fraction(state.pumpShare)) }
        }
      }
    }
    self.losses = losses.map { TimeSeries(start: span.lowerBound, values: $0) }
    pumpShares = pumps.map { $0.isEmpty ? nil : TimeSeries(start: span.lowerBound, values: $0) }
  }
}

/// A network's temperatures in each quarter hour.
struct NetworkTemperatures {
  let flow: TimeSeries<Temperature>
  let back: TimeSeries<Temperature>
  let ground: Temperature

  /// In degC.
  fileprivate struct Water {
    let flow: Double
    let drop: Double
    let ground: Double
  }

  fileprivate func state(at quarter: QuarterHour) -> Water? {
    guard let flow = flow[quarter], let back = back[quarter], flow != back else { return nil }
    return Water(
      flow: flow.degreesCelsius, drop: (flow - back).degreesCelsius, ground: ground.degreesCelsius)
  }
}

extension HeatNetwork {
  /// The sites where its trees of pipes begin.
  fileprivate var sources: [Site.ID] {
    var found: [Site.ID] = []
    for pipe in pipes where !found.contains(pipe.from) && !pipes.contains(where: { $0.to == pipe.from }) {
      found.append(pipe.from)
    }
    return found
  }
}

/// The pipes behind one source.
private struct Tree {
  /// The pipes, by their places in the network.
  let places: [Int]
  private let source: String
  private let network: HeatNetwork
  private let tree: PipeTree
  /// Where the last pipe to a junction ends, what a line of it loses, W/K.
  private let lastLosses: [String: Double]
  private let fluid: PipeTree.Fluid

  init(of network: HeatNetwork, from source: Site.ID) {
    var reached = [source]
    var places: [Int] = []
    var next = 0
    while next < reached.count {
      for (place, pipe) in network.pipes.enumerated() where pipe.from == reached[next] {
        places.append(place)
        reached.append(pipe.to)
      }
      next += 1
    }
    self.places = places
    self.source = source.text
    self.network = network
    fluid = network.carries == .cold ? .coldWater : .hotWater
    let pipes = places.map { network.pipes[$0] }
    tree = PipeTree(
      source: source.text,
      pipes: pipes.map { pipe in
        let diameter = pipe.diameter?.metres ?? 1
        return PipeTree.Pipe(
          from: pipe.from.text, to: pipe.to.text, length: pipe.length.metres, diameter: diameter,
          heatTransfer: pipe.lossFactor.wattsPerMetreKelvin / (.pi * diameter))
      }, fluid: fluid)
    let ends = pipes.filter { pipe in !pipes.contains { $0.from == pipe.to } }
    lastLosses = Dictionary(ends.map { ($0.to.text, $0.lossFactor.wattsPerMetreKelvin * $0.length.metres) }) { first, _ in first }
  }

  /// Whether the pipe at `place` begins at the source.
  func begins(_ place: Int) -> Bool { network.pipes[place].from.text == source }

  /// What each pipe loses, W, and the pump's power for each unit of what enters the first pipes.
  func state(
    at water: NetworkTemperatures.Water, wanted: [String: Double], pumpEfficiency: Double
  ) -> (losses: [Double], pumpShare: Double) {
    let capacity = fluid.heatCapacity * abs(water.drop)
    var flows: [String: Double] = [:]
    var served = 0.0
    for place in places {
      let junction = network.pipes[place].to.text
      let least = 3 * (lastLosses[junction] ?? 0) * abs(water.flow - water.ground)
      served += wanted[junction] ?? 0
      // A watt where nothing is wanted and nothing lost.
      flows[junction] = max(wanted[junction] ?? 0, least, 1) / capacity
    }
    let state = tree.state(
      at: flows, temperature: water.flow, drop: water.drop, ground: water.ground, pumpEfficiency: pumpEfficiency)
    let sign: Double = water.drop < 0 ? -1 : 1
    let losses = state.pipeLosses.map { sign * $0 }
    let fed = served + losses.reduce(0) { $0 + max(0, $1) }
    return (losses, fed > 0 ? state.pumpPower / fed : 0)
  }
}

extension Length {
  fileprivate var metres: Double { Double(count) / 1000 }
}

extension PipeLossFactor {
  fileprivate var wattsPerMetreKelvin: Double { Double(count) / 1000 }
}
