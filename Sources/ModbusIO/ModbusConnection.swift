/// One bus: one TCP connection or one serial line, one request at a time.
///
/// Opens on the first read and again after every doubt. A doubt (no answer, an answer with any field wrong, a broken connection)
/// ends the TCP connection: nothing is ever searched for in the middle of a stream, so a late answer cannot meet a newer request.
/// A serial line has no connection to end and no transaction ids: before the next request it is listened to for as long again (at
/// most a second) as the missing answer had, and flushed, so that a late answer is thrown away.
/// A refusal by the device (`ModbusError.exception`) is no doubt.
///
/// Reads wait for each other in the order of their calls. They block the bus's own thread only.
public actor ModbusConnection: RegisterSource {
  private static let longestWaitForLateAnswer = Duration.seconds(1)

  /// Where the bus is reached.
  public nonisolated let link: ModbusLink

  private let executor: BusExecutor
  private var line: BusLine?
  /// Goes on over reconnects, so that an answer which a gateway held back meets no equal id on the next connection.
  private var transaction: UInt16 = 0
  /// Until when an answer to an abandoned request may still come in on a serial line.
  private var lateAnswerLimit: ContinuousClock.Instant?

  /// A connection to `link`; nothing is opened yet, the settings are checked by the first read.
  public init(_ link: ModbusLink) {
    self.link = link
    self.executor = BusExecutor(label: "modbus \(link)")
  }

  /// The executor of the bus.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Reads neighbouring registers of one unit in one request: see `RegisterSource`.
  ///
  /// On a serial line the deadline must cover the wire too: 60 registers at 9600 baud take about 150 ms. The look-up of a host
  /// name is done by the system and may take longer than the deadline; addresses have no such wait. The wait for a late answer
  /// comes before the deadline starts.
  /// - Throws: `ModbusError`, all cases but `invalidBlock` and `simulatorFailed`.
  public func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let request = RegisterRequest(link: link, unit: unit, block: block)
    let allowed = min(deadline, .seconds(3600))
    try check(request, deadline: allowed)
    let start = ContinuousClock.now
    var line = try openLine(for: request, until: start + allowed)
    // Opening a serial device takes no time, but waiting for a late answer on it does.
    let end = if case .serial = link { ContinuousClock.now + allowed } else { start + allowed }
    transaction &+= 1
    let outcome = line.exchange(ReadFrame(unit: unit, block: block, transaction: transaction), until: end)
    switch (outcome, link) {
    case (.words, _), (.exception, _):
      self.line = consume line
    case (.noAnswer, .serial), (.broken, .serial):
      self.line = consume line
      // Broken: the answer itself may still come within the time it had. None: it may come later than that.
      lateAnswerLimit = min(outcome == .noAnswer ? .now + allowed : end, .now + Self.longestWaitForLateAnswer)
    case (.noAnswer, .tcp), (.broken, .tcp), (.lost, _):
      break
    }
    return try outcome.words(for: request, deadline: deadline)
  }

  /// Ends the connection, or frees the serial device. A later read opens it again.
  public func close() async {
    line = nil
  }

  private func check(_ request: RegisterRequest, deadline: Duration) throws(ModbusError) {
    if Task.isCancelled { throw .cancelled(request) }
    if let flaw = link.flaw { throw .invalidLink(link, reason: flaw) }
    if deadline <= .zero { throw .invalidRequest(request, reason: "its deadline of \(deadline) leaves no time") }
    if case .serial = link, request.unit == 0 {
      throw .invalidRequest(request, reason: "unit 0 is the broadcast address of a serial bus, nobody answers it")
    }
  }

  /// The line that is open, if it is fit for a new request, else a new one.
  private func openLine(for request: RegisterRequest, until end: ContinuousClock.Instant) throws(ModbusError) -> BusLine {
    let lateAnswer = lateAnswerLimit.take()
    if var open = line.take(), open.isReadyToAsk(afterLateAnswer: lateAnswer) { return open }
    var fresh = try BusLine(for: request)
    try fresh.connect(for: request, until: end)
    if lateAnswer != nil { _ = fresh.isReadyToAsk(afterLateAnswer: lateAnswer) }
    return fresh
  }
}
