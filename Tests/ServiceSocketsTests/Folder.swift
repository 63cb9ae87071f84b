import Glibc

/// A folder of one test, removed with it.
final class Folder {
  let path: String

  init() {
    var name = Array("/tmp/eo-XXXXXX".utf8CString)
    path = mkdtemp(&name).map { String(cString: $0) } ?? "/nowhere"
  }

  deinit {
    for file in files { unlink("\(path)/\(file)") }
    rmdir(path)
  }

  /// The names in it.
  var files: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A receiver of datagrams, as systemd is one.
final class Receiver {
  private let socket: Int32

  init?(at path: String) {
    guard let address = Address(path) else { return nil }
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard address.bind(socket) else { return nil }
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  /// The next datagram.
  func next() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(socket, &buffer, buffer.count, 0)
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// Written here anew from unix(7), so that both sides must be right.
  private struct Address {
    var bytes = [UInt8](repeating: 0, count: 110)
    var length: socklen_t

    init?(_ path: String) {
      let name = Array(path.utf8)
      guard name.count < 108 else { return nil }
      bytes[0] = UInt8(AF_UNIX)
      bytes.replaceSubrange(2..<2 + name.count, with: name)
      length = socklen_t(2 + name.count + 1)
      if path.hasPrefix("@") {
        bytes[2] = 0
        length -= 1
      }
    }

    func bind(_ socket: Int32) -> Bool {
      bytes.withUnsafeBytes { buffer in
        guard let address = buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
        return Glibc.bind(socket, address, length) == 0
      }
    }
  }
}
