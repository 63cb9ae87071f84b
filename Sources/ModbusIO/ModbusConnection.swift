/// One bus: one TCP connection or one serial line, one request at a time.
///
/// Opens on the first read and again after every doubt. A doubt (no answer, an answer with any field wrong, a broken connection)
/// ends the TCP connection: nothing is ever searched for in the middle of a stream, so a late answer cannot meet a newer request.
/// A serial line has no connection to end and no transaction ids: before the next request it is listened to for as long again (at
/// most a second) as the missing answer had, and flushed, so that a late answer is thrown away. RTU over TCP has no transaction ids
/// either, and a gateway hands a late answer to whoever is connected then: its connection is ended, and the next one listened to. On
/// both, a request that a still later answer could be taken for the answer to is preceded by one of another length.
/// A refusal by the device (`ModbusError.exception`) is no doubt.
///
/// Reads wait for each other in the order of their calls. They block the bus's own thread only.
public actor ModbusConnection: RegisterSource {
  private static let longestWaitForLateAnswer = Duration.seconds(1)
  private static let longestDeadline = Duration.seconds(3600)
  private static let waitForReplay = Duration.milliseconds(100)

  /// Where the bus is reached.
  public nonisolated let link: ModbusLink

  private let executor: BusExecutor
  /// Why nothing can be read here, nil where nothing is known against it.
  private let flaw: String?
  private var silenceAfterConnecting = Duration.zero
  private var line: (any BusLine)?
  /// Goes on over reconnects, so that an answer which a gateway held back meets no equal id on the next connection.
  private var transaction: UInt16 = 0
  /// Until when an answer to an abandoned request may still come in where there are no transaction ids.
  private var lateAnswerLimit: ContinuousClock.Instant?
  private var unanswered = UnansweredRequests()

  /// A connection to `link`; nothing is opened yet, the settings are checked by the first read.
  public init(_ link: ModbusLink) {
    self.init(link, refusal: nil)
  }

  /// A connection on which every read is refused for the reason given, if one is.
  init(_ link: ModbusLink, refusal: String?) {
    self.link = link
    self.flaw = link.flaw ?? refusal
    self.executor = BusExecutor(label: "modbus \(link)")
  }

  /// The executor of the bus.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The bus itself.
  public nonisolated var isolation: (any Actor)? { self }

  /// Reads neighbouring registers of one unit in one request: see `RegisterSource`.
  ///
  /// On a serial line the deadline must cover the wire too: 60 registers at 9600 baud take about 150 ms. The look-up of a host
  /// name is done by the system and may take longer than the deadline; addresses have no such wait. The wait for a late answer
  /// comes before the deadline starts.
  /// - Throws: `ModbusError`, all cases but `invalidBlock` and `simulatorFailed`.
  public func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let allowed = min(deadline, Self.longestDeadline)
    try check(block, unit, deadline: allowed)
    let start = ContinuousClock.now
    let (line, waited) = try openLine(for: block, unit, from: start, until: start + allowed)
    let end = start + allowed + waited
    transaction &+= 1
    let frame = ReadFrame(unit: unit, block: block, transaction: transaction)
    if let probe = unanswered.probe(before: frame) {
      let outcome = line.exchange(probe, until: end)
      heed(outcome, to: probe, allowed: allowed, until: end)
      if outcome.isDoubtful { return try outcome.words(for: request(block, unit), deadline: deadline) }
    }
    let outcome = line.exchange(frame, until: end)
    heed(outcome, to: frame, allowed: allowed, until: end)
    return try outcome.words(for: request(block, unit), deadline: deadline)
  }

  /// Ends the connection, or frees the serial device. A later read opens it again.
  public func close() async {
    line = nil
  }

  /// Leaves silence between connecting and the first request: see `RegisterSource`. It does not count towards a read's deadline.
  public func rest(afterConnecting silence: Duration) async {
    silenceAfterConnecting = min(max(silence, silenceAfterConnecting), .seconds(10))
  }

  private func request(_ block: RegisterBlock, _ unit: UInt8) -> RegisterRequest {
    RegisterRequest(link: link, unit: unit, block: block)
  }

  private func check(_ block: RegisterBlock, _ unit: UInt8, deadline: Duration) throws(ModbusError) {
    if Task.isCancelled { throw .cancelled(request(block, unit)) }
    if let flaw { throw .invalidLink(link, reason: flaw) }
    if deadline <= .zero {
      throw .invalidRequest(request(block, unit), reason: "its deadline of \(deadline) leaves no time")
    }
    if unit == 0, !link.hasTransactions {
      throw .invalidRequest(
        request(block, unit), reason: "unit 0 is the broadcast address of a serial bus, nobody answers it")
    }
  }

  /// Lets the line go after a doubt, and remembers what may still come.
  private func heed(_ outcome: ReadOutcome, to frame: ReadFrame, allowed: Duration, until end: ContinuousClock.Instant) {
    switch outcome {
    case .words, .exception: return unanswered.forget(frame.unit)
    case .noAnswer, .broken:
      if case .serial = link { break }
      line = nil
    case .lost: line = nil
    }
    guard !link.hasTransactions else { return }
    unanswered.add(frame)
    // Broken or lost: the answer itself may still come within the time it had. None: it may come later than that.
    lateAnswerLimit = min(outcome == .noAnswer ? .now + allowed : end, .now + Self.longestWaitForLateAnswer)
  }

  /// The line that is open, if it is fit for a new request, else a new one; and how long was waited, from `start` on, for what the
  /// request has no part in: an old answer that may still come, the silence after connecting.
  private func openLine(
    for block: RegisterBlock, _ unit: UInt8, from start: ContinuousClock.Instant, until end: ContinuousClock.Instant
  ) throws(ModbusError) -> (any BusLine, Duration) {
    var lateAnswer = lateAnswerLimit.take()
    if let line {
      if line.isReadyToAsk(afterLateAnswer: lateAnswer) { return (line, lateAnswer == nil ? .zero : start.duration(to: .now)) }
      // Something came that nobody had asked for, or the other end hung up.
      if !link.hasTransactions { lateAnswer = .now + Self.waitForReplay }
    }
    line = nil
    let fresh = try newLine(for: request(block, unit), until: end)
    let opened = ContinuousClock.now
    SystemCall.sleep(until: opened + silenceAfterConnecting)
    if lateAnswer != nil { _ = fresh.isReadyToAsk(afterLateAnswer: lateAnswer) }
    line = fresh
    return (fresh, opened.duration(to: .now))
  }

  private func newLine(for request: RegisterRequest, until end: ContinuousClock.Instant) throws(ModbusError) -> any BusLine {
    switch link {
    case .tcp(let host, let port):
      SocketLine(try TCPDial(host: host, port: port).connect(for: request, until: end), framing: .tcp)
    case .rtuOverTCP(let host, let port):
      SocketLine(try TCPDial(host: host, port: port).connect(for: request, until: end), framing: .serial)
    case .serial(let serial):
      try SerialBusLine(serial, for: request)
    }
  }
}
