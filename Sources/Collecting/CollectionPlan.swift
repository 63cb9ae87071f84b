public import CommunityModel
public import DeviceProfiles
public import ModbusIO

/// What to read, where, how often: the configuration of the service, every reference resolved.
public struct CollectionPlan: Sendable, Equatable {
  /// The buses; each has one owner and one task.
  public let buses: [BusPlan]

  /// A plan; see the property.
  public init(buses: [BusPlan]) { self.buses = buses }
}

/// One line and the devices on it.
public struct BusPlan: Sendable, Equatable {
  /// Its short name.
  public let id: String
  /// How it is reached.
  public let link: ModbusLink
  /// The devices on it.
  public let devices: [DevicePlan]
  /// Whether the connection is closed whenever nothing is due, so that others get their turn.
  public let closesBetweenPolls: Bool
  /// Silence between connecting and the first request.
  public let silenceAfterConnecting: Duration
  /// How the bus is served to others; nil for not at all.
  public let proxy: ProxyPlan?

  /// A bus; see the properties.
  public init(
    id: String, link: ModbusLink, devices: [DevicePlan], closesBetweenPolls: Bool = false,
    silenceAfterConnecting: Duration = .zero, proxy: ProxyPlan? = nil
  ) {
    self.id = id
    self.link = link
    self.devices = devices
    self.closesBetweenPolls = closesBetweenPolls
    self.silenceAfterConnecting = silenceAfterConnecting
    self.proxy = proxy
  }
}

/// One device and the metering points it measures.
public struct DevicePlan: Sendable, Equatable {
  /// Its short name.
  public let id: String
  /// What its registers mean.
  public let profile: DeviceProfile
  /// Its address on the bus.
  public let unit: UInt8
  /// Which metering point each part measures; parts that are not here are not read.
  public let points: [DevicePart: MeteringPoint.ID]
  /// How often it is read.
  public let interval: Duration
  /// The electrical power on its plate, mW; nil where only the profile knows the largest variant's, if anybody.
  public let ratedPower: Int64?

  /// A device; see the properties.
  public init(
    id: String, profile: DeviceProfile, unit: UInt8, points: [DevicePart: MeteringPoint.ID], interval: Duration,
    ratedPower: Int64? = nil
  ) {
    self.id = id
    self.profile = profile
    self.unit = unit
    self.points = points
    self.interval = interval
    self.ratedPower = ratedPower
  }
}
