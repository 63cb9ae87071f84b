public import ModbusIO

/// Why a request or a poll failed, as statistics tell it apart.
public enum FailureCause: Hashable, Sendable {
  /// No complete answer in time.
  case noAnswer
  /// Nothing listens at the address.
  case connectionRefused
  /// No connection came about.
  case unreachable
  /// The connection broke while a request was under way.
  case connectionLost
  /// The checksum told that the answer was damaged on the line.
  case checksum
  /// Something else arrived than the answer.
  case brokenReply
  /// The device refused; 5, 6 and 7 say that it is busy.
  case exception(ModbusException)
  /// Nothing was asked: link, request or block cannot be right.
  case notAsked
  /// The device answers and has no SunSpec map.
  case noSunSpecMap

  /// The cause of `error`; nil for a task that was cancelled, which is nobody's failure.
  public init?(_ error: ModbusError) {
    switch error {
    case .noAnswer: self = .noAnswer
    case .connectionRefused: self = .connectionRefused
    case .unreachable: self = .unreachable
    case .connectionLost: self = .connectionLost
    case .brokenReply: self = error.isDamage ? .checksum : .brokenReply
    case .exception(_, let code): self = .exception(code)
    case .invalidRequest, .invalidLink, .invalidBlock, .simulatorFailed, .serverFailed: self = .notAsked
    case .cancelled: return nil
    }
  }

  /// The cause of a failed poll; nil for a cancelled one.
  public init?(_ failure: PollFailure) {
    switch failure {
    case .bus(let error): self.init(error)
    case .noSunSpecMap: self = .noSunSpecMap
    }
  }

  /// Its name in files: small letters and `_`.
  public var name: String {
    switch self {
    case .noAnswer: "no_answer"
    case .connectionRefused: "connection_refused"
    case .unreachable: "unreachable"
    case .connectionLost: "connection_lost"
    case .checksum: "checksum"
    case .brokenReply: "broken_reply"
    case .exception(let code): "exception_\(code.rawValue)"
    case .notAsked: "not_asked"
    case .noSunSpecMap: "no_sunspec_map"
    }
  }
}
