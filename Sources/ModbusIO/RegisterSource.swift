/// Where register words come from: a real bus (`ModbusConnection`) or one in memory (`InMemoryRegisterSource`).
public protocol RegisterSource: Sendable {
  /// Where reads run; nil where they run with whoever asks. Who asks from there changes no thread for a request.
  var isolation: (any Actor)? { get }

  /// Reads neighbouring registers of one unit in one request.
  /// - Parameters:
  ///   - block: which registers.
  ///   - unit: unit (slave) id, 0...255 on TCP, 1...255 on a serial line.
  ///   - deadline: how long the request may hold the bus, connecting included; above zero, at most an hour. Waiting for other
  ///     requests on the same bus does not count.
  /// - Returns: exactly `block.count` words, as they stand on the wire.
  /// - Throws: `ModbusError`, with link, unit and block in it.
  func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16]

  /// Lets go of the bus. A later read opens it again.
  func close() async

  /// Leaves this much silence between opening a connection and the first request on it, 0 to 10 s. Some devices drop what comes
  /// earlier. The longest that anyone asked for holds.
  func rest(afterConnecting silence: Duration) async
}

extension RegisterSource {
  /// Reads run with whoever asks.
  public var isolation: (any Actor)? { nil }

  /// Does nothing: where no connection is opened there is none to rest after.
  public func rest(afterConnecting silence: Duration) async {}
}
