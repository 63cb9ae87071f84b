import Glibc

@testable import ModbusIO

/// The far end of a bus that answers nothing and keeps every byte that was sent to it.
protocol ByteTrap {
  var link: ModbusLink { get }
  /// The bytes since the last call, a run of them for each connection.
  func takeRuns() -> [[UInt8]]
}

/// A listening socket on loopback. Connections wait in its queue, with the bytes that came on them, until they are asked for.
final class SocketTrap: ByteTrap {
  let link: ModbusLink
  private let listener: Int32

  init(rtu: Bool) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound, listen(listener, 128) == 0 else { throw ModbusError.simulatorFailed(reason: "no port to listen on") }
    let port = Int(UInt16(bigEndian: address.sin_port))
    link = rtu ? .rtuOverTCP(host: "127.0.0.1", port: port) : .tcp(host: "127.0.0.1", port: port)
  }

  deinit { close(listener) }

  func takeRuns() -> [[UInt8]] {
    var runs: [[UInt8]] = []
    while case let connection = accept(listener, nil, nil), connection >= 0 {
      runs.append(bytes(from: connection, waiting: .seconds(5)))
      close(connection)
    }
    return runs
  }
}

/// A pseudo terminal.
final class SerialTrap: ByteTrap {
  let link: ModbusLink
  private let near: Int32
  private let far: Int32

  init() throws {
    var (near, far): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&near, &far, &name, nil, nil) == 0 else { throw ModbusError.simulatorFailed(reason: "no pseudo terminal") }
    var settings = termios()
    tcgetattr(far, &settings)
    cfmakeraw(&settings)
    tcsetattr(far, TCSANOW, &settings)
    (self.near, self.far) = (near, far)
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    link = .serial(SerialLine(path: path, baud: 115_200, parity: .none))
  }

  deinit {
    close(near)
    close(far)
  }

  func takeRuns() -> [[UInt8]] { [bytes(from: near, waiting: .milliseconds(5))] }
}

/// What comes from `descriptor` until it ends, or nothing comes for `silence`.
private func bytes(from descriptor: Int32, waiting silence: Duration) -> [UInt8] {
  var all: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while SystemCall.waitForInput(descriptor, until: .now + silence) {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { break }
    all += buffer.prefix(count)
  }
  return all
}
