import Synchronization

/// The units (slaves) of a simulated bus: their registers, the faults they are told to make, and a log of what they were asked.
///
/// Serve them with `SimulatedModbusServer`, `SimulatedSerialDevice` or `InMemoryRegisterSource`. Answers reads of defined
/// registers; an address that is not defined with exception 2, a count outside 1...125 with 3, any function code but 1 to 4 with
/// 1. A unit that does not exist answers with exception 11 as a gateway does, and not at all on a serial line.
public final class SimulatedUnits: Sendable {
  /// Most requests kept in the log; the oldest go first.
  public static let logLimit = 100_000

  private let banks: [UInt8: RegisterBank]
  private let disturb: @Sendable (SimulatedRequest) -> SimulatedFault?
  private let onRequest: @Sendable (SimulatedRequest) -> Void
  private let state = Mutex(State())

  private struct State {
    var faults: [PlannedFault] = []
    var held: [[UInt8]] = []
    var log: [SimulatedRequest] = []
  }

  private struct PlannedFault {
    let fault: SimulatedFault
    /// nil: any unit.
    let unit: UInt8?
    /// nil: for ever.
    var remaining: Int?
  }

  /// Units with their registers.
  /// - Parameters:
  ///   - banks: a bank for each unit id.
  ///   - onRequest: called for each request before it is answered, on the simulator's own thread. May change registers, and may
  ///     block, which delays the answer (and all others of that server).
  ///   - disturb: the fault to make of a request for which none was injected; nil for none.
  public init(
    _ banks: [UInt8: RegisterBank], onRequest: @escaping @Sendable (SimulatedRequest) -> Void = { _ in },
    disturbedBy disturb: @escaping @Sendable (SimulatedRequest) -> SimulatedFault? = { _ in nil }
  ) {
    self.banks = banks
    self.disturb = disturb
    self.onRequest = onRequest
  }

  /// Makes the next `times` requests (nil: all from now on) to `unit` (nil: to any unit) go wrong. Faults for the same request
  /// are taken in the order in which they were injected.
  public func inject(_ fault: SimulatedFault, times: Int? = 1, unit: UInt8? = nil) {
    if let times, times <= 0 { return }
    state.withLock { $0.faults.append(PlannedFault(fault: fault, unit: unit, remaining: times)) }
  }

  /// Forgets all faults and the answers that were held back.
  public func clearFaults() {
    state.withLock {
      $0.faults = []
      $0.held = []
    }
  }

  /// The requests so far, oldest first, at most `logLimit` of them.
  public var requests: [SimulatedRequest] { state.withLock { $0.log } }

  /// What the device does on `request`.
  func steps(for request: SimulatedRequest, framing: SimulatedReply.Framing) -> [SimulatedStep] {
    onRequest(request)
    let (held, fault) = state.withLock { state in
      if state.log.count >= Self.logLimit { state.log.removeFirst(Self.logLimit / 10) }
      state.log.append(request)
      let held = state.held
      state.held = []
      return (held.map(SimulatedStep.send), Self.takeFault(for: request.unit, from: &state.faults))
    }
    guard let message = answer(to: request, framing: framing) else { return held }
    let reply = SimulatedReply(to: request, framing: framing, message: message)
    var steps: [SimulatedStep] = held
    for step in (fault ?? disturb(request))?.steps(reply) ?? [.send(reply.bytes)] {
      if case .hold(let bytes) = step {
        state.withLock { $0.held.append(bytes) }
      } else {
        steps.append(step)
      }
    }
    return steps
  }

  private static func takeFault(for unit: UInt8, from faults: inout [PlannedFault]) -> SimulatedFault? {
    guard let index = faults.firstIndex(where: { $0.unit == nil || $0.unit == unit }) else { return nil }
    let fault = faults[index].fault
    if let remaining = faults[index].remaining {
      if remaining > 1 { faults[index].remaining = remaining - 1 } else { faults.remove(at: index) }
    }
    return fault
  }

  /// Function code and what follows it; nil for silence.
  private func answer(to request: SimulatedRequest, framing: SimulatedReply.Framing) -> [UInt8]? {
    func refusal(_ code: ModbusException) -> [UInt8] { ServedFrame.refusal(of: request.functionCode, code) }
    guard let bank = banks[request.unit] else { return framing == .serial ? nil : refusal(.gatewayTargetNoAnswer) }
    switch ServedFrame.block(in: request.message) {
    case .failure(let code): return refusal(code)
    case .success(let block):
      guard let words = bank.words(block) else { return refusal(.illegalDataAddress) }
      return ServedFrame.answer(words, from: block.table)
    }
  }
}
