import LinearOptimization

/// What every part of a system does in each step: kW, kWh and kg as in the system, aligned with its parts.
public struct SystemSchedule: Sendable, Equatable {
  /// What is got rid of at each bus; empty where nothing may be.
  public var dumps: [[Double]] = []
  /// What is missing at each bus; empty where nothing may be.
  public var missing: [[Double]] = []
  /// What is too much at each bus; empty where nothing may be.
  public var excess: [[Double]] = []
  /// What is bought of each supply.
  public var supplies: [[Double]] = []
  /// What is sold to each offtake.
  public var offtakes: [[Double]] = []
  /// What each source gives.
  public var sources: [[Double]] = []
  /// What each converter does.
  public var converters: [ConverterSchedule] = []
  /// What each store does.
  public var stores: [StoreSchedule] = []
  /// What enters each link.
  public var links: [[Double]] = []
  /// What each charging point does.
  public var chargingPoints: [ChargingSchedule] = []
  /// What each flexible use takes for each of its windows.
  public var flexibleUses: [[[Double]]] = []
  /// The peak that each charge is paid for.
  public var peaks: [Double] = []
  /// What is not taken of each contract, kWh.
  public var shortfalls: [Double] = []
  /// What each member of each agreement is credited, kW.
  public var shares: [[[Double]]] = []

  /// What each exchange passes on.
  public var pools: [PoolSchedule] = []

  /// A converter in each step.
  public struct ConverterSchedule: Sendable, Equatable {
    /// What it takes in each mode, kW.
    public var inputs: [[Double]]
    /// Whether it is on, 1 or 0; nil where nothing asks for it.
    public var on: [Double]?
    /// Its size; nil where that is no decision.
    public var size: Double?
    /// What it takes while it is in stand-by, kW, else zero; nil where nothing asks for stand-by.
    public var standbyInput: [Double]?

    /// What it takes altogether, in stand-by, too, kW.
    public var input: [Double] {
      guard let standbyInput else { return converted }
      return zip(converted, standbyInput).map { $0 + $1 }
    }

    /// What it takes in all modes, kW.
    public var converted: [Double] {
      guard var sum = inputs.first else { return [] }
      for mode in inputs.dropFirst() {
        for step in sum.indices { sum[step] += mode[step] }
      }
      return sum
    }
  }

  /// A store in each step.
  public struct StoreSchedule: Sendable, Equatable {
    /// Into it, kW.
    public var charge: [Double]
    /// Out of it, kW.
    public var discharge: [Double]
    /// Content at the end of the step, kWh.
    public var content: [Double]
    /// Its size; nil where that is no decision.
    public var size: Double?
  }

  /// A charging point in each step.
  public struct ChargingSchedule: Sendable, Equatable {
    /// Into the car, kW.
    public var charge: [Double]
    /// Back from it, kW.
    public var discharge: [Double]
  }

  /// Sizes of the sources; nil where they are no decision.
  public var sourceSizes: [Double?] = []

  /// A schedule without parts.
  public init() {}
}

extension SystemModel {
  /// What `values` of the model's variables mean.
  public func schedule(of values: [Double]) -> SystemSchedule {
    let count = system.count
    let read = { (flow: Flow) in Array(values[flow.first..<flow.first + count]) }
    var schedule = SystemSchedule()
    schedule.dumps = variables.buses.map { $0.dump.map(read) ?? [] }
    schedule.missing = variables.buses.map { $0.slack.map { read($0.missing) } ?? [] }
    schedule.excess = variables.buses.map { $0.slack.map { read($0.excess) } ?? [] }
    schedule.supplies = variables.supplies.map(read)
    schedule.offtakes = variables.offtakes.map(read)
    schedule.sources = variables.sources.map { read($0.given) }
    schedule.sourceSizes = variables.sources.map { $0.size.map { values[$0.index] } }
    schedule.converters = zip(system.converters, variables.converters).map { converter, part in
      let standby = converter.commitment?.standby?.input ?? 0
      return .init(
        inputs: part.inputs.map(read), on: part.on.map(read), size: part.size.map { values[$0.index] },
        standbyInput: part.waiting.map { read($0).map { $0 * standby } })
    }
    schedule.stores = zip(system.stores, variables.stores).map { store, part in
      let content = read(part.content)
      let flows = part.charge.flatMap { into in part.discharge.map { (read(into), read($0)) } }
      let (charge, discharge) = flows ?? store.flows(from: content, over: system.hours)
      return .init(charge: charge, discharge: discharge, content: content, size: part.size.map { values[$0.index] })
    }
    schedule.links = variables.links.map(read)
    schedule.chargingPoints = zip(system.chargingPoints, variables.cars).map { point, sessions in
      var charging = SystemSchedule.ChargingSchedule(
        charge: [Double](repeating: 0, count: count), discharge: [Double](repeating: 0, count: count))
      for (session, part) in zip(point.sessions, sessions) {
        for (position, step) in session.steps.enumerated() {
          charging.charge[step] = values[part.charge[position].index]
          if let back = part.back { charging.discharge[step] = values[back.discharge[position].index] }
        }
      }
      return charging
    }
    schedule.flexibleUses = zip(system.flexibleUses, variables.flexibleUses).map { use, flows in
      zip(use.windows, flows).map { window, flow in
        (0..<count).map { window.steps.contains($0) ? values[flow[$0 - window.steps.lowerBound].index] : 0 }
      }
    }
    schedule.peaks = variables.peaks.map { values[$0.index] }
    schedule.shortfalls = variables.shortfalls.map { values[$0.index] }
    schedule.shares = variables.shares.map { $0.map(read) }
    schedule.pools = variables.pools.map { .init(taken: $0.taken.map(read), given: $0.given.map(read)) }
    return schedule
  }
}

extension Store {
  /// What flows into and out of a store that is its bus, as its content tells.
  fileprivate func flows(from content: [Double], over hours: [Double]) -> (charge: [Double], discharge: [Double]) {
    var before: Double
    switch opening {
    case .content(let energy): before = energy
    case .cyclic: before = content.last ?? 0
    }
    let net = content.indices.map { step in
      defer { before = content[step] }
      return (content[step] - keep(over: hours[step]) * before) / hours[step] - inflow[step]
    }
    return (net.map { Swift.max(0, $0) }, net.map { Swift.max(0, -$0) })
  }
}
