import Glibc
public import LinearOptimization

/// Solves in a process of its own, which is killed when the time is up.
///
/// A solver that hangs, crashes or eats all memory takes nothing else with it: what it told on the way is the answer then. The process
/// is any program that calls `SolverService.serve`.
public struct SolverProcess: Solver {
  private let program: String
  private let arguments: [String]
  private let grace: Duration

  /// A solver in `program`, called with `arguments`; it is killed `grace` behind the time limit.
  public init(program: String, arguments: [String], grace: Duration = .milliseconds(500)) {
    self.program = program
    self.arguments = arguments
    self.grace = grace
  }

  /// Solves `model`. Blocks until done, or until `grace` behind the time limit.
  /// - Throws: `SolverError` if model or options are not usable, or the process does not start.
  public func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
    try solve(model, options: options) { _ in }
  }

  /// The same, and tells of each better point on the way.
  public func solve(
    _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
  ) throws(SolverError) -> Solution {
    try model.validate()
    try options.validate()
    let clock = ContinuousClock()
    let begin = clock.now
    let deadline = options.timeLimit.map { begin + $0 + grace }
    var process = try ChildProcess(program: program, arguments: arguments)
    var conversation = Conversation(sending: Message.request(SolveRequest(model, options: options).bytes))
    let ending = conversation.hold(with: process, until: deadline, whenBetter: whenBetter)
    let exit = process.end(hasHungUp: ending == .hungUp)
    let time = begin.duration(to: clock.now)
    if let refusal = conversation.refusal { throw .unavailable(refusal) }
    if var solution = conversation.solution {
      // Its start and what was sent to and fro are the solve's time, too.
      solution.solveTime = max(solution.solveTime, time)
      return solution
    }
    guard var best = conversation.best else {
      return Solution(
        withoutValues: ending == .timeUp ? .limitReached : .failed("its process \(exit) before there was a plan"), solveTime: time
      )
    }
    best.solveTime = time
    return best
  }
}

/// What is said between the two processes: a letter, the length of what follows, and that.
enum Message {
  static let requestLetter = UInt8(ascii: "r")
  static let betterLetter = UInt8(ascii: "b")
  static let solutionLetter = UInt8(ascii: "s")
  static let refusalLetter = UInt8(ascii: "x")
  static let headLength = 9

  static func request(_ bytes: [UInt8]) -> [UInt8] { framed(requestLetter, bytes) }

  static func framed(_ letter: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [letter] + withUnsafeBytes(of: UInt64(bytes.count)) { [UInt8]($0) } + bytes
  }

  /// The first whole message at `position` of `bytes`, and where the next begins; nil where it is not whole yet.
  static func first(in bytes: [UInt8], at position: Int) -> (letter: UInt8, body: [UInt8], next: Int)? {
    guard bytes.count - position >= headLength else { return nil }
    let length = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self) }
    guard length <= UInt64(bytes.count - position - headLength) else { return nil }
    let next = position + headLength + Int(length)
    return (bytes[position], Array(bytes[(position + headLength)..<next]), next)
  }
}

/// Sends a request over a socket, and hears the answers.
private struct Conversation {
  enum Ending { case answered, hungUp, timeUp }

  private(set) var best: Solution?
  private(set) var solution: Solution?
  private(set) var refusal: String?
  private let request: [UInt8]
  private var sent = 0
  private var heard: [UInt8] = []
  private var understood = 0

  init(sending request: [UInt8]) { self.request = request }

  /// Talks until the solution is there, the other side is silent for good, or the time is up.
  mutating func hold(
    with process: borrowing ChildProcess, until deadline: ContinuousClock.Instant?, whenBetter: (Solution) -> Void
  ) -> Ending {
    while solution == nil, refusal == nil {
      var wait: Int32 = -1
      if let deadline {
        let left = ContinuousClock().now.duration(to: deadline)
        guard left > .zero else { return .timeUp }
        wait = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
      }
      var events = pollfd(fd: process.socket, events: Int16(POLLIN | (sent < request.count ? POLLOUT : 0)), revents: 0)
      let ready = poll(&events, 1, wait)
      if ready < 0, errno != EINTR { return .timeUp }
      guard ready > 0 else { continue }
      if events.revents & Int16(POLLOUT) != 0 { send(over: process.socket) }
      if events.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        guard hear(from: process.socket) else { return .hungUp }
        understand(whenBetter)
      }
    }
    return .answered
  }

  private mutating func send(over socket: Int32) {
    let count = request.withUnsafeBytes { bytes in
      Glibc.send(
        socket, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    // Whether the other side is gone is heard, not felt here.
    if count > 0 { sent += count } else if count < 0, errno != EAGAIN, errno != EINTR { sent = request.count }
  }

  /// False where nothing more will come.
  private mutating func hear(from socket: Int32) -> Bool {
    let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = max(0, recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)))
    }
    heard += piece
    return !piece.isEmpty || errno == EAGAIN || errno == EINTR
  }

  private mutating func understand(_ whenBetter: (Solution) -> Void) {
    while let message = Message.first(in: heard, at: understood) {
      understood = message.next
      switch message.letter {
      case Message.betterLetter:
        guard let better = Solution(bytes: message.body) else { continue }
        best = better
        whenBetter(better)
      case Message.solutionLetter: solution = Solution(bytes: message.body)
      case Message.refusalLetter: refusal = String(decoding: message.body, as: UTF8.self)
      default: continue
      }
    }
    heard.removeFirst(understood)
    understood = 0
  }
}
