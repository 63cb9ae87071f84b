/// In which way an answer was not the one that was asked for: tells whose fault it is.
public enum BrokenReply: Hashable, Sendable {
  /// Its checksum does not fit: noise, another speed, or two devices that talk at the same time.
  case checksum
  /// Another unit answered.
  case otherUnit
  /// Anything else.
  case other
}

extension ModbusError {
  /// The way in which the answer was broken; nil for any other error.
  public var brokenReply: BrokenReply? {
    guard case .brokenReply(_, let reason) = self else { return nil }
    if reason == ReadFrame.wrongChecksum { return .checksum }
    return reason.hasSuffix(ReadFrame.wrongUnitAdvice) ? .otherUnit : .other
  }
}

/// The libmodbus that this program runs with.
public enum ModbusLibrary {
  /// As in `3.1.6`.
  public static var version: String { SerialBusLine.libraryVersion }
}
