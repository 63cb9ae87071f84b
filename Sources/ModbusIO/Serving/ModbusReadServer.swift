import Glibc
import Synchronization

/// Serves registers to others over Modbus TCP, for reading only.
///
/// Every function code but the four that read is refused with exception 1 before anybody is asked. A client is bound to one request
/// at a time and closed when it sends something else than Modbus, keeps a request half said, or says nothing for long. Stops when it
/// is no longer held.
public final class ModbusReadServer: Sendable {
  /// What a request is answered with.
  public enum Answer: Sendable, Equatable {
    /// The words of the block, as many as it has.
    case words([UInt16])
    /// An exception.
    case refusal(ModbusException)
  }

  /// What is worth a line in a log; each kind is told once for each client's address.
  public enum Event: Sendable, Hashable {
    /// The client wanted something else than to read: it got exception 1.
    case refused(client: String, function: UInt8, unit: UInt8)
    /// The client's address is none of those allowed: its connection was closed.
    case turnedAway(client: String)
    /// There were as many connections as may be: the client's was closed.
    case full(client: String)
  }

  /// What a server puts up with.
  public struct Terms: Sendable {
    /// Connections at the same time, from 1.
    public var maximumConnections: Int
    /// How long a client may say nothing.
    public var idleLimit: Duration
    /// How long a client may take to finish a request that it has begun.
    public var frameLimit: Duration

    /// Terms; see the properties.
    public init(
      maximumConnections: Int = 16, idleLimit: Duration = .seconds(120), frameLimit: Duration = .seconds(10)
    ) {
      self.maximumConnections = maximumConnections
      self.idleLimit = idleLimit
      self.frameLimit = frameLimit
    }
  }

  /// The TCP port it listens on, 1...65535.
  public let port: Int
  private let loop: ServingLoop<ServedClient>

  /// Starts a server.
  /// - Parameters:
  ///   - host: an IPv4 or IPv6 address of this machine; 0.0.0.0 and :: are all of them.
  ///   - port: 0...65535; 0 takes any free port, see `port`.
  ///   - allowed: who may connect, besides this machine itself.
  ///   - terms: what it puts up with.
  ///   - tell: told what is worth a line in a log, on the server's own thread.
  ///   - answer: gives the words of a block of a unit. Never called for anything but reads.
  /// - Throws: `ModbusError.serverFailed`, for example if the port is taken.
  public init(
    host: String, port: Int, allowing allowed: [AddressRange] = [], terms: Terms = Terms(),
    telling tell: @escaping @Sendable (Event) -> Void = { _ in },
    answering answer: @escaping @Sendable (RegisterBlock, _ unit: UInt8) async -> Answer
  ) throws(ModbusError) {
    let listener: Listener
    do throws(Listener.Failure) {
      listener = try Listener(host: host, port: port)
    } catch {
      throw .serverFailed(reason: error.reason)
    }
    guard let wakeUp = WakeUp() else { throw .serverFailed(reason: "this program has too many files open") }
    self.port = listener.port
    let journal = Journal()
    let tellOnce: @Sendable (Event) -> Void = { if journal.isNew($0) { tell($0) } }
    let service = ServedClient.Service(answer: answer, tell: tellOnce, wakeUp: wakeUp, terms: terms)
    let ranges = allowed + AddressRange.loopback
    loop = ServingLoop(
      "modbus proxy", wakeUp: wakeUp, listener: listener.socket, maximumConnections: max(terms.maximumConnections, 1)
    ) { socket, _, isFull in
      guard let peer = SocketAddress(of: socket.number, by: getpeername) else { return nil }
      guard ranges.contains(where: { $0.contains(peer.bytes) }) else {
        tellOnce(.turnedAway(client: peer.text))
        return nil
      }
      if isFull {
        tellOnce(.full(client: peer.text))
        return nil
      }
      return ServedClient(socket, address: peer.text, service: service)
    }
  }

  deinit { loop.stop() }

  /// Connections accepted so far.
  public var connectionCount: Int { loop.connectionCount }

  /// Closes the port and all connections, and returns when the server's thread has ended.
  public func stop() {
    loop.stop()
  }
}

/// What was told already.
private final class Journal: Sendable {
  /// Clients remembered; one who comes from ever new addresses shall not fill the memory or the log.
  private static let memory = 256

  /// A kind of event and the client's address.
  private struct Entry: Hashable {
    let kind: Int
    let client: String
  }

  private let entries = Mutex<Set<Entry>>([])

  /// Whether nothing of this kind was told of this client, and there is room to remember it.
  func isNew(_ event: ModbusReadServer.Event) -> Bool {
    let entry =
      switch event {
      case .refused(let client, _, _): Entry(kind: 0, client: client)
      case .turnedAway(let client): Entry(kind: 1, client: client)
      case .full(let client): Entry(kind: 2, client: client)
      }
    return entries.withLock { $0.count < Self.memory && $0.insert(entry).inserted }
  }
}
