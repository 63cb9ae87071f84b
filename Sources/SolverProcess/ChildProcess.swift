import Glibc
import LinearOptimization

/// A process of our own making that talks over a socket, which is its standard input and output; killed at the end of its scope.
struct ChildProcess: ~Copyable {
  /// Our end of the socket.
  let socket: Int32
  private let id: pid_t
  private var hasEnded = false

  /// Starts `program`, found by its path, with `arguments` behind its name.
  ///
  /// - Throws: `SolverError.unavailable` where it does not start.
  init(program: String, arguments: [String]) throws(SolverError) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .unavailable("its process gets no socket: \(String(cString: strerror(errno)))")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Copies of a descriptor stay open in the new process; the others close.
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var started: pid_t = 0
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let outcome = posix_spawn(&started, program, &actions, nil, &words, environ)
    close(ends[1])
    guard outcome == 0 else {
      close(ends[0])
      throw .unavailable("its process does not start: \(String(cString: strerror(outcome)))")
    }
    socket = ends[0]
    id = started
  }

  /// Ends the process, and says how it did: by itself where it had hung up before, else killed.
  mutating func end(hasHungUp: Bool) -> String {
    hasEnded = true
    close(socket)
    if !hasHungUp { kill(id, SIGKILL) }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return Self.words(for: status)
  }

  deinit {
    guard !hasEnded else { return }
    close(socket)
    kill(id, SIGKILL)
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
  }

  private static func words(for status: Int32) -> String {
    let signal = status & 0x7f
    return signal == 0 ? "ended with status \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
  }
}
