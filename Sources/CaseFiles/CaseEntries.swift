import EnergySystems
import Foundation

/// Parts of a case, each read from its object.

struct BusEntry: Decodable {
  let bus: Bus

  init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      bus = Bus(name)
      return
    }
    guard (try? decoder.container(keyedBy: CaseKey.self)) != nil else {
      throw CaseError(decoder.codingPath.jsonPath, "must be a name, or an object with an id")
    }
    var object = try CaseObject(decoder)
    bus = Bus(
      try object.required("id"), canDump: try object.value("dump", or: false), penalty: try object.optional("penalty"))
    try object.end()
  }
}

struct ImportEntry: Decodable {
  let part: Supply

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = Supply(
      try object.required("id"), bus: try object.required("bus"), price: try object.requiredSeries("price"),
      max: try object.series("max"), emissions: try object.series("co2", or: 0), isGrid: try object.value("grid", or: true))
    try object.end()
  }
}

struct ExportEntry: Decodable {
  let part: Offtake

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = Offtake(
      try object.required("id"), bus: try object.required("bus"), price: try object.requiredSeries("price"),
      max: try object.series("max"), emissions: try object.series("co2", or: 0), isGrid: try object.value("grid", or: true))
    try object.end()
  }
}

struct DemandEntry: Decodable {
  let part: Demand

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = Demand(bus: try object.required("bus"), power: try object.requiredSeries("kw"))
    _ = try object.optional("id", String.self)
    try object.end()
  }
}

struct SourceEntry: Decodable {
  let part: Source

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = Source(
      try object.required("id"), bus: try object.required("bus"), available: try object.requiredSeries("kw"),
      isCurtailable: try object.value("curtailable", or: true), curtailmentCost: try object.value("curtail_cost", or: 0),
      size: try object.size())
    try object.end()
  }
}

struct ConverterEntry: Decodable {
  private(set) var part: Converter

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    let out = try object.optional("out", OutputsEntry.self)
    let modes = try object.optional("modes", [ModeEntry].self)
    if out == nil, modes == nil { throw CaseError(object.place(of: "out"), "is missing") }
    if out != nil, modes != nil { throw CaseError(object.place(of: "modes"), "cannot go with out: give one of them") }
    if modes?.isEmpty == true { throw CaseError(object.place(of: "modes"), "must name one mode at least") }
    let inMin = try object.series("in_min")
    let onOff = try object.optional("onoff", CommitmentEntry.self)
    if inMin != nil, onOff == nil {
      throw CaseError(object.place(of: "in_min"), "applies only to a unit that can be off: give onoff, too ({} is enough)")
    }
    let loads = (modes ?? []).compactMap(\.load)
    let neighbours = try object.optional("neighbours", Bool.self)
    if neighbours != nil, loads.isEmpty { throw CaseError(object.place(of: "neighbours"), "applies only to modes with load_kw") }
    var commitment = onOff?.commitment
    if let inMin { commitment?.minInput = inMin }
    part = Converter(
      try object.required("id"), input: try object.optional("in_bus"),
      modes: modes?.map(\.mode) ?? [.init(out?.outputs ?? [])], maxInput: try object.series("in_max", or: .constant(.infinity)),
      costPerInput: try object.series("cost_per_in", or: 0), emissionsPerInput: try object.series("co2_per_in", or: 0),
      ramp: try object.series("ramp_kw"), commitment: commitment, size: try object.size())
    if !loads.isEmpty { part.partLoad = PartLoad(loads: loads, neighbours: neighbours == true ? .everywhere : .nowhere) }
    try object.end()
  }
}

/// kW a kW taken, by bus.
struct OutputsEntry: Decodable {
  let outputs: [Converter.Output]

  init(from decoder: any Decoder) throws {
    let container: KeyedDecodingContainer<CaseKey>
    do {
      container = try decoder.container(keyedBy: CaseKey.self)
    } catch {
      throw CaseError(decoder.codingPath.jsonPath, "must be an object: a number for each bus")
    }
    outputs = try container.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
      .init(key.stringValue, try container.decode(SeriesEntry.self, forKey: key).series)
    }
  }
}

struct ModeEntry: Decodable {
  let mode: Converter.Mode
  let load: Double?

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    mode = .init(try object.required("out", OutputsEntry.self).outputs)
    load = try object.optional("load_kw")
    try object.end()
  }
}

struct CommitmentEntry: Decodable {
  private(set) var commitment: Commitment

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    commitment = Commitment(
      startCost: try object.value("start_cost", or: 0), stopCost: try object.value("stop_cost", or: 0),
      noLoadCostPerHour: try object.value("no_load_cost_h", or: 0), minUpHours: try object.value("min_up_h", or: 0),
      minDownHours: try object.value("min_down_h", or: 0), wasOn: try object.value("on_before", or: false),
      hoursBefore: try object.optional("hours_before"))
    commitment.standby = try object.optional("standby_kw", Double.self).map { .init(input: $0) }
    try object.end()
  }
}

