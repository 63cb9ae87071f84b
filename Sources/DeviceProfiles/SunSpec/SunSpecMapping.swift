import Readings

/// How the SunSpec models of a device type are found and what they mean where the models themselves leave it open.
public struct SunSpecMapping: Hashable, Sendable {
  /// The addresses where the map may begin, in the order of trying.
  public let bases: [UInt16]
  /// What a positive power of the inverter models means; nil leaves it missing.
  public let inverterPositive: Direction?
  /// What a positive power of the meter models means, which differs between makers; nil leaves out whatever has a direction.
  public let meterPositive: Direction?
  /// What positive currents and powers of a battery mean that one port or model shows with its sign; nil leaves them out.
  public let batteryPositive: Direction?
  /// What the DC inputs of models 160 and 714 are; nil: as the port types of 714 say, else all are solar modules, or, on a hybrid
  /// inverter, nobody knows.
  public let modules: Modules?
  /// Which numbers the device writes for the types of its ports (model 714); nil: as the numbers that occur tell.
  public let portTypes: PortTypes?
  /// How the device sends power factors; nil: a magnitude above 1.01 is percent.
  public let powerFactor: PowerFactorForm?
  /// The true lengths of models whose reported length is wrong, by model.
  public let lengths: [Int: Int]
  /// The models that are understood.
  public let models: [SunSpecModelDefinition]

  /// A mapping; see the properties.
  public init(
    bases: [UInt16] = [40000, 50000, 0], inverterPositive: Direction? = nil, meterPositive: Direction? = nil,
    batteryPositive: Direction? = nil, modules: Modules? = nil, portTypes: PortTypes? = nil,
    powerFactor: PowerFactorForm? = nil, lengths: [Int: Int] = [:], models: [SunSpecModelDefinition]
  ) {
    self.bases = bases
    self.inverterPositive = inverterPositive
    self.meterPositive = meterPositive
    self.batteryPositive = batteryPositive
    self.modules = modules
    self.portTypes = portTypes
    self.powerFactor = powerFactor
    self.lengths = lengths
    self.models = models
  }

  /// The numbers for port types. The standard's first edition begins with 0 for solar modules and 1 for storages, later ones with 1
  /// and 2.
  public struct PortTypes: Hashable, Sendable {
    /// Solar modules.
    public let pv: Int
    /// A battery.
    public let battery: Int

    /// Numbers; see the properties.
    public init(pv: Int, battery: Int) {
      self.pv = pv
      self.battery = battery
    }
  }

  /// The two ways in which devices send a power factor.
  public enum PowerFactorForm: String, CaseIterable, Hashable, Sendable {
    case ratio, percent
  }

  /// What the groups of models 160 and 714 are, by their number in the model, counted from 1.
  public struct Modules: Hashable, Sendable {
    /// Solar modules: the first of the list becomes DC input 1, the second 2. Only four have channels.
    public let pv: [Int]
    /// The input that shows what flows into the battery.
    public let batteryCharge: Int?
    /// The input that shows what flows out of the battery.
    public let batteryDischarge: Int?
    /// The ports of batteries that show both directions, by their sign.
    public let batteries: [Int]

    /// Roles; see the properties.
    public init(pv: [Int] = [], batteryCharge: Int? = nil, batteryDischarge: Int? = nil, batteries: [Int] = []) {
      self.batteries = batteries
      self.pv = pv
      self.batteryCharge = batteryCharge
      self.batteryDischarge = batteryDischarge
    }
  }

  /// The definition of the model with this number.
  func definition(_ id: Int) -> SunSpecModelDefinition? { models.first { $0.id == id } }

  /// What the DC inputs of a device of `kind` are, whose ports are of these types.
  func roles(of kind: DeviceKind, ports: [Int?] = []) -> Modules {
    if let modules { return modules }
    if let types = portTypes ?? Self.numbering(of: ports) {
      func numbers(of type: Int) -> [Int] { ports.indices.filter { ports[$0] == type }.map { $0 + 1 } }
      return Modules(pv: numbers(of: types.pv), batteries: numbers(of: types.battery))
    }
    return kind == .hybridInverter ? Modules() : Modules(pv: Array(1...Channel.inputCount))
  }

  /// Which edition's numbers these are; nil where they tell neither. A 1 alone is a battery in the first and modules in later ones.
  private static func numbering(of ports: [Int?]) -> PortTypes? {
    if ports.contains(0) { return PortTypes(pv: 0, battery: 1) }
    return ports.contains(2) ? PortTypes(pv: 1, battery: 2) : nil
  }

  /// The parts that a device of `kind` may have readings for.
  func parts(of kind: DeviceKind) -> Set<DevicePart> {
    var parts: Set<DevicePart> = []
    for family in models.compactMap({ SunSpecFamily(model: $0.id) }) where family.isRead(of: kind) {
      switch family {
      case .common: break
      case .inverter, .meter, .storage: parts.insert(family.part(of: kind))
      case .modules:
        let modules = roles(of: kind)
        if !modules.pv.isEmpty { parts.insert(family.part(of: kind)) }
        let isBattery = modules.batteryCharge != nil || modules.batteryDischarge != nil || !modules.batteries.isEmpty
        if isBattery { parts.insert(.battery) }
        // What the ports are, only the device says.
        if self.modules == nil, kind == .hybridInverter, definition(SunSpecFamily.portModel) != nil {
          parts.formUnion([.pv, .battery])
        }
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
  /// A battery; each of its models says something of its own.
  case storage(model: Int)
  /// The DC inputs of an inverter.
  case modules
  /// A meter, with scale factors or as floats.
  case meter

  /// The model of DC ports, each of which says what it is.
  static let portModel = 714

  init?(model id: Int) {
    switch id {
    case 1: self = .common
    case 101...103, 111...113, 701: self = .inverter
    case 124, 713, 802: self = .storage(model: id)
    case 160, Self.portModel: self = .modules
    case 201...204, 211...214: self = .meter
    default: return nil
    }
  }

  /// Whether a device of `kind` is read by it.
  ///
  /// A meter's map may hold the inverter behind it, which is none of the meter's business; and makers put the storage models into the
  /// maps of plain inverters as well, where there is no battery.
  func isRead(of kind: DeviceKind) -> Bool {
    switch self {
    case .common, .meter: true
    case .inverter, .modules: kind != .meter
    case .storage: kind == .hybridInverter || kind == .battery
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
