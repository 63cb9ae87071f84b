import Dispatch

extension BlockingThread {
  /// Runs `body` on one of libdispatch's threads, when one is free.
  static func queue(_ name: String, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue(label: name).async { body() }
  }
}
