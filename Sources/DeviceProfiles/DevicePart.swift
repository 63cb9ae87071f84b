public import Readings

/// One of the things that a device measures: a hybrid inverter has its own AC side (`main`), `pv` and `battery`.
public struct DevicePart: Hashable, Sendable {
  /// As written in profiles and under `measures` in the collector's file.
  public let name: String

  /// The part called `name`.
  public init(_ name: String) { self.name = name }

  /// The device as a whole: a meter's measurement, an inverter's AC side.
  public static let main: DevicePart = "main"
  /// The solar modules behind an inverter.
  public static let pv: DevicePart = "pv"
  /// The battery behind an inverter.
  public static let battery: DevicePart = "battery"
  /// The meter at the grid connection that an inverter passes on.
  public static let grid: DevicePart = "grid"

  /// The names that profiles may use. Outlets of a wallbox with several are `connector_N`, heating circuits `circuit_N`, meters
  /// behind a controller `meter_N`, batteries of which a device shows each `battery_N`.
  public static let known: [String] =
    ["main", "grid", "pv", "battery", "load", "heat_source", "solar", "buffer", "hot_water"]
    + ["circuit", "connector", "meter"].flatMap { name in (1...4).map { "\(name)_\($0)" } } + (1...3).map { "battery_\($0)" }

  /// Whether the plate limits the part: what lies behind or beside the device, such as modules, a battery or the grid, may have more.
  public var hasThePlate: Bool { self == .main || name.hasPrefix("connector_") }

  /// The part itself for the first of its kind, `battery_2` for the second.
  func numbered(_ ordinal: Int) -> DevicePart { ordinal == 1 ? self : DevicePart("\(name)_\(ordinal)") }
}

extension DevicePart: ExpressibleByStringLiteral, CustomStringConvertible, Comparable {
  /// A part written in code.
  public init(stringLiteral name: String) { self.init(name) }
  /// The name.
  public var description: String { name }
  /// Alphabetical order.
  public static func < (left: DevicePart, right: DevicePart) -> Bool { left.name < right.name }
}

/// A channel of one part of a device.
public struct PartChannel: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The part.
  public let part: DevicePart
  /// The channel.
  public let channel: Channel

  /// `channel` of `part`.
  public init(_ part: DevicePart, _ channel: Channel) {
    self.part = part
    self.channel = channel
  }

  /// By part, then by channel name.
  public static func < (left: PartChannel, right: PartChannel) -> Bool {
    (left.part, left.channel.rawValue) < (right.part, right.channel.rawValue)
  }

  /// `battery.active_power`.
  public var description: String { "\(part).\(channel.rawValue)" }
}

extension Channel {
  /// The DC channels that exist for a whole device and for each of its first four inputs.
  private static let inputs: [Channel: [Channel]] = [
    .dcPower: [.dcPower1, .dcPower2, .dcPower3, .dcPower4],
    .dcVoltage: [.dcVoltage1, .dcVoltage2, .dcVoltage3, .dcVoltage4],
    .dcCurrent: [.dcCurrent1, .dcCurrent2, .dcCurrent3, .dcCurrent4],
    .dcEnergy: [.dcEnergy1, .dcEnergy2, .dcEnergy3, .dcEnergy4],
  ]
  private static let powerFactors: Set<Channel> = [.powerFactor, .powerFactorL1, .powerFactorL2, .powerFactorL3]

  /// How many DC inputs have channels of their own.
  static let inputCount = 4

  /// The same quantity of DC input `number` (from 1); nil where there is no such channel.
  func ofInput(_ number: Int) -> Channel? {
    guard let channels = Self.inputs[self], (1...channels.count).contains(number) else { return nil }
    return channels[number - 1]
  }

  /// Whether this is a power factor, which SunSpec devices send as percent or as a ratio.
  var isPowerFactor: Bool { Self.powerFactors.contains(self) }
}