struct StorageEntry: Decodable {
  let part: Store

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    let start = try object.optional("start", Double.self)
    let isCyclic = try object.value("cyclic", or: false)
    if isCyclic, start != nil {
      throw CaseError(object.place(of: "start"), "cannot go with cyclic, which begins with what it ends with")
    }
    if let wear = try object.optional("throughput_cost", Double.self), wear < 0 {
      throw CaseError(object.place(of: "throughput_cost"), "is \(wear), and must be zero or more")
    }
    let halfWear = try object.value("throughput_cost", or: 0.0) / 2
    part = Store(
      try object.required("id"), bus: try object.required("bus"), capacity: try object.series("kwh", or: .constant(.infinity)),
      leastContent: try object.series("min_kwh", or: 0), charge: try object.series("charge_kw"),
      discharge: try object.series("discharge_kw"), chargeEfficiency: try object.value("eff_c", or: 1),
      dischargeEfficiency: try object.value("eff_d", or: 1), lossPerHour: try object.value("loss_h", or: 0),
      opening: isCyclic ? .cyclic : .content(start ?? 0), leastAtEnd: try object.optional("end_min"),
      mostAtEnd: try object.optional("end_max"), endValue: try object.value("end_value", or: 0),
      chargeCost: halfWear + (try object.value("charge_cost", or: 0)),
      dischargeCost: halfWear + (try object.value("discharge_cost", or: 0)), inflow: try object.series("inflow_kw", or: 0),
      exclusivity: try object.value("exclusive", or: false) ? .everywhere : .nowhere, size: try object.size())
    try object.end()
  }
}

struct LinkEntry: Decodable {
  let part: Link

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    let pumpBus = try object.optional("pump_bus", String.self)
    let perFlow = try object.series("pump_kwh_per_kwh")
    guard (pumpBus == nil) == (perFlow == nil) else {
      throw CaseError(
        object.place(of: pumpBus == nil ? "pump_bus" : "pump_kwh_per_kwh"),
        "is missing: a pump needs pump_bus and pump_kwh_per_kwh")
    }
    part = Link(
      try object.required("id"), from: try object.required("from"), to: try object.required("to"),
      max: try object.series("max"), relativeLoss: try object.series("loss_rel", or: 0),
      fixedLoss: try object.series("loss_fixed_kw", or: 0), cost: try object.series("cost", or: 0),
      pump: pumpBus.flatMap { bus in perFlow.map { .init(bus: bus, perFlow: $0) } })
    try object.end()
  }
}

struct CarsEntry: Decodable {
  let part: ChargingSessions

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = ChargingSessions(
      try object.required("id"), bus: try object.required("bus"),
      sessions: try object.required("sessions", [SessionEntry].self).map(\.session),
      throughputCost: try object.value("throughput_cost", or: 0))
    try object.end()
  }
}

struct SessionEntry: Decodable {
  let session: ChargingSessions.Session

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    session = .init(
      steps: try object.steps("arrive", "depart"), capacity: try object.required("kwh"),
      atArrival: try object.required("arrive_kwh"), atDeparture: try object.required("depart_kwh"),
      leastContent: try object.value("min_kwh", or: 0), charge: try object.required("charge_kw"),
      discharge: try object.value("discharge_kw", or: 0), chargeEfficiency: try object.value("eff_c", or: 1),
      dischargeEfficiency: try object.value("eff_d", or: 1))
    try object.end()
  }
}

struct FlexEntry: Decodable {
  let part: FlexibleUse

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = FlexibleUse(
      try object.required("id"), bus: try object.required("bus"), max: try object.requiredSeries("max_kw"),
      windows: try object.required("windows", [WindowEntry].self).map(\.window))
    try object.end()
  }
}

struct WindowEntry: Decodable {
  let window: FlexibleUse.Window

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    window = .init(steps: try object.steps("from", "to"), energy: try object.required("kwh"))
    try object.end()
  }
}

extension CaseObject {
  /// The steps from that of `first` to before that of `last`.
  fileprivate mutating func steps(_ first: String, _ last: String) throws -> Range<Int> {
    let begin = try requiredWhole(first)
    let end = try requiredWhole(last)
    guard begin >= 0 else { throw CaseError(place(of: first), "is \(begin), and must be 0 or more") }
    guard begin < end else { throw CaseError(place(of: last), "is \(end), and must be after \(first), which is \(begin)") }
    return begin..<end
  }
}
