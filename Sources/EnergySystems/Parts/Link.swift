import LinearOptimization

/// Carries energy from one bus to another: a pipe, a heat exchanger between networks, a cable, exchange within the community.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | q | what enters it | kW |
/// | loss | share that is lost on the way | - |
/// | fixed | lost on the way whether anything flows or not: the heat loss of a pipe | kW |
/// | pump | power that its pump takes, a kW that enters | kW/kW |
///
///     0 <= q <= max,   arrives = (1 - loss) q - fixed,   cost = fee q dt      optimizer-model, sections 5 and 10 (H1)
public struct Link: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Where it takes.
  public var from: String
  /// Where it gives.
  public var to: String
  /// The most that enters it, kW; nil for no limit.
  public var max: Series?
  /// Share of what enters that is lost, from 0 to 1.
  public var relativeLoss: Series
  /// kW lost at its end whatever flows, zero or more.
  public var fixedLoss: Series
  /// EUR a kWh that enters: a network charge, a fee.
  public var cost: Series
  /// Its pump; nil where it has none.
  public var pump: Pump?

  /// A pump that takes its power from a bus.
  public struct Pump: Sendable, Equatable {
    /// Where it takes its power.
    public var bus: String
    /// kW a kW that enters the pipe.
    public var perFlow: Series

    /// A pump; see the properties.
    public init(bus: String, perFlow: Series) {
      self.bus = bus
      self.perFlow = perFlow
    }
  }

  /// A link; see the properties.
  public init(
    _ id: String, from: String, to: String, max: Series? = nil, relativeLoss: Series = 0, fixedLoss: Series = 0, cost: Series = 0,
    pump: Pump? = nil
  ) {
    self.id = id
    self.from = from
    self.to = to
    self.max = max
    self.relativeLoss = relativeLoss
    self.fixedLoss = fixedLoss
    self.cost = cost
    self.pump = pump
  }
}

// MARK: - Formulation

extension Link {
  func formulate(in model: inout SystemModel) -> Flow {
    let flow = model.addFlow(of: model.model.owner(named: id), upper: { max?[$0] ?? .infinity })
    let (start, end) = (model.balance(of: from), model.balance(of: to))
    let pumped = pump.map { (row: model.balance(of: $0.bus), perFlow: $0.perFlow) }
    for (step, hours) in model.system.hours.enumerated() {
      model.bring(-1, flow[step], into: start, step: step)
      model.bring(1 - relativeLoss[step], flow[step], into: end, step: step)
      model.ask(fixedLoss[step], of: end, step: step)
      if let pumped { model.bring(-pumped.perFlow[step], flow[step], into: pumped.row, step: step) }
      model.count(cost[step] * hours, .cost, for: flow[step])
    }
    return flow
  }
}
