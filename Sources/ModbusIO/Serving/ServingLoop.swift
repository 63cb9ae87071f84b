import Dispatch
import Glibc
import Synchronization

/// One connection, or a serial line, that a serving thread attends to.
protocol ServedWire: Sendable {
  /// What is polled.
  var descriptor: Descriptor { get }
  /// Whether more requests may come in now.
  var wantsInput: Bool { get }
  /// When the wire wants to be attended to without input; nil for never.
  var nextDue: ContinuousClock.Instant? { get }
  /// Takes in what has come.
  mutating func takeInput() -> WireFate
  /// Does what is due at `now`.
  mutating func attend(at now: ContinuousClock.Instant) -> WireFate
}

/// Whether a wire lives on.
enum WireFate {
  case open
  case closed
}

/// The thread of a server: waits in one `poll` for connections, requests and what is due. Idle, it does nothing.
final class ServingLoop<Wire: ServedWire>: Sendable {
  /// What the thread owns, and frees when it ends.
  private struct Belongings {
    let listener: Descriptor?
    var wires: [Wire]
    /// Until when no connection is accepted, after the process ran out of descriptors.
    var deafUntil: ContinuousClock.Instant?
  }

  private let wakeUp: WakeUp
  private let stopping = Atomic<Bool>(false)
  private let ended = DispatchGroup()
  private let maximumConnections: Int
  private let makeWire: @Sendable (Descriptor, _ number: Int, _ isFull: Bool) -> Wire?
  private let accepted = Atomic<Int>(0)
  private let belongings: Mutex<Belongings?>

  /// Starts the thread, called `name`.
  /// - Parameters:
  ///   - wakeUp: makes the thread attend to its wires at once.
  ///   - listener: a listening socket; nil for none.
  ///   - wires: those that are there from the beginning.
  ///   - maximumConnections: connections at the same time.
  ///   - makeWire: makes a wire of an accepted connection, the `number`-th; nil closes it. Told when there are as many as may be; what
  ///     it gives then is closed.
  init(
    _ name: String, wakeUp: WakeUp, listener: Descriptor?, wires: [Wire] = [], maximumConnections: Int,
    makeWire: @escaping @Sendable (Descriptor, _ number: Int, _ isFull: Bool) -> Wire?
  ) {
    self.wakeUp = wakeUp
    self.maximumConnections = maximumConnections
    self.makeWire = makeWire
    self.belongings = Mutex(Belongings(listener: listener, wires: wires))
    ended.enter()
    BlockingThread.start(name) { [self] in
      run()
      ended.leave()
    }
  }

  /// Connections accepted so far.
  var connectionCount: Int { accepted.load(ordering: .relaxed) }

  /// Ends the thread and returns when it has ended and all its descriptors are closed.
  func stop() {
    stopping.store(true, ordering: .releasing)
    wakeUp.wake()
    ended.wait()
  }

  private func run() {
    guard var mine = belongings.withLock({ $0.take() }) else { return }
    while !stopping.load(ordering: .acquiring) {
      let listening = mine.deafUntil == nil ? mine.listener?.number ?? -1 : -1
      var entries = [
        pollfd(fd: wakeUp.sleeper.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: listening, events: Int16(POLLIN), revents: 0),
      ]
      entries += mine.wires.map { pollfd(fd: $0.descriptor.number, events: $0.wantsInput ? Int16(POLLIN) : 0, revents: 0) }
      let due = (mine.wires.compactMap(\.nextDue) + (mine.deafUntil.map { [$0] } ?? [])).min()
      let ready = poll(&entries, nfds_t(entries.count), due.map(SystemCall.milliseconds(until:)) ?? -1)
      if ready < 0, errno != EINTR { return }
      if entries[0].revents != 0 { wakeUp.rest() }
      attend(&mine.wires, entries.dropFirst(2))
      if let end = mine.deafUntil, end <= .now { mine.deafUntil = nil }
      if entries[1].revents != 0 { accept(&mine) }
    }
  }

  /// Lets each wire take its input and do what is due; forgets those that have closed.
  private func attend(_ wires: inout [Wire], _ entries: ArraySlice<pollfd>) {
    var open: [Wire] = []
    open.reserveCapacity(wires.count)
    for (var wire, entry) in zip(wires, entries) {
      var fate = WireFate.open
      if entry.revents & Int16(POLLIN) != 0 {
        fate = wire.takeInput()
      } else if entry.revents != 0 {
        fate = .closed
      }
      if fate == .open { fate = wire.attend(at: .now) }
      if fate == .open { open.append(wire) }
    }
    wires = open
  }

  private func accept(_ mine: inout Belongings) {
    guard let listener = mine.listener else { return }
    while true {
      let number = Glibc.accept(listener.number, nil, nil)
      let code = errno
      guard let socket = Descriptor(number) else {
        // The connection still waits and would end every poll at once.
        if code != EAGAIN, code != EINTR, code != ECONNABORTED { mine.deafUntil = .now + .milliseconds(100) }
        return
      }
      socket.makeNonblockingAndPrivate()
      let count = accepted.wrappingAdd(1, ordering: .relaxed).newValue
      let isFull = mine.wires.count >= maximumConnections
      var on: Int32 = 1
      setsockopt(socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      if let wire = makeWire(socket, count, isFull), !isFull { mine.wires.append(wire) }
    }
  }
}
