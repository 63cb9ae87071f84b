import Glibc
import Synchronization

/// A client's connection to a `ModbusReadServer`: one request of it is worked on at a time, the next is not even read before that.
struct ServedClient: ServedWire {
  /// What all clients of a server share.
  struct Service: Sendable {
    let answer: @Sendable (RegisterBlock, UInt8) async -> ModbusReadServer.Answer
    let tell: @Sendable (ModbusReadServer.Event) -> Void
    let wakeUp: WakeUp
    let terms: ModbusReadServer.Terms
  }

  /// Where an answer is put that was worked out elsewhere.
  private final class Desk: Sendable {
    let reply = Mutex<[UInt8]?>(nil)
  }

  let descriptor: Descriptor
  private let address: String
  private let service: Service
  private let desk = Desk()
  private var isAsking = false
  private var inbox: [UInt8] = []
  /// Until when the client must have sent a whole request.
  private var limit: ContinuousClock.Instant

  init(_ descriptor: Descriptor, address: String, service: Service) {
    self.descriptor = descriptor
    self.address = address
    self.service = service
    limit = .now + service.terms.idleLimit
  }

  var wantsInput: Bool { !isAsking }

  var nextDue: ContinuousClock.Instant? { isAsking ? nil : limit }

  mutating func takeInput() -> WireFate {
    var buffer = [UInt8](repeating: 0, count: ReadFrame.longest)
    let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    let code = errno
    if count < 0, code == EAGAIN || code == EINTR { return .open }
    guard count > 0 else { return .closed }
    if inbox.isEmpty { limit = .now + service.terms.frameLimit }
    inbox += buffer.prefix(count)
    return work()
  }

  mutating func attend(at now: ContinuousClock.Instant) -> WireFate {
    if let reply = desk.reply.withLock({ $0.take() }) {
      isAsking = false
      guard put(reply) == .open else { return .closed }
      limit = now + (inbox.isEmpty ? service.terms.idleLimit : service.terms.frameLimit)
      return work()
    }
    return !isAsking && limit <= now ? .closed : .open
  }

  /// Works on the requests that are there, up to one that must be asked for.
  private mutating func work() -> WireFate {
    while !isAsking {
      switch ServedFrame.find(in: inbox) {
      case .incomplete:
        return .open
      case .foreign:
        return .closed
      case .whole(let frame, let length):
        inbox.removeFirst(length)
        limit = .now + (inbox.isEmpty ? service.terms.idleLimit : service.terms.frameLimit)
        if take(frame) == .closed { return .closed }
      }
    }
    return .open
  }

  private mutating func take(_ frame: ServedFrame) -> WireFate {
    switch ServedFrame.block(in: frame.message) {
    case .failure(let code):
      let function = frame.message.first ?? 0
      if code == .illegalFunction { service.tell(.refused(client: address, function: function, unit: frame.unit)) }
      return put(frame.reply(ServedFrame.refusal(of: function, code)))
    case .success(let block):
      isAsking = true
      Task { [service, desk] in
        let message: [UInt8] =
          switch await service.answer(block, frame.unit) {
          case .words(let words) where words.count == block.count: ServedFrame.answer(words, from: block.table)
          case .words: ServedFrame.refusal(of: block.table.functionCode, .deviceFailure)
          case .refusal(let code): ServedFrame.refusal(of: block.table.functionCode, code)
          }
        desk.reply.withLock { $0 = frame.reply(message) }
        service.wakeUp.wake()
      }
      return .open
    }
  }

  /// Hands bytes to the system. A client that does not take its answers fills the system's buffers and is given up.
  private func put(_ bytes: [UInt8]) -> WireFate {
    send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) == bytes.count ? .open : .closed
  }
}
