import Glibc

/// Why a file with a password or token is not taken.
public struct SecretFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong, and what to do.
  public let reason: String

  /// File and reason.
  public var description: String { "\(path): \(reason)" }
}

extension Secret {
  /// The first line of the file at `path`, which nobody but its owner and group may read, and nobody but its owner write.
  ///
  /// - Throws: `SecretFileError`; nothing of the contents is in it.
  public init(file path: String) throws(SecretFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw SecretFileError(path: path, reason: String(cString: strerror(errno)) + "; a line with the secret is expected there")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw SecretFileError(path: path, reason: "it is no file")
    }
    guard facts.st_mode & 0o027 == 0 else {
      throw SecretFileError(path: path, reason: "others may read it; run: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    let line = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard !line.isEmpty, count < bytes.count, let text = String(validating: line, as: UTF8.self) else {
      throw SecretFileError(path: path, reason: "a line of text with the secret is expected in it")
    }
    self.init(text)
  }
}
