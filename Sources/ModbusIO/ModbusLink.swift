/// Where a bus is reached: a device or gateway in the network, or a serial line.
public enum ModbusLink: Hashable, Sendable {
  /// Modbus TCP: host name, IPv4 or IPv6 address (no scheme, no brackets) and port 1...65535 (usual: 502).
  case tcp(host: String, port: Int)
  /// Modbus RTU carried over TCP unchanged, by a gateway that knows nothing of Modbus; host and port as for `tcp`.
  case rtuOverTCP(host: String, port: Int)
  /// Modbus RTU on a serial line.
  case serial(SerialLine)
}

extension ModbusLink: CustomStringConvertible {
  /// As in "192.168.1.20:502", "[fe80::1]:502", "192.168.1.20:8899 (RTU over TCP)" or "/dev/ttyUSB0 (9600 8E1)".
  public var description: String {
    switch self {
    case .tcp(let host, let port): Self.text(host, port)
    case .rtuOverTCP(let host, let port): "\(Self.text(host, port)) (RTU over TCP)"
    case .serial(let line): line.description
    }
  }

  private static func text(_ host: String, _ port: Int) -> String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ModbusLink {
  /// Whether a number ties each answer to its request. Where none does, a late answer looks like a new one.
  var hasTransactions: Bool {
    if case .tcp = self { true } else { false }
  }

  /// Says what is wrong with the link's settings, nil if nothing is. libmodbus would take 9600 baud for any rate that it
  /// does not know, 8 bits and 2 stop bits for any other number, without a word.
  var flaw: String? {
    switch self {
    case .tcp(let host, let port), .rtuOverTCP(let host, let port):
      if host.isEmpty || host.contains(where: { $0.isWhitespace || $0 == "\0" || $0 == "/" }) {
        return "'\(host)' is no host name or address: give it without scheme, path and spaces"
      }
      return (1...65535).contains(port) ? nil : "port \(port) is not within 1...65535"
    case .serial(let line):
      return line.flaw
    }
  }
}

/// A serial line and how its characters are framed. Devices differ from their labels: 9600 8N1, 9600 8E1 and 19200 8E1 are
/// common.
public struct SerialLine: Hashable, Sendable {
  /// The parity bit of each character.
  public enum Parity: String, Hashable, Sendable, CaseIterable {
    /// No parity bit.
    case none
    /// Even parity (the standard's default).
    case even
    /// Odd parity.
    case odd

    /// N, E or O, as in "8E1" and in libmodbus.
    var letter: Character {
      switch self {
      case .none: "N"
      case .even: "E"
      case .odd: "O"
      }
    }
  }

  /// Rates that can be set, in baud.
  public static let knownBauds: [Int] = [
    110, 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000,
    1_152_000, 1_500_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
  ]

  /// Device file, best a stable name such as `/dev/serial/by-id/...`.
  public let path: String
  /// Line rate in baud, one of `knownBauds`.
  public let baud: Int
  /// Parity of each character.
  public let parity: Parity
  /// Data bits of each character: RTU needs 8, anything else is refused.
  public let dataBits: Int
  /// Stop bits of each character, 1 or 2.
  public let stopBits: Int

  /// A serial line; the settings are checked when the line is first read (`ModbusError.invalidLink`).
  public init(path: String, baud: Int = 9600, parity: Parity = .even, dataBits: Int = 8, stopBits: Int = 1) {
    self.path = path
    self.baud = baud
    self.parity = parity
    self.dataBits = dataBits
    self.stopBits = stopBits
  }

  /// Time one character needs on the wire: start bit, data bits, parity bit, stop bits.
  public var characterTime: Duration {
    let bits = 1 + dataBits + (parity == .none ? 0 : 1) + stopBits
    return .nanoseconds(bits * 1_000_000_000 / max(baud, 1))
  }

  /// Silence that ends a frame: 3.5 characters, above 19200 baud 1.75 ms (Modbus over serial line 1.02, section 2.5.1.1).
  public var frameGap: Duration {
    baud > 19200 ? .microseconds(1750) : characterTime * 7 / 2
  }

  var flaw: String? {
    if path.isEmpty || path.contains("\0") { return "the path of the serial device is empty or has a NUL in it" }
    if !Self.knownBauds.contains(baud) { return "\(baud) baud is no rate that can be set; known rates: \(Self.knownBauds)" }
    if dataBits != 8 { return "\(dataBits) data bits cannot carry RTU frames: it must be 8" }
    return (1...2).contains(stopBits) ? nil : "\(stopBits) stop bits do not exist: 1 or 2"
  }
}

extension SerialLine: CustomStringConvertible {
  /// As in "/dev/ttyUSB0 (9600 8E1)".
  public var description: String { "\(path) (\(settings))" }

  /// As in "9600 8E1".
  var settings: String { "\(baud) \(dataBits)\(parity.letter)\(stopBits)" }
}
