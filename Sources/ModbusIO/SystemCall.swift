import Glibc

/// Calls to the system that this room makes in more than one place; interrupted calls are taken up again.
enum SystemCall {
  /// The system's text for an `errno`.
  static func text(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }

  /// Blocks until `descriptor` can be read, or has failed; false when the time is over first.
  static func waitForInput(_ descriptor: Int32, until end: ContinuousClock.Instant) -> Bool {
    wait(descriptor, for: Int16(POLLIN), until: end)
  }

  /// Blocks until `descriptor` has one of the `events` or has failed; false when the time is over first.
  static func wait(_ descriptor: Int32, for events: Int16, until end: ContinuousClock.Instant) -> Bool {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      let ready = poll(&entry, 1, milliseconds(until: end))
      if ready > 0 { return true }
      if ready == 0, ContinuousClock.now >= end { return false }
      if ready < 0, errno != EINTR { return true }
    }
  }

  /// Blocks until the time has come.
  static func sleep(until end: ContinuousClock.Instant) {
    while true {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { return }
      let (seconds, attoseconds) = left.components
      var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
      nanosleep(&time, nil)
    }
  }

  /// The time left for `poll`: whole milliseconds, rounded up, 0 when `end` has passed.
  static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: end)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
