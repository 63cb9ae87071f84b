public import Readings

/// What one round of reading says about a channel of a part of the device.
public struct DecodedField: Hashable, Sendable {
  /// Part and channel.
  public let key: PartChannel
  /// The value, or why there is none.
  public let value: DecodedValue

  /// The `value` of `key`.
  public init(_ key: PartChannel, _ value: DecodedValue) {
    self.key = key
    self.value = value
  }

  /// The part of the device.
  public var part: DevicePart { key.part }
  /// The channel.
  public var channel: Channel { key.channel }
}

/// A value in the channel's unit, or the reason why there is none. Never zero for a value that could not be read.
public enum DecodedValue: Hashable, Sendable {
  /// A whole number of the channel's unit, its sign as `Channel` has it.
  case value(Int64)
  /// There is none.
  case missing(MissingReason)

  /// The number; nil when it is missing.
  public var count: Int64? {
    switch self {
    case .value(let count): count
    case .missing: nil
    }
  }
}

/// Why a channel has no value.
public enum MissingReason: String, Error, CaseIterable, Hashable, Sendable {
  /// The request failed, its answer had another length, or nobody asked for the register.
  case notRead
  /// The device sent its sign for "no value".
  case notAvailable
  /// A floating-point number that is infinite or none.
  case notANumber
  /// The register with the power of ten holds none of -10...10.
  case scaleInvalid
  /// The number does not fit the channel's 64 bits.
  case outOfRange
  /// A SunSpec counter that stands at zero: not implemented, or nothing counted yet.
  case notAccumulating
  /// The SunSpec model that the device reports is too short to hold the point, or has fewer groups.
  case notInModel
  /// The profile does not say what positive numbers mean, or the device's code for the direction is none that it knows.
  case directionUnknown
}

extension DeviceProfile {
  /// What the number of a state means: "charging"; nil where the profile does not say.
  public func state(_ field: DecodedField) -> String? {
    guard let count = field.value.count else { return nil }
    return registers.first { $0.key == field.key }?.states[count]
  }
}
