/// What was asked for, and where: the address on every error of a read.
public struct RegisterRequest: Hashable, Sendable {
  /// The bus.
  public let link: ModbusLink
  /// The unit (slave) id on the bus, 0...255 on TCP, 1...255 on a serial line.
  public let unit: UInt8
  /// The registers.
  public let block: RegisterBlock

  /// A request for `block` of `unit` on `link`.
  public init(link: ModbusLink, unit: UInt8, block: RegisterBlock) {
    self.link = link
    self.unit = unit
    self.block = block
  }
}

extension RegisterRequest: CustomStringConvertible {
  /// As in "192.168.1.20:502 unit 3, registers 100-109 of the input table".
  public var description: String { "\(link) unit \(unit), \(block)" }
}

/// Why a read, or a simulated device, failed. After each of them, `exception` apart, the next read starts on a fresh connection
/// (on a serial line: on a flushed line).
public enum ModbusError: Error, Sendable, Equatable {
  /// The host is there but nothing listens on the port.
  case connectionRefused(RegisterRequest)
  /// No connection came about: unknown name, no route, no answer, no such serial device; `reason` says which.
  case unreachable(RegisterRequest, reason: String)
  /// The connection broke while a request was under way.
  case connectionLost(RegisterRequest, reason: String)
  /// No complete answer within the deadline `after`.
  case noAnswer(RegisterRequest, after: Duration)
  /// The device refused the request. The connection stays.
  case exception(RegisterRequest, code: ModbusException)
  /// Something arrived that is not the answer to the request; nothing of it was used.
  case brokenReply(RegisterRequest, reason: String)
  /// The task was cancelled before the request left.
  case cancelled(RegisterRequest)
  /// A request that the protocol does not allow, such as unit 0 (broadcast) on a serial line. Nothing was sent.
  case invalidRequest(RegisterRequest, reason: String)
  /// The settings of the link cannot be right. Nothing was opened.
  case invalidLink(ModbusLink, reason: String)
  /// A block outside the protocol's limits.
  case invalidBlock(reason: String)
  /// A simulated device could not be started.
  case simulatorFailed(reason: String)
  /// Nothing can be served to others at that address.
  case serverFailed(reason: String)
}

extension ModbusError {
  /// What was asked for; nil where no request was under way.
  public var request: RegisterRequest? {
    switch self {
    case .connectionRefused(let request), .unreachable(let request, _), .connectionLost(let request, _),
      .noAnswer(let request, _),
      .exception(let request, _), .brokenReply(let request, _), .cancelled(let request), .invalidRequest(let request, _):
      request
    case .invalidLink, .invalidBlock, .simulatorFailed, .serverFailed: nil
    }
  }

  /// Whether the checksum told that the answer was damaged on its way: noise on the line, wiring, termination.
  public var isDamage: Bool {
    if case .brokenReply(_, ReadFrame.wrongChecksum) = self { true } else { false }
  }
}

extension ModbusError: CustomStringConvertible {
  /// One sentence: where, what happened, what to do next.
  public var description: String {
    switch self {
    case .connectionRefused(let request):
      "\(request): nothing listens there; check address and port, and whether Modbus is switched on in the device"
    case .unreachable(let request, let reason):
      Self.unreachable(request, reason)
    case .connectionLost(let request, let reason):
      "\(request): the connection broke, \(reason); \(Self.breakAdvice(request.link))"
    case .noAnswer(let request, let time):
      "\(request): no complete answer within \(time); \(Self.silenceAdvice(request.link))"
    case .exception(let request, let code):
      "\(request): \(code), \(code.advice(for: request.block, unit: request.unit))"
    case .brokenReply(let request, let reason):
      "\(request): the answer was thrown away, \(reason)"
    case .cancelled(let request):
      "\(request): not asked, the task was cancelled"
    case .invalidRequest(let request, let reason):
      "\(request): not asked, \(reason)"
    case .invalidLink(let link, let reason):
      "\(link): \(reason); correct the link's settings"
    case .invalidBlock(let reason):
      "no such block of registers: \(reason); correct the profile"
    case .simulatorFailed(let reason):
      "the simulated device did not start: \(reason)"
    case .serverFailed(let reason):
      "cannot listen there: \(reason); choose an address of this machine and a free port"
    }
  }

  /// What keeps a serial device from being opened says itself what to do, and has nothing to do with the unit asked.
  private static func unreachable(_ request: RegisterRequest, _ reason: String) -> String {
    switch request.link {
    case .tcp, .rtuOverTCP: "\(request): not reachable, \(reason); check power, cabling and the address"
    case .serial: reason
    }
  }

  private static func breakAdvice(_ link: ModbusLink) -> String {
    switch link {
    case .tcp, .rtuOverTCP: "some devices take one connection only: check that no other program reads this one"
    case .serial: "check that the adapter is still plugged in"
    }
  }

  private static func silenceAdvice(_ link: ModbusLink) -> String {
    switch link {
    case .tcp: "check the unit id and the device's power, allow more time for a slow device"
    case .rtuOverTCP:
      "check the unit id and the gateway's serial settings, and that the gateway carries RTU frames (else the bus is `tcp`)"
    case .serial: "check the unit id, baud rate, parity and the A/B wires, allow more time for a slow device"
    }
  }
}
