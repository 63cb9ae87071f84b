import Glibc

/// Owns a file descriptor; closes it when nobody holds it any more.
final class Descriptor: Sendable {
  /// The descriptor's number, valid as long as this object lives.
  let number: Int32

  /// Takes over `number`; nil if it is none (negative).
  init?(_ number: Int32) {
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit { close(number) }

  /// Makes reads and writes return at once and keeps the descriptor from programs that this one starts.
  func makeNonblockingAndPrivate() {
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
  }
}

/// Wakes a thread out of `poll`: a pipe with nothing but wake-ups in it.
struct WakeUp: Sendable {
  /// To be polled for input.
  let sleeper: Descriptor
  private let waker: Descriptor

  /// nil if the process has no descriptors left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0, let sleeper = Descriptor(ends[0]), let waker = Descriptor(ends[1]) else {
      return nil
    }
    sleeper.makeNonblockingAndPrivate()
    waker.makeNonblockingAndPrivate()
    self.sleeper = sleeper
    self.waker = waker
  }

  /// Forgets the wake-ups so far; they ended the wait that is over.
  func rest() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(sleeper.number, &bytes, bytes.count) == bytes.count {}
  }

  /// Ends the present or the next wait.
  func wake() {
    var byte: UInt8 = 1
    write(waker.number, &byte, 1)
  }
}
