import Dispatch
import Glibc
import Synchronization

/// The thread of a simulated device: waits in one `poll` for connections, requests and steps that are due. Idle, it does nothing.
final class SimulatorLoop: Sendable {
  /// What the thread owns, and frees when it ends.
  private struct Belongings {
    let listener: Descriptor?
    var wires: [SimulatedWire]
    /// Until when no connection is accepted, after the process ran out of descriptors.
    var deafUntil: ContinuousClock.Instant?
  }

  private let wakeUp: WakeUp
  private let stopping = Atomic<Bool>(false)
  private let ended = DispatchGroup()
  private let units: SimulatedUnits
  private let framing: SimulatedReply.Framing
  private let maximumConnections: Int
  private let accepted = Atomic<Int>(0)
  private let belongings: Mutex<Belongings?>

  /// Starts the thread, with a listening socket whose connections have this framing, or a wire that is there from the beginning.
  /// - Throws: `ModbusError.simulatorFailed` if the process has no descriptors left.
  init(
    _ units: SimulatedUnits, listener: Descriptor?, framing: SimulatedReply.Framing, wire: SimulatedWire?, maximumConnections: Int
  )
    throws(ModbusError)
  {
    guard let wakeUp = WakeUp() else { throw .simulatorFailed(reason: "this program has too many files open") }
    self.wakeUp = wakeUp
    self.units = units
    self.framing = framing
    self.maximumConnections = maximumConnections
    self.belongings = Mutex(Belongings(listener: listener, wires: wire.map { [$0] } ?? []))
    ended.enter()
    BlockingThread.start("modbus simulator") { [self] in
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
      attend(&mine.wires, entries.dropFirst(2))
      if let end = mine.deafUntil, end <= .now { mine.deafUntil = nil }
      if entries[1].revents != 0 { accept(&mine) }
    }
  }

  /// Lets each wire take its input and do what is due; forgets those that have closed.
  private func attend(_ wires: inout [SimulatedWire], _ entries: ArraySlice<pollfd>) {
    var open: [SimulatedWire] = []
    open.reserveCapacity(wires.count)
    for (var wire, entry) in zip(wires, entries) {
      var fate = SimulatedWire.Fate.open
      if entry.revents & Int16(POLLIN) != 0 {
        fate = wire.takeInput(units)
      } else if entry.revents != 0 {
        fate = .closed
      }
      if fate == .open { fate = wire.attend(at: .now, units) }
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
      guard mine.wires.count < maximumConnections else { continue }
      var on: Int32 = 1
      setsockopt(socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      mine.wires.append(SimulatedWire(socket, number: count, framing: framing, isSocket: true))
    }
  }
}
