import Glibc
public import LinearOptimization

/// The other side of `SolverProcess`: takes one model from standard input, and answers on standard output.
public enum SolverService {
  /// Solves what is asked with `solver`, and tells of better points on the way.
  ///
  /// Ends when the answer is given; at once when whoever asked is gone.
  /// - Returns: the status to exit with: 0, or 1 where nothing sensible was asked.
  public static func serve(_ solver: some Solver) -> Int32 {
    // Writing to someone who is gone is an error to look at, not a signal that ends this.
    signal(SIGPIPE, SIG_IGN)
    guard let request = readRequest() else { return 1 }
    endWithTheOther()
    do {
      let solution = try solver.solve(request.model, options: request.options) { better in
        write(Message.betterLetter, better.bytes)
      }
      write(Message.solutionLetter, solution.bytes)
    } catch {
      write(Message.refusalLetter, [UInt8]("\(error)".utf8))
    }
    return 0
  }

  private static func readRequest() -> SolveRequest? {
    var bytes: [UInt8] = []
    while true {
      if let message = Message.first(in: bytes, at: 0) {
        return message.letter == Message.requestLetter ? SolveRequest(bytes: message.body) : nil
      }
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        count = max(0, read(0, buffer.baseAddress, buffer.count))
      }
      guard !piece.isEmpty else { return nil }
      bytes += piece
    }
  }

  /// Nothing more is said by the other side: when its end of the socket closes, nobody waits for an answer.
  private static func endWithTheOther() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var byte: UInt8 = 0
        while read(0, &byte, 1) < 0, errno == EINTR {}
        _exit(2)
      }, nil)
  }

  private static func write(_ letter: UInt8, _ body: [UInt8]) {
    let message = Message.framed(letter, body)
    var written = 0
    while written < message.count {
      let count = message.withUnsafeBytes { bytes in Glibc.write(1, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      written += count
    }
  }
}
