/// The code with which a device refuses a request (Modbus application protocol 1.1b3, section 7).
/// Open to any code: devices send others than the standard's.
public struct ModbusException: RawRepresentable, Hashable, Sendable {
  /// The code as it stands on the wire, 0...255.
  public let rawValue: UInt8

  /// The exception with this code.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// 1: the device does not support this function code.
  public static let illegalFunction = ModbusException(rawValue: 1)
  /// 2: one of the registers does not exist in this device.
  public static let illegalDataAddress = ModbusException(rawValue: 2)
  /// 3: the number of registers asked for is not allowed.
  public static let illegalDataValue = ModbusException(rawValue: 3)
  /// 4: the device failed while it worked on the request.
  public static let deviceFailure = ModbusException(rawValue: 4)
  /// 5: the device took the request and needs longer.
  public static let acknowledge = ModbusException(rawValue: 5)
  /// 6: the device is busy.
  public static let deviceBusy = ModbusException(rawValue: 6)
  /// 8: the device found a parity error in its memory.
  public static let memoryParityError = ModbusException(rawValue: 8)
  /// 10: the gateway has no path to the unit.
  public static let gatewayPathUnavailable = ModbusException(rawValue: 10)
  /// 11: the unit behind the gateway did not answer.
  public static let gatewayTargetNoAnswer = ModbusException(rawValue: 11)
}

extension ModbusException: CustomStringConvertible {
  /// The standard's name with the code, as in "illegal data address (exception 2)".
  public var description: String { "\(name) (exception \(rawValue))" }

  private var name: String {
    switch self {
    case .illegalFunction: "illegal function"
    case .illegalDataAddress: "illegal data address"
    case .illegalDataValue: "illegal data value"
    case .deviceFailure: "device failure"
    case .acknowledge: "acknowledge"
    case .deviceBusy: "device busy"
    case .memoryParityError: "memory parity error"
    case .gatewayPathUnavailable: "gateway path unavailable"
    case .gatewayTargetNoAnswer: "gateway target device did not answer"
    default: "unknown exception"
    }
  }

  /// What the refusal of `block` means and what to do next, in one sentence.
  func advice(for block: RegisterBlock, unit: UInt8) -> String {
    switch self {
    case .illegalFunction:
      "the device cannot read its \(block.table.rawValue) table (function code \(block.table.functionCode)); check the profile"
    case .illegalDataAddress:
      "the device does not know \(block); check profile and model"
    case .illegalDataValue:
      "the device does not take a request for \(block); read fewer registers at once, check profile and model"
    case .deviceFailure:
      "the device failed while it read \(block); look at the device's own fault display"
    case .acknowledge, .deviceBusy:
      "the device is busy; read again a little later"
    case .memoryParityError:
      "the device found its memory damaged; restart it, have it serviced if this comes back"
    case .gatewayPathUnavailable:
      "the gateway has no path to unit \(unit); check the gateway's settings and the unit id"
    case .gatewayTargetNoAnswer:
      "unit \(unit) did not answer its gateway; check the unit id, its power and its wiring"
    default:
      "the device refused \(block) with a code that the Modbus standard does not know; see the device's manual"
    }
  }
}
