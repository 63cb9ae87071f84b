import Glibc
import ServiceSockets
import Synchronization
import Testing

@Suite("The status socket")
struct StatusSocketTests {
  private let folder = Folder()
  private var path: String { folder.file("status.sock") }

  @Test("hands its text to each asker, however long it is, and is gone when it stops")
  func asking() throws {
    let count = Atomic<Int>(0)
    let long = String(repeating: "ü", count: 1_000_000)
    let socket = try StatusSocket(at: path) { "\(count.wrappingAdd(1, ordering: .relaxed).newValue) \(long)" }
    #expect(try StatusSocket.ask(path) == "1 \(long)")
    #expect(try StatusSocket.ask(path) == "2 \(long)")
    socket.stop()
    #expect(folder.files == [])
    #expect(throws: StatusSocket.Failure.notServed(path: path)) { try StatusSocket.ask(path) }
  }

  @Test("is for its user and root only, whatever the umask")
  func permissions() throws {
    let socket = try StatusSocket(at: path) { "" }
    var status = stat()
    #expect(lstat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    socket.stop()
  }

  @Test("takes the place of one that a dead process left behind")
  func stale() throws {
    // Bound and closed without being removed, as a killed process leaves it.
    _ = try #require(Receiver(at: path))
    #expect(folder.files == ["status.sock"])
    let socket = try StatusSocket(at: path) { "alive" }
    #expect(try StatusSocket.ask(path) == "alive")
    socket.stop()
  }

  @Test("leaves another service's alone")
  func inUse() throws {
    let first = try StatusSocket(at: path) { "first" }
    #expect(throws: StatusSocket.Failure.served(path: path)) { try StatusSocket(at: path) { "second" } }
    #expect(try StatusSocket.ask(path) == "first")
    first.stop()
  }

  @Test("never takes a file for a socket")
  func file() throws {
    let file = open(path, O_CREAT | O_WRONLY, 0o600)
    write(file, "kept", 4)
    close(file)
    #expect(throws: StatusSocket.Failure.self) { try StatusSocket(at: path) { "" } }
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_size == 4)
  }

  @Test("does not take away its successor's file when it stops late")
  func successor() throws {
    let first = try StatusSocket(at: path) { "first" }
    unlink(path)
    let second = try StatusSocket(at: path) { "second" }
    first.stop()
    #expect(try StatusSocket.ask(path) == "second")
    second.stop()
  }

  @Test("says what is wrong with a path that the system cannot have")
  func longPath() {
    let long = folder.file(String(repeating: "x", count: 120))
    let failure = #expect(throws: StatusSocket.Failure.self) { try StatusSocket(at: long) { "" } }
    #expect(failure.map { "\($0)" }?.contains("a socket's path has 1 to 107 bytes") == true)
  }
}
