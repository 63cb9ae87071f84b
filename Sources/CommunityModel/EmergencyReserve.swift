public import Quantities

/// What a site's battery holds for a failure of the public grid.
public struct EmergencyReserve: Sendable, Hashable {
  /// What must be served then.
  public enum CriticalLoad: Sendable, Hashable {
    /// A share of the site's loads.
    case share(Fraction)
    /// A power.
    case power(Power)
  }

  /// For how long it lasts.
  public let duration: Duration
  /// What must be served.
  public let criticalLoad: CriticalLoad
  /// Share of the solar power expected that is counted on.
  public let assuredSun: Fraction
  /// Share of the wind power expected that is counted on.
  public let assuredWind: Fraction

  /// A reserve; see the properties.
  public init(duration: Duration, criticalLoad: CriticalLoad, assuredSun: Fraction = Fraction(0.5), assuredWind: Fraction = .zero)
  {
    self.duration = duration
    self.criticalLoad = criticalLoad
    self.assuredSun = assuredSun
    self.assuredWind = assuredWind
  }

  /// The same for another time.
  public func lasting(_ duration: Duration) -> EmergencyReserve {
    EmergencyReserve(duration: duration, criticalLoad: criticalLoad, assuredSun: assuredSun, assuredWind: assuredWind)
  }
}
