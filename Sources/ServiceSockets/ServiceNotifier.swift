import Glibc

/// Tells systemd, or whoever started this process as a service, how it is doing: the protocol of sd_notify(3).
public struct ServiceNotifier: Sendable {
  /// What can be told.
  public enum Message: Sendable, Equatable {
    /// The start, or a reload, is over.
    case ready
    /// A line for `systemctl status`.
    case status(String)
    /// The service advances: do not restart it.
    case watchdog
    /// The service has begun to stop.
    case stopping
    /// A reload has begun, so many microseconds after the machine's start.
    case reloading(microseconds: UInt64)

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .status(let line): "STATUS=\(line.map { $0.isNewline ? " " : String($0) }.joined())"
      case .watchdog: "WATCHDOG=1"
      case .stopping: "STOPPING=1"
      case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
      }
    }
  }

  /// How often at least `.watchdog` is expected; nil when it is not.
  public let watchdogPeriod: Duration?
  private let path: String

  /// The one that `environment` names (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`); nil when nobody wants to be told.
  public init?(environment: (String) -> String? = ServiceNotifier.variable) {
    guard let path = environment("NOTIFY_SOCKET"), path.hasPrefix("/") || path.hasPrefix("@"), UnixAddress(path) != nil else {
      return nil
    }
    self.path = path
    let isMine = environment("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
    watchdogPeriod = isMine ? environment("WATCHDOG_USEC").flatMap { Int64($0) }.map { .microseconds($0) } : nil
  }

  /// Tells `messages` in one datagram.
  ///
  /// - Returns: false when nobody took it; the service goes on all the same.
  @discardableResult
  public func tell(_ messages: Message...) -> Bool {
    guard let address = UnixAddress(path), let socket = Socket.unix(SOCK_DGRAM) else { return false }
    defer { close(socket) }
    Socket.limit(socket, seconds: 1)
    let bytes = Array(messages.map(\.text).joined(separator: "\n").utf8)
    return address.withAddress { sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) } == bytes.count
  }

  /// A variable of this process's environment; nil where it is not set.
  public static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// A message that a reload begins now.
  public static var reloading: Message {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .reloading(microseconds: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
  }
}
