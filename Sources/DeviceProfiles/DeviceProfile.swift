/// What the registers of one device type mean: the content of `devices/<maker>/<model>.yaml`.
public struct DeviceProfile: Hashable, Sendable {
  /// The version of the file format that it was written in.
  public let version: Int
  /// Who makes the device.
  public let maker: String
  /// The device type.
  public let model: String
  /// What sort of device it is.
  public let kind: DeviceKind
  /// Whether a second source or a device confirms it.
  public let status: ProfileStatus
  /// Where its facts come from.
  public let sources: [String]
  /// How such devices are usually connected.
  public let link: LinkDefaults
  /// What one request may ask for, and when.
  public let limits: RequestLimits
  /// The word order of fields that name none.
  public let wordOrder: WordOrder
  /// The bit patterns that mean "no value", by type, written with the highest word first whatever the word order on the wire.
  /// A float that is no finite number is missing in any case.
  public let notAvailable: [RawType: [UInt64]]
  /// Where the device says who it is.
  public let identity: [IdentityField]
  /// The register map; empty for devices that are read through SunSpec alone.
  public let registers: [RegisterField]
  /// How its SunSpec models are read; nil for devices without.
  public let sunSpec: SunSpecMapping?
  /// The most that any variant of the device type can have.
  public let nameplate: Nameplate
  /// What sources disagree on, or what differs by firmware or setting; an installer is told.
  public let conflicts: [String]

  /// A profile; see the properties. `problems` tells what is wrong with it.
  public init(
    version: Int = 1, maker: String, model: String, kind: DeviceKind, status: ProfileStatus = .confirmed, sources: [String] = [],
    link: LinkDefaults = LinkDefaults(), limits: RequestLimits = RequestLimits(), wordOrder: WordOrder = .highFirst,
    notAvailable: [RawType: [UInt64]] = [:], identity: [IdentityField] = [], registers: [RegisterField] = [],
    sunSpec: SunSpecMapping? = nil, nameplate: Nameplate = Nameplate(), conflicts: [String] = []
  ) {
    self.version = version
    self.maker = maker
    self.model = model
    self.kind = kind
    self.status = status
    self.sources = sources
    self.link = link
    self.limits = limits
    self.wordOrder = wordOrder
    self.notAvailable = notAvailable
    self.identity = identity
    self.registers = registers
    self.sunSpec = sunSpec
    self.nameplate = nameplate
    self.conflicts = conflicts
  }

  /// The parts that the device may have readings for, in alphabetical order.
  public var parts: [DevicePart] {
    Set(registers.map(\.part)).union(sunSpec?.parts(of: kind) ?? []).sorted()
  }

  /// The bit patterns by which `summand` says that it has no value; a part of the bits has only its own.
  func patterns(of summand: RegisterSummand) -> [UInt64] {
    summand.notAvailable ?? (summand.bits == nil ? notAvailable[summand.type] : nil) ?? []
  }
}

/// The sorts of devices that a community reads.
public enum DeviceKind: String, CaseIterable, Hashable, Sendable {
  case meter
  case inverter
  /// An inverter with a battery behind it.
  case hybridInverter = "hybrid_inverter"
  case battery
  case heatMeter = "heat_meter"
  case heatPump = "heat_pump"
  case boiler
  case wallbox
  /// Runs heat sources, circuits and buffers.
  case heatController = "heat_controller"
  /// Makes heat of surplus electricity.
  case heatingRod = "heating_rod"
  /// Passes on the values of other devices.
  case gateway
  case combinedHeatAndPower = "combined_heat_and_power"
  /// Switches and contacts.
  case relay
}

/// What stands on the plate of the largest variant of a device type: what is plausible ends there.
public struct Nameplate: Hashable, Sendable {
  /// Electrical power, mW; nil where the sources do not say.
  public let power: Int64?
  /// Current of one phase, mA; nil where the sources do not say.
  public let current: Int64?

  /// A plate; see the properties.
  public init(power: Int64? = nil, current: Int64? = nil) {
    self.power = power
    self.current = current
  }
}

/// Whether a profile may be trusted as it is.
public enum ProfileStatus: Hashable, Sendable {
  /// Two independent sources agree, or a device was read with it.
  case confirmed
  /// Not yet: `missing` says what has to be checked.
  case unconfirmed(missing: [String])
}
