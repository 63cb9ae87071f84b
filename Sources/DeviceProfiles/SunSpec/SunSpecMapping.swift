import Readings

/// How the SunSpec models of a device type are found and what they mean where the models themselves leave it open.
public struct SunSpecMapping: Hashable, Sendable {
  /// The addresses where the map may begin, in the order of trying.
  public let bases: [UInt16]
  /// What a positive power of the inverter models means; nil leaves it missing.
  public let inverterPositive: Direction?
  /// What a positive power of the meter models means, which differs between makers; nil leaves it missing.
  public let meterPositive: Direction?
  /// What the DC inputs of model 160 are; nil: all are solar modules, or, on a hybrid inverter, nobody knows.
  public let modules: Modules?
  /// The models that are understood.
  public let models: [SunSpecModelDefinition]

  /// A mapping; see the properties.
  public init(
    bases: [UInt16] = [40000, 50000, 0], inverterPositive: Direction? = nil, meterPositive: Direction? = nil,
    modules: Modules? = nil, models: [SunSpecModelDefinition]
  ) {
    self.bases = bases
    self.inverterPositive = inverterPositive
    self.meterPositive = meterPositive
    self.modules = modules
    self.models = models
  }

  /// What the groups of model 160 are, by their number in the model, counted from 1.
  public struct Modules: Hashable, Sendable {
    /// Solar modules: the first of the list becomes DC input 1, the second 2. Only four have channels.
    public let pv: [Int]
    /// The input that shows what flows into the battery.
    public let batteryCharge: Int?
    /// The input that shows what flows out of the battery.
    public let batteryDischarge: Int?

    /// Roles; see the properties.
    public init(pv: [Int] = [], batteryCharge: Int? = nil, batteryDischarge: Int? = nil) {
      self.pv = pv
      self.batteryCharge = batteryCharge
      self.batteryDischarge = batteryDischarge
    }
  }

  /// The definition of the model with this number.
  func definition(_ id: Int) -> SunSpecModelDefinition? { models.first { $0.id == id } }

  /// What the DC inputs of a device of `kind` are.
  func roles(of kind: DeviceKind) -> Modules {
    modules ?? (kind == .hybridInverter ? Modules() : Modules(pv: Array(1...Channel.inputCount)))
  }

  /// The parts that a device of `kind` may have readings for.
  func parts(of kind: DeviceKind) -> Set<DevicePart> {
    var parts: Set<DevicePart> = []
    for family in models.compactMap({ SunSpecFamily(model: $0.id) }) {
      switch family {
      case .common: break
      case .inverter, .meter, .storage: parts.insert(family.part(of: kind))
      case .modules:
        let modules = roles(of: kind)
        if !modules.pv.isEmpty { parts.insert(family.part(of: kind)) }
        if modules.batteryCharge != nil || modules.batteryDischarge != nil { parts.insert(.battery) }
      }
    }
    return parts
  }
}

/// The models that describe the same thing. A device offers one of a family; where it offers several, the first is read.
enum SunSpecFamily: Hashable {
  /// Who the device is.
  case common
  /// The AC side of an inverter, with scale factors or as floats.
  case inverter
  /// A battery.
  case storage
  /// The DC inputs of an inverter.
  case modules
  /// A meter, with scale factors or as floats.
  case meter

  init?(model id: Int) {
    switch id {
    case 1: self = .common
    case 101...103, 111...113: self = .inverter
    case 124: self = .storage
    case 160: self = .modules
    case 201...204, 211...214: self = .meter
    default: return nil
    }
  }

  /// The part that the family's first model describes on a device of `kind`.
  func part(of kind: DeviceKind) -> DevicePart {
    switch self {
    case .common, .inverter: .main
    case .storage: .battery
    case .modules: kind == .hybridInverter ? .pv : .main
    case .meter: kind == .meter ? .main : .grid
    }
  }
}
