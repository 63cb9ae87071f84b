@preconcurrency import Dispatch
import Foundation
import Synchronization
import TestSupport

/// Stands for systemd: takes what a service tells it (sd_notify), each with the time when it came.
final class NotifySocket: Sendable {
  /// A datagram, and when it came.
  struct Message: Sendable {
    let text: String
    let time: ContinuousClock.Instant
  }

  /// What `NOTIFY_SOCKET` must be.
  let path: String
  private let folder: TemporaryFolder
  private let news: FolderWatch
  private let messages = Arrivals()
  private let source: any DispatchSourceRead

  private final class Arrivals: Sendable {
    let list = Mutex<[Message]>([])
  }

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let path = folder.file("notify")
    self.path = path
    let socket = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let isBound = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound else { throw Checkout.Missing(what: "a socket at \(path)", hint: String(cString: strerror(errno))) }
    news = try FolderWatch(folder.path)
    source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: DispatchQueue(label: "notify"))
    source.setEventHandler(handler: { [messages] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 {
        let message = Message(text: String(decoding: buffer[..<count], as: UTF8.self), time: .now)
        messages.list.withLock { $0.append(message) }
      }
      // Wakes whoever waits.
      _ = FileManager.default.createFile(atPath: folder.file("news"), contents: Data([0]))
    })
    source.setCancelHandler(handler: { close(socket) })
    source.activate()
  }

  deinit { source.cancel() }

  /// What came so far.
  var all: [Message] { messages.list.withLock { $0 } }

  /// Waits until `count` messages have come with a line that begins with `line`.
  @discardableResult
  func told(_ line: String, times count: Int = 1, within limit: Duration = ChildProcess.patience) async throws -> Message {
    try await eventually("\(count) messages “\(line)”", within: limit, watching: news) {
      let found = all.filter { $0.text.split(separator: "\n").contains { $0.hasPrefix(line) } }
      return found.count >= count ? found[count - 1] : nil
    }
  }
}
