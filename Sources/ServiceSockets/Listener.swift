@preconcurrency import Dispatch
import Glibc

/// Answers connections to a listening socket, one after the other: for a few askers on this machine.
final class Listener: Sendable {
  private let source: any DispatchSourceRead

  /// What a connection may take for each read and write, in seconds.
  private static let patience = 1

  /// Takes over `descriptor`, a listening socket; `answer` gets each connection, which is closed behind it.
  init(_ descriptor: Int32, name: String, answer: @escaping @Sendable (Int32) -> Void) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: name))
    source.setEventHandler(handler: {
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        _ = fcntl(connection, F_SETFL, fcntl(connection, F_GETFL) & ~O_NONBLOCK)
        Socket.limit(connection, seconds: Self.patience)
        answer(connection)
        close(connection)
      }
    })
    source.setCancelHandler(handler: { close(descriptor) })
    source.activate()
  }

  deinit { source.cancel() }

  /// Answers nobody any more.
  func stop() { source.cancel() }
}
