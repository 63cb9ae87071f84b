public import Readings

/// What a device's positive numbers mean.
public enum Direction: String, CaseIterable, Hashable, Sendable {
  /// From the public grid into the site.
  case `import`
  /// From the site into the public grid.
  case export
  /// What a plant makes.
  case production
  /// What a load uses.
  case consumption
  /// Into a battery.
  case charge
  /// Out of a battery.
  case discharge

  /// Whether a device's numbers must change their sign to follow the convention on `Channel`.
  ///
  /// Active powers: export, production and discharge are turned. DC powers and currents are positive for what solar
  /// strings make and for what charges a battery: consumption and discharge are turned. All other channels, counters among
  /// them, stay as the device says.
  public func turns(_ channel: Channel) -> Bool {
    switch self {
    case .import, .charge: false
    case .consumption: channel.isDirect
    case .export, .production: channel.hasDirection
    case .discharge: channel.hasDirection || channel.isDirect
    }
  }
}

extension Channel {
  /// A power or current on the DC side.
  fileprivate var isDirect: Bool { rawValue.hasPrefix("dc_power") || rawValue.hasPrefix("dc_current") }
}
