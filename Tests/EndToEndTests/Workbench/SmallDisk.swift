import Foundation

/// A disk of a few megabytes in memory, which only the processes see that are started on it: it can be filled and made read-only
/// without harm to anyone.
final class SmallDisk: Sendable {
  /// Where it stands for the programs started on it.
  let inside: String
  private let home: TemporaryFolder
  private let holder: ChildProcess

  /// Whether this user may mount a disk in a mount namespace of its own.
  static let isPossible: Bool = {
    let trial = Process()
    trial.executableURL = URL(fileURLWithPath: "/bin/sh")
    trial.arguments = ["-c", "command -v nsenter && unshare -m mount -t tmpfs -o size=1m trial /tmp"]
    trial.standardOutput = FileHandle.nullDevice
    trial.standardError = FileHandle.nullDevice
    guard (try? trial.run()) != nil else { return false }
    trial.waitUntilExit()
    return trial.terminationStatus == 0
  }()

  /// An empty disk of so many megabytes.
  init(megabytes: Int) async throws {
    home = try TemporaryFolder()
    inside = home.path
    holder = try ChildProcess(
      "/usr/bin/env",
      [
        "unshare", "-m", "sh", "-c",
        "mount --make-rprivate / && mount -t tmpfs -o size=\(megabytes)m small \"$0\" && echo mounted && exec cat", inside,
      ])
    try await holder.says("mounted")
  }

  /// The path of a file on it, for this process.
  func file(_ name: String) -> String { "/proc/\(holder.number)/root\(inside)/\(name)" }

  /// Starts a program that sees the disk at `inside`.
  func start(_ program: String, _ arguments: [String]) throws -> ChildProcess {
    try ChildProcess("/usr/bin/env", ["nsenter", "-t", "\(holder.number)", "-m", program] + arguments)
  }

  /// Fills it to the last byte with a file called `name`.
  func fill(_ name: String = "filling") throws {
    _ = FileManager.default.createFile(atPath: file(name), contents: nil)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
    defer { try? handle.close() }
    for size in [65_536, 4096, 1] {
      // The system says when it is full.
      while (try? handle.write(contentsOf: Data(count: size))) != nil {}
    }
  }

  /// Removes a file.
  func remove(_ name: String = "filling") throws { try FileManager.default.removeItem(atPath: file(name)) }

  /// Makes it read-only or writable; only while no program has a file of it open for writing.
  func mount(_ mode: String) async throws {
    let mounted = try await start("mount", ["-o", "remount,\(mode)", inside]).end()
    guard mounted.status == 0 else { throw Checkout.Missing(what: "a disk that is \(mode)", hint: mounted.errors) }
  }
}
