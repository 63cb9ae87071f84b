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
  /// Active powers: export, production and discharge are turned. DC powers, positive for production: consumption is turned.
  /// All other channels, counters among them, stay as the device says.
  public func turns(_ channel: Channel) -> Bool {
    if channel.hasDirection {
      switch self {
      case .import, .consumption, .charge: return false
      case .export, .production, .discharge: return true
      }
    }
    return self == .consumption && channel.isDCPower
  }
}
