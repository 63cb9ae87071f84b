import Glibc

/// Buried pipes that branch out from one source, flow and return line side by side, at a steady flow.
///
/// A plan takes losses and pump power as data that do not depend on what flows (optimizer-model, section 10); this says how far off
/// that is, and what the data are for a pipe of which only dimensions are known.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | m | mass flow, of all consumers behind the pipe | kg/s |
/// | L, D | length, inner diameter | m |
/// | u | heat transfer of one line to the ground, per area of the inner wall | W/(m2 K) |
/// | Tg | ground | degC |
/// | Re | 4 m / (pi mu D) | - |
///
///     T_out = Tg + (T_in - Tg) exp(-u pi D L / (m c))                        both lines
///     lambda = 0.07 Re^-0.13 D^-0.14                                         friction of district heating pipes (oemof/DHNx)
///     dp = (2 lambda L / D + zeta) 8 m^2 / (rho pi^2 D^4)                    zeta 2 behind a fork, 0.75 before one (return)
///     P = m dp / (rho eta)                                                   dp of the worst path from the source
public struct PipeTree: Sendable {
  /// A pipe, both lines.
  public struct Pipe: Sendable {
    /// Where the flow comes from; water returns to there.
    public let from: String
    /// Where it goes to.
    public let to: String
    /// m.
    public let length: Double
    /// Inner diameter, m.
    public let diameter: Double
    /// W/(m2 K).
    public let heatTransfer: Double

    /// A pipe; see the properties.
    public init(from: String, to: String, length: Double, diameter: Double, heatTransfer: Double) {
      self.from = from
      self.to = to
      self.length = length
      self.diameter = diameter
      self.heatTransfer = heatTransfer
    }
  }

  /// What flows in the pipes.
  public struct Fluid: Sendable {
    /// J/(kg K).
    public let heatCapacity: Double
    /// kg/m3.
    public let density: Double
    /// Dynamic viscosity, kg/(m s).
    public let viscosity: Double

    /// A fluid; see the properties.
    public init(heatCapacity: Double, density: Double, viscosity: Double) {
      self.heatCapacity = heatCapacity
      self.density = density
      self.viscosity = viscosity
    }

    /// Water of about 80 degC.
    public static let hotWater = Fluid(heatCapacity: 4190, density: 971.78, viscosity: 0.00035)
    /// Water of about 10 degC.
    public static let coldWater = Fluid(heatCapacity: 4192, density: 999.7, viscosity: 0.001306)
  }

  /// What the flow comes to.
  public struct State: Sendable, Equatable {
    /// degC of the flow line at each junction.
    public internal(set) var flow: [String: Double] = [:]
    /// degC of the return line at each junction.
    public internal(set) var back: [String: Double] = [:]
    /// What the ground takes of both lines, W; below zero where the water is colder.
    public internal(set) var heatLoss = 0.0
    /// The same of each pipe, in their order.
    public internal(set) var pipeLosses: [Double] = []
    /// Of both lines on the worst path, Pa.
    public internal(set) var pressureLoss = 0.0
    /// What the pump moves the water with, W.
    public internal(set) var pumpPower = 0.0
  }

  let source: String
  let pipes: [Pipe]
  let fluid: Fluid

  /// The pipes behind `source`; each leads away from it, and no junction is reached twice.
  public init(source: String, pipes: [Pipe], fluid: Fluid = .hotWater) {
    self.source = source
    self.pipes = pipes
    self.fluid = fluid
  }

  /// The state at `flows`, kg/s of each consumer by its junction, above zero together behind each pipe.
  ///
  /// - Parameters:
  ///   - temperature: of the flow line at the source, degC.
  ///   - drop: by how much consumers cool the water, K; below zero warm it.
  ///   - ground: degC.
  ///   - pumpEfficiency: above 0 up to 1.
  public func state(
    at flows: [String: Double], temperature: Double, drop: Double, ground: Double, pumpEfficiency: Double = 1
  ) -> State {
    var state = State()
    state.flow[source] = temperature
    state.pipeLosses = [Double](repeating: 0, count: pipes.count)
    let (total, pressure) = follow(from: source, flows: flows, drop: drop, ground: ground, &state)
    state.pressureLoss = pressure
    state.pumpPower = total * pressure / (fluid.density * pumpEfficiency)
    return state
  }

  /// Follows the water to the consumers behind `junction` and back; its mass flow there, and the pressure lost behind it.
  private func follow(
    from junction: String, flows: [String: Double], drop: Double, ground: Double, _ state: inout State
  ) -> (flow: Double, pressure: Double) {
    let arriving = state.flow[junction] ?? ground
    var total = flows[junction] ?? 0
    var mixed = total * (arriving - drop)
    var worst = 0.0
    for (place, pipe) in pipes.enumerated() where pipe.from == junction {
      let mass = flow(behind: pipe.to, flows)
      let kept = exp(-pipe.heatTransfer * .pi * pipe.diameter * pipe.length / (mass * fluid.heatCapacity))
      state.flow[pipe.to] = ground + (arriving - ground) * kept
      let (_, pressure) = follow(from: pipe.to, flows: flows, drop: drop, ground: ground, &state)
      let returning = ground + ((state.back[pipe.to] ?? ground) - ground) * kept
      let lost = (arriving - (state.flow[pipe.to] ?? arriving)) + ((state.back[pipe.to] ?? returning) - returning)
      state.pipeLosses[place] = mass * fluid.heatCapacity * lost
      state.heatLoss += state.pipeLosses[place]
      mixed += mass * returning
      total += mass
      worst = max(worst, pressure + pressureLoss(in: pipe, at: mass))
    }
    state.back[junction] = total > 0 ? mixed / total : ground
    return (total, worst)
  }

  private func flow(behind junction: String, _ flows: [String: Double]) -> Double {
    pipes.filter { $0.from == junction }.reduce(flows[junction] ?? 0) { $0 + flow(behind: $1.to, flows) }
  }

  /// Of both lines, where flows part and where they join again.
  private func pressureLoss(in pipe: Pipe, at mass: Double) -> Double {
    let reynolds = 4 * mass / (.pi * fluid.viscosity * pipe.diameter)
    let friction = 0.07 * pow(reynolds, -0.13) * pow(pipe.diameter, -0.14)
    let parting = isFork(pipe.from) ? 2.0 : 0
    let joining = isFork(pipe.to) ? 0.75 : 0
    let losses = 2 * friction * pipe.length / pipe.diameter + parting + joining
    return losses * 8 * mass * mass / (fluid.density * .pi * .pi * pow(pipe.diameter, 4))
  }

  /// Whether a pipe ends at `junction` and others begin there.
  private func isFork(_ junction: String) -> Bool {
    junction != source && pipes.contains { $0.from == junction }
  }
}
