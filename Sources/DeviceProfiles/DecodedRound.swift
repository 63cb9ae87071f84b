public import CommunityModel
public import MarketTime
public import Readings

/// What one round of reading says about a device: its fields in the order of the plan that decoded them.
///
/// Rounds share their keys, so that a round costs as many values and no more.
public struct DecodedRound: RandomAccessCollection, Sendable {
  private let keys: [PartChannel]
  private let values: [DecodedValue]

  /// The `values` of `keys`, as many of the one as of the other.
  init(keys: [PartChannel], values: [DecodedValue]) {
    self.keys = keys
    self.values = values
  }

  /// A round of these `fields`.
  public init(_ fields: [DecodedField]) {
    self.init(keys: fields.map(\.key), values: fields.map(\.value))
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// How many fields there are.
  public var endIndex: Int { keys.count }
  /// The field at a place from 0 on.
  public subscript(place: Int) -> DecodedField { DecodedField(keys[place], values[place]) }

  /// The channels that have no value for this `reason`.
  public func keys(missing reason: MissingReason) -> [PartChannel] {
    let missing = DecodedValue.missing(reason)
    return values.indices.filter { values[$0] == missing }.map { keys[$0] }
  }

  /// The values as readings, taken at `time` and stored for the metering points that the parts measure.
  ///
  /// Missing values and parts without a metering point give none.
  public func readings(at time: Timestamp, measuring points: [DevicePart: MeteringPoint.ID]) -> [Reading] {
    var readings: [Reading] = []
    readings.reserveCapacity(values.count)
    // Fields of a part stand together.
    var end = 0
    while end < values.count {
      let (begin, part) = (end, keys[end].part)
      repeat { end += 1 } while end < values.count && keys[end].part == part
      guard let point = points[part] else { continue }
      for place in begin..<end {
        guard let count = values[place].count else { continue }
        readings.append(Reading(SeriesKey(point, keys[place].channel), at: time, value: count))
      }
    }
    return readings
  }
}
