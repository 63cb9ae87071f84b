import Synchronization

/// Simulated units without any wire: what the units send is checked as on TCP, and nobody waits.
///
/// Silence and everything that would last longer than the deadline end at once in `noAnswer`.
public final class InMemoryRegisterSource: RegisterSource {
  /// The link that errors name.
  public let link: ModbusLink
  private let units: SimulatedUnits
  private let transaction = Atomic<UInt16>(0)

  /// A bus in memory with these units; `link` is only what errors name.
  public init(_ units: SimulatedUnits, link: ModbusLink = .tcp(host: "in-memory", port: 502)) {
    self.units = units
    self.link = link
  }

  /// Reads neighbouring registers of one unit: see `RegisterSource`.
  public func read(_ block: RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
    let request = RegisterRequest(link: link, unit: unit, block: block)
    if Task.isCancelled { throw .cancelled(request) }
    let frame = ReadFrame(unit: unit, block: block, transaction: transaction.wrappingAdd(1, ordering: .relaxed).newValue)
    let asked = SimulatedRequest(
      connection: 0, transaction: frame.transaction, unit: unit, message: Array(frame.body.dropFirst()))
    var reply: [UInt8] = []
    var waited = Duration.zero
    for step in units.steps(for: asked, framing: .tcp) {
      switch step {
      case .send(let bytes): reply += bytes
      case .pause(let time): waited += time
      case .close, .reset: throw .connectionLost(request, reason: "the other end closed it")
      case .hold: break
      }
      if let length = ReadFrame.Framing.tcp.length(of: reply[...]), reply.count >= length {
        return try frame.outcome(of: reply.prefix(length), .tcp).words(for: request, deadline: deadline)
      }
      if waited >= deadline { break }
    }
    throw .noAnswer(request, after: deadline)
  }

  /// Does nothing: there is no connection.
  public func close() async {}
}
