import Synchronization

/// The buses of this process, each with one connection however many places ask for it: many devices and gateways take one
/// connection only, and on a serial line two askers would mix up their answers.
///
/// A line is known by host and port as they are written (capitals apart), or by its device file. A name and an address of the same
/// device are not recognised as one.
public final class SharedConnections: Sendable {
  /// Those of this process.
  public static let process = SharedConnections()

  private let connections = Mutex<[Line: Held]>([:])

  /// What two links have in common when they are the same line, whatever their settings.
  private enum Line: Hashable {
    case network(host: String, port: Int)
    case device(path: String)
  }

  private struct Held {
    weak var connection: ModbusConnection?
  }

  /// None yet.
  public init() {}

  /// The connection to `link`: the one that somebody holds already, or a new one. It ends when nobody holds it any more.
  ///
  /// Where the line is held with other settings, every read of the connection given throws `ModbusError.invalidLink`.
  public func connection(to link: ModbusLink) -> ModbusConnection {
    let line = Self.line(of: link)
    return connections.withLock { held in
      guard let open = held[line]?.connection else {
        held = held.filter { $0.value.connection != nil }
        let new = ModbusConnection(link)
        held[line] = Held(connection: new)
        return new
      }
      if open.link.hasSameSettings(as: link) { return open }
      return ModbusConnection(link, refusal: "this line is in use as \(open.link); give it one bus with one set of settings")
    }
  }

  private static func line(of link: ModbusLink) -> Line {
    switch link {
    case .tcp(let host, let port), .rtuOverTCP(let host, let port): .network(host: host.lowercased(), port: port)
    case .serial(let serial): .device(path: serial.path)
    }
  }
}

extension ModbusLink {
  /// Whether two links to the same line agree in the rest: framing, or the serial line's settings.
  fileprivate func hasSameSettings(as other: ModbusLink) -> Bool {
    switch (self, other) {
    case (.tcp, .tcp), (.rtuOverTCP, .rtuOverTCP): true
    case (.serial(let mine), .serial(let others)): mine == others
    default: false
    }
  }
}
