import DeviceProfiles
import ModbusIO

/// One bus with two sorts of askers: the collector, which owns it, and readers behind the proxy, to whom it is lent.
///
/// The collector's reads go straight through, and what they bring answers readers too. Readers ask only while the collector has
/// nothing to do: one request at a time, and only one that ends before the collector's next poll is due. So a reader never delays a
/// poll. Equal questions are asked once.
actor LentBus: RegisterSource {
  /// Different questions that may wait for the bus; one more is answered with "busy".
  private static let longestQueue = 8
  /// How long a reader waits for its turn before it is told "busy"; clients give up after 3 s or more.
  private static let longestWait: Duration = .milliseconds(2500)
  /// How long readers are told that a unit does not answer before it is asked for them again.
  private static let silencePeriod: Duration = .seconds(5)
  /// What a request takes as long as nobody has measured it, and what is added to what was measured.
  private static let firstEstimate: Duration = .milliseconds(100)
  private static let margin: Duration = .milliseconds(20)

  private struct Question: Hashable {
    let unit: UInt8
    let block: ModbusIO.RegisterBlock
  }

  private struct Waiting {
    let number: Int
    let question: Question
    var readers: [CheckedContinuation<ModbusReadServer.Answer, Never>]
    /// Tells them that the bus is busy when their time is over.
    var patience: Task<Void, Never>?
    var isAsked = false
  }

  private let source: any RegisterSource
  private let pacing: DevicePoller.Pacing
  private let maximumAge: Duration
  private let limits: [UInt8: RequestLimits]
  private let closesBetweenPolls: Bool
  private let hasTransactions: Bool
  private let silenceAfterConnecting: Duration

  private var cache = AnswerCache()
  private var queue: [Waiting] = []
  private var questions = 0
  /// Until when the bus is lent, on the pacing's clock; nil while the collector has it.
  private var lentUntil: Duration?
  private var isAsking = false
  private var owner: CheckedContinuation<Void, Never>?
  private var hasEnded = false
  /// Whether the next request may have to connect first.
  private var mayHaveToConnect = true
  /// Until when the next request waits for the late answer to one that failed, where there are no transaction ids.
  private var listensUntil = Duration.zero
  private var estimates: [UInt8: Duration] = [:]
  private var silentUntil: [UInt8: Duration] = [:]

  /// The bus `bus`, reached by `source`, lent as `proxy` says.
  init(_ bus: BusPlan, proxy: ProxyPlan, source: any RegisterSource, pacing: DevicePoller.Pacing) {
    self.source = source
    self.pacing = pacing
    maximumAge = proxy.maximumAge
    var limits: [UInt8: RequestLimits] = [:]
    for device in bus.devices {
      limits[device.unit] = limits[device.unit]?.stricter(device.profile.limits) ?? device.profile.limits
    }
    let strictest = limits.values.reduce(RequestLimits()) { $0.stricter($1) }
    // Nobody knows what a unit without a profile bears; its neighbours' limits are the best guess.
    for unit in proxy.units where limits[unit] == nil { limits[unit] = strictest }
    self.limits = limits
    closesBetweenPolls = bus.closesBetweenPolls
    silenceAfterConnecting = bus.silenceAfterConnecting
    hasTransactions = if case .tcp = bus.link { true } else { false }
  }

  // MARK: - The collector's side

  /// Reads for the collector, at once.
  func read(
    _ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration
  ) async throws(ModbusError) -> [UInt16] {
    let words = try await ask(block, unit: unit, deadline: deadline)
    answerFromCache()
    return words
  }

  /// Lets go of the bus; readers still wait.
  func close() async {
    mayHaveToConnect = true
    await source.close()
  }

  /// Leaves silence after connecting: see `RegisterSource`.
  func rest(afterConnecting silence: Duration) async { await source.rest(afterConnecting: silence) }

  /// Lends the bus to readers until `end`, on the pacing's clock: the moment at which the collector's next poll is due.
  func lend(until end: Duration) {
    lentUntil = end
    askNext()
  }

  /// Gives the bus back to the collector, when the request that is under way has ended.
  func takeBack() async {
    lentUntil = nil
    guard isAsking else { return }
    await withCheckedContinuation { owner = $0 }
  }

  /// Ends lending for good: whoever waits is told that the bus is busy.
  func end() {
    hasEnded = true
    lentUntil = nil
    for waiting in queue where !waiting.isAsked { settle(waiting.number, .refusal(.deviceBusy)) }
  }

  // MARK: - The readers' side

  /// Readers who wait for an answer.
  var readerCount: Int { queue.reduce(0) { $0 + $1.readers.count } }
  /// Whether the collector waits for a reader's request to end.
  var isTakenBack: Bool { owner != nil }

  /// What a reader gets that asks `unit` for `block`.
  func answer(_ block: ModbusIO.RegisterBlock, unit: UInt8) async -> ModbusReadServer.Answer {
    guard let limits = limits[unit] else { return .refusal(.gatewayPathUnavailable) }
    guard block.count <= limits.registersPerRequest else { return .refusal(.illegalDataValue) }
    if let words = cache.words(block, unit: unit, since: pacing.uptime() - maximumAge) { return .words(words) }
    if let time = silentUntil[unit], pacing.uptime() < time { return .refusal(.gatewayTargetNoAnswer) }
    if hasEnded { return .refusal(.deviceBusy) }
    let question = Question(unit: unit, block: block)
    let position = queue.firstIndex { $0.question == question }
    guard position != nil || queue.count < Self.longestQueue else { return .refusal(.deviceBusy) }
    return await withCheckedContinuation { reader in
      if let position { return queue[position].readers.append(reader) }
      questions += 1
      let number = questions
      let patience = Task {
        await pacing.pause(Self.longestWait)
        if !Task.isCancelled { giveUp(number) }
      }
      queue.append(Waiting(number: number, question: question, readers: [reader], patience: patience))
      askNext()
    }
  }

  // MARK: - Turns

  /// Asks the first question of the queue that can be answered in the time that is left.
  private func askNext() {
    guard !isAsking, let position = queue.firstIndex(where: { deadline(for: $0.question.unit) != nil }) else { return }
    queue[position].isAsked = true
    isAsking = true
    let (number, question) = (queue[position].number, queue[position].question)
    Task {
      let answer = await askForReaders(question)
      isAsking = false
      if let answer { settle(number, answer) } else { putBack(number) }
      if closesBetweenPolls, queue.isEmpty { await close() }
      if let owner {
        self.owner = nil
        owner.resume()
      } else if answer != nil {
        askNext()
      }
    }
  }

  /// The answer to a reader's question; nil when the bus was taken back before it could be asked.
  private func askForReaders(_ question: Question) async -> ModbusReadServer.Answer? {
    let limits = limits[question.unit] ?? RequestLimits()
    if limits.pause > .zero { await pacing.pause(limits.pause) }
    guard let deadline = deadline(for: question.unit) else { return nil }
    do throws(ModbusError) {
      return .words(try await ask(question.block, unit: question.unit, deadline: deadline))
    } catch {
      if case .exception(_, let code) = error { return .refusal(code) }
      if case .invalidRequest = error { return .refusal(.gatewayPathUnavailable) }
      return .refusal(.gatewayTargetNoAnswer)
    }
  }

  /// How long a reader's request to `unit` may take; nil when it might not end before the collector's next poll.
  private func deadline(for unit: UInt8) -> Duration? {
    guard let lentUntil, !hasEnded, let limits = limits[unit] else { return nil }
    var left = lentUntil - pacing.uptime() - limits.pause
    if mayHaveToConnect { left -= silenceAfterConnecting }
    left -= max(listensUntil - pacing.uptime(), .zero)
    // Without transaction ids the line is listened to for as long again after a missing answer.
    let deadline = min(limits.timeout, hasTransactions ? left : left / 2)
    return deadline >= min((estimates[unit] ?? Self.firstEstimate) + Self.margin, limits.timeout) ? deadline : nil
  }

  private func ask(
    _ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration
  ) async throws(ModbusError) -> [UInt16] {
    let begin = pacing.uptime()
    do throws(ModbusError) {
      let words = try await source.read(block, unit: unit, deadline: deadline)
      cache.keep(words, of: block, unit: unit, at: begin)
      hasAnswered(unit, after: pacing.uptime() - begin)
      return words
    } catch {
      if case .exception = error {
        hasAnswered(unit, after: pacing.uptime() - begin)
      } else {
        mayHaveToConnect = true
        silentUntil[unit] = pacing.uptime() + Self.silencePeriod
        if !hasTransactions { listensUntil = pacing.uptime() + deadline }
      }
      throw error
    }
  }

  private func hasAnswered(_ unit: UInt8, after time: Duration) {
    mayHaveToConnect = false
    silentUntil[unit] = nil
    estimates[unit] = max(time, (estimates[unit] ?? .zero) * 9 / 10)
  }

  // MARK: - The queue

  /// Answers those whose registers the collector has just read itself.
  private func answerFromCache() {
    for waiting in queue where !waiting.isAsked {
      let question = waiting.question
      if let words = cache.words(question.block, unit: question.unit, since: pacing.uptime() - maximumAge) {
        settle(waiting.number, .words(words))
      }
    }
  }

  private func giveUp(_ number: Int) {
    if queue.contains(where: { $0.number == number && !$0.isAsked }) { settle(number, .refusal(.deviceBusy)) }
  }

  private func putBack(_ number: Int) {
    guard let position = queue.firstIndex(where: { $0.number == number }) else { return }
    queue[position].isAsked = false
    if hasEnded { settle(number, .refusal(.deviceBusy)) }
  }

  private func settle(_ number: Int, _ answer: ModbusReadServer.Answer) {
    guard let position = queue.firstIndex(where: { $0.number == number }) else { return }
    let waiting = queue.remove(at: position)
    waiting.patience?.cancel()
    for reader in waiting.readers { reader.resume(returning: answer) }
  }
}

extension RequestLimits {
  /// What both of two devices bear.
  fileprivate func stricter(_ other: RequestLimits) -> RequestLimits {
    RequestLimits(
      registersPerRequest: min(registersPerRequest, other.registersPerRequest), gap: min(gap, other.gap),
      pause: max(pause, other.pause), timeout: max(timeout, other.timeout))
  }
}
