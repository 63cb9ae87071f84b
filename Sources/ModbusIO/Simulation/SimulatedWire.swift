import Glibc

/// One connection, or the serial line, of a simulated device: cuts requests out of what comes in, sends steps when they are due.
struct SimulatedWire: ServedWire {
  /// Steps that may wait; a client that asks on without taking answers is read no more.
  private static let waitingLimit = 1000
  /// Silence after which bytes on a serial line that make no known request are thrown away, or taken for an unknown one.
  private static let serialSilence = Duration.milliseconds(20)

  let descriptor: Descriptor
  let number: Int
  let framing: SimulatedReply.Framing
  /// A connection, which can be closed; else a serial line.
  let isSocket: Bool
  private let units: SimulatedUnits
  private var inbox: [UInt8] = []
  private var waiting: [(due: ContinuousClock.Instant, step: SimulatedStep)] = []
  private var silentAt: ContinuousClock.Instant?

  init(_ descriptor: Descriptor, number: Int, framing: SimulatedReply.Framing, isSocket: Bool, units: SimulatedUnits) {
    self.descriptor = descriptor
    self.number = number
    self.framing = framing
    self.isSocket = isSocket
    self.units = units
  }

  /// Whether more requests may come in now.
  var wantsInput: Bool { waiting.count < Self.waitingLimit }

  /// When the wire wants to be attended to without input; nil for never.
  var nextDue: ContinuousClock.Instant? {
    guard let due = waiting.first?.due else { return silentAt }
    return silentAt.map { min($0, due) } ?? due
  }

  /// Takes in what has come and has the units answer it.
  mutating func takeInput() -> WireFate {
    var buffer = [UInt8](repeating: 0, count: ReadFrame.longest)
    let count = Glibc.read(descriptor.number, &buffer, buffer.count)
    let code = errno
    if count < 0, code == EAGAIN || code == EINTR { return .open }
    guard count > 0 else { return .closed }
    inbox += buffer.prefix(count)
    switch framing {
    case .tcp:
      while true {
        switch ServedFrame.find(in: inbox) {
        case .incomplete: return .open
        case .foreign: return .closed
        case .whole(let frame, let length):
          inbox.removeFirst(length)
          enqueue(transaction: frame.transaction, body: [frame.unit] + frame.message)
        }
      }
    case .serial:
      while let length = serialFrameLength, inbox.count >= length, hasChecksum(inbox.prefix(length)) {
        enqueue(transaction: 0, body: inbox.prefix(length - 2))
        inbox.removeFirst(length)
      }
      if inbox.count > 2 * ReadFrame.longest { inbox = [] }
      silentAt = inbox.isEmpty ? nil : .now + Self.serialSilence
    }
    return .open
  }

  /// Does what is due at `now`.
  mutating func attend(at now: ContinuousClock.Instant) -> WireFate {
    if let silence = silentAt, silence <= now {
      if inbox.count >= 4, hasChecksum(inbox[...]) { enqueue(transaction: 0, body: inbox.dropLast(2)) }
      inbox = []
      silentAt = nil
    }
    while let (due, step) = waiting.first, due <= now {
      waiting.removeFirst()
      if perform(step) == .closed { return .closed }
    }
    return .open
  }

  /// Length of the request that the inbox begins with, nil if that cannot be told yet or at all.
  private var serialFrameLength: Int? {
    guard inbox.count >= 8 else { return nil }
    return switch inbox[1] {
    case 1...6, 8: 8
    case 15, 16: 9 + Int(inbox[6])
    default: nil
    }
  }

  private func hasChecksum(_ frame: ArraySlice<UInt8>) -> Bool {
    CRC16Modbus.trailer(for: frame.dropLast(2)) == Array(frame.suffix(2))
  }

  private mutating func enqueue(transaction: UInt16, body: ArraySlice<UInt8>) {
    guard let unit = body.first else { return }
    let request = SimulatedRequest(
      connection: number, transaction: transaction, unit: unit, message: Array(body.dropFirst()))
    var due = max(waiting.last?.due ?? .now, .now)
    for step in units.steps(for: request, framing: framing) {
      if case .pause(let time) = step { due += time }
      waiting.append((due, step))
    }
  }

  private func perform(_ step: SimulatedStep) -> WireFate {
    switch step {
    case .send(let bytes):
      return put(bytes)
    case .pause, .hold:
      return .open
    case .close:
      return isSocket ? .closed : .open
    case .reset:
      guard isSocket else { return .open }
      var hard = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
      return .closed
    }
  }

  /// Hands bytes to the system. A client that does not take its answers fills the system's buffers: a connection is then given
  /// up, a serial line loses bytes as real ones do.
  private func put(_ bytes: [UInt8]) -> WireFate {
    if isSocket { return send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count ? .open : .closed }
    write(descriptor.number, bytes, bytes.count)
    return .open
  }
}
