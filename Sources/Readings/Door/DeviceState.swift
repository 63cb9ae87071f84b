public import MarketTime

/// How a device is doing, as its door sees it: for status displays.
public struct DeviceState: Hashable, Sendable {
  /// When the last good reading was taken; nil when none was yet.
  public internal(set) var lastGood: Timestamp?
  /// How many values were put aside since the service started.
  public internal(set) var quarantined = 0
  /// How many readings wait until it is known whether their counter goes on from them.
  public internal(set) var held = 0
  /// All values stand still although some must move.
  public internal(set) var isFrozen = false
  /// No good reading for some minutes.
  public internal(set) var isStale = false
  /// Metering points whose power and counted energy do not belong together.
  public internal(set) var disagreements = 0

  /// A device of which nothing is known yet.
  public init() {}
}
