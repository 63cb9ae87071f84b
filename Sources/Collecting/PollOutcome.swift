public import DeviceProfiles
public import MarketTime
public import ModbusIO
public import Readings

/// What one poll of a device brought.
public struct PollOutcome: Sendable {
  /// When the device answered first; when it was given up where it did not.
  public let time: Timestamp
  /// Each channel's value, or why there is none.
  public let fields: DecodedRound
  /// The readings to keep: the fields that have a value, at the metering points that the device measures.
  public let readings: [Reading]
  /// The registers that the device refuses, cut as small as values allow; they are asked again after an hour.
  public let refused: [DeviceProfiles.RegisterBlock]
  /// Why the device did not answer, or not to the end; nil when it did.
  public let failure: PollFailure?
  /// The serial number, where this poll asked for it and the device has one: at the start and after each failure.
  public internal(set) var serial: String?
  /// The words that the poll brought.
  var image = RegisterImage()

  /// That the device answers, but refuses all that the profile asks for, and what to do; nil when it does not.
  public var refusal: String? {
    failure == nil && !refused.isEmpty && fields.allSatisfy { $0.value == .missing(.notRead) } ? Self.refusesAll : nil
  }

  static let refusesAll =
    "it answers, but refuses every register that the profile asks for; check profile and unit number, and what `scan` finds"

  /// The channels whose numbers do not fit 64 bits.
  var unfit: [PartChannel] { fields.keys(missing: .outOfRange) }
}

/// Why a poll did not succeed.
public enum PollFailure: Error, Sendable, Equatable {
  /// A request failed; nothing behind it was asked.
  case bus(ModbusError)
  /// The device answers, but has no SunSpec models at the profile's base addresses.
  case noSunSpecMap(bases: [UInt16])
}

extension PollFailure: CustomStringConvertible {
  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .bus(let error): return "\(error)"
    case .noSunSpecMap(let bases):
      return
        "no SunSpec map at \(bases.map(String.init).joined(separator: ", ")); switch Modbus to SunSpec in the device's menu, "
        + "or take the profile of its own register map"
    }
  }
}
