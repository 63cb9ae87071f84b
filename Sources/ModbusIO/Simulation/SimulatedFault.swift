/// One thing that a simulated device does on the wire.
public enum SimulatedStep: Sendable, Hashable {
  /// Sends bytes.
  case send([UInt8])
  /// Lets time pass before the next step.
  case pause(Duration)
  /// Keeps bytes back until the next request on any connection, and sends them before its answer.
  case hold([UInt8])
  /// Closes the connection; nothing on a serial line.
  case close
  /// Resets the connection (RST); nothing on a serial line.
  case reset
}

/// A way to answer wrongly: makes the device's steps out of the right reply.
public struct SimulatedFault: Sendable, CustomStringConvertible {
  /// The fault's name, for the names of tests.
  public let description: String
  let steps: @Sendable (SimulatedReply) -> [SimulatedStep]

  /// A fault that does `steps` instead of sending the right reply.
  public init(_ description: String, steps: @escaping @Sendable (SimulatedReply) -> [SimulatedStep]) {
    self.description = description
    self.steps = steps
  }

  private static func changed(_ description: String, _ change: @escaping @Sendable (inout SimulatedReply) -> Void)
    -> SimulatedFault
  {
    SimulatedFault(description) { right in
      var reply = right
      change(&reply)
      return [.send(reply.bytes)]
    }
  }

  private static func half(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix(bytes.count / 2)) }
}

extension SimulatedFault {
  /// No answer.
  public static let silent = SimulatedFault("silent") { _ in [] }
  /// The answer comes when the next request has come, before that one's answer.
  public static let lateByOneRequest = SimulatedFault("late by one request") { [.hold($0.bytes)] }
  /// The answer comes twice, in one go.
  public static let twice = SimulatedFault("answer twice") { [.send($0.bytes + $0.bytes)] }
  /// The answer carries the transaction id before the right one.
  public static let wrongTransaction = changed("wrong transaction id") { $0.transaction &-= 1 }
  /// Protocol id 1.
  public static let wrongProtocol = changed("wrong protocol id") { $0.protocolID = 1 }
  /// Another unit answers.
  public static let wrongUnit = changed("wrong unit") { $0.unit ^= 1 }
  /// The header announces two bytes more than come.
  public static let wrongLength = changed("wrong length") { $0.announcedLength = UInt16($0.message.count + 3) }
  /// Holding registers for input registers, coils for discrete inputs, or the other way round.
  public static let wrongFunction = changed("wrong function code") { $0.message[0] ^= $0.message[0] & 0x7F < 3 ? 3 : 7 }
  /// One register less than asked for, the frame being whole.
  public static let registerMissing = changed("one register missing") {
    guard $0.message.count > 3 else { return }
    $0.message.removeLast(2)
    $0.message[1] -= 2
  }
  /// One register more than asked for, the frame being whole.
  public static let registerTooMany = changed("one register too many") {
    $0.message += [0, 0]
    $0.message[1] &+= 2
  }
  /// Half of the frame, then the connection closes.
  public static let halfThenClose = SimulatedFault("half frame, then close") { [.send(half($0.bytes)), .close] }
  /// Half of the frame, then nothing.
  public static let halfThenSilent = SimulatedFault("half frame, then silent") { [.send(half($0.bytes))] }
  /// Closes the connection instead of answering.
  public static let closed = SimulatedFault("closed") { _ in [.close] }
  /// Resets the connection instead of answering.
  public static let reset = SimulatedFault("reset") { _ in [.reset] }
  /// Bytes that are no Modbus.
  public static let garbage = SimulatedFault("garbage") { _ in [.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))] }
  /// A byte of noise before the answer.
  public static let noiseFirst = SimulatedFault("noise first") { [.send([0xF7] + $0.bytes)] }
  /// The request comes back before the answer, as from a serial adapter that hears itself.
  public static let echo = SimulatedFault("echo") { reply in
    let echo = SimulatedReply(to: reply.request, framing: reply.framing, message: reply.request.message)
    return [.send(echo.bytes + reply.bytes)]
  }
  /// The last byte of the frame is wrong: on a serial line its checksum, on TCP the last register, which nobody can notice.
  public static let lastByteWrong = SimulatedFault("last byte wrong") { reply in
    var bytes = reply.bytes
    bytes[bytes.count - 1] ^= 0x10
    return [.send(bytes)]
  }

  /// The device refuses with `code`.
  public static func exception(_ code: ModbusException) -> SimulatedFault {
    changed("exception \(code.rawValue)") { $0.message = [$0.message[0] | 0x80, code.rawValue] }
  }

  /// One byte each `pause`.
  public static func dribble(every pause: Duration) -> SimulatedFault {
    SimulatedFault("a byte each \(pause)") { reply in reply.bytes.flatMap { [.send([$0]), .pause(pause)] } }
  }

  /// The first `count` bytes, and after `pause` the others.
  public static func split(after count: Int, pause: Duration) -> SimulatedFault {
    SimulatedFault("split after \(count) bytes") { reply in
      [.send(Array(reply.bytes.prefix(count))), .pause(pause), .send(Array(reply.bytes.dropFirst(count)))]
    }
  }

  /// The whole answer after `pause`.
  public static func delay(_ pause: Duration) -> SimulatedFault {
    SimulatedFault("delayed by \(pause)") { [.pause(pause), .send($0.bytes)] }
  }
}
