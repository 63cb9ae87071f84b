public import CommunityModel
public import MarketTime

/// What is measured where: one time series.
public struct SeriesKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The metering point.
  public let point: MeteringPoint.ID
  /// The quantity.
  public let channel: Channel

  /// The series of `channel` at `point`.
  public init(_ point: MeteringPoint.ID, _ channel: Channel) {
    self.point = point
    self.channel = channel
  }

  /// By metering point, then by channel name.
  public static func < (left: SeriesKey, right: SeriesKey) -> Bool {
    (left.point, left.channel.rawValue) < (right.point, right.channel.rawValue)
  }

  /// `B01-GRID.energy_import`.
  public var description: String { "\(point).\(channel.rawValue)" }
}

/// One value read from a device: a whole number of its channel's unit.
public struct Reading: Hashable, Sendable {
  /// Where and what.
  public let series: SeriesKey
  /// When it was read.
  public let time: Timestamp
  /// How many of the channel's unit.
  public let value: Int64

  /// A reading; see the properties.
  public init(_ series: SeriesKey, at time: Timestamp, value: Int64) {
    self.series = series
    self.time = time
    self.value = value
  }
}

/// One value of a series whose key is known from around it.
public struct Sample: Hashable, Sendable {
  /// When it was read.
  public let time: Timestamp
  /// How many of the channel's unit.
  public let value: Int64

  /// A sample; see the properties.
  public init(at time: Timestamp, value: Int64) {
    self.time = time
    self.value = value
  }
}
