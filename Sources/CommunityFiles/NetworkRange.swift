import Glibc

/// Network addresses with a common beginning, as a file names them: `192.168.1.0/24`, `192.168.1.9`, `fd00::/8`.
public struct NetworkRange: Sendable, Hashable, CustomStringConvertible {
  /// The address: 4 bytes for IPv4, 16 for IPv6.
  public let bytes: [UInt8]
  /// How many of its bits count, from the first.
  public let prefix: Int
  /// As the file names it.
  public let description: String

  /// The range that `text` names; nil for anything else, and where bits behind the prefix are set.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), let bytes = Self.bytes(of: parts[0]) else { return nil }
    var prefix = bytes.count * 8
    if parts.count == 2 {
      guard let bits = Int(parts[1]), (0...prefix).contains(bits), !parts[1].hasPrefix("+") else { return nil }
      prefix = bits
    }
    let isClean = bytes.indices.allSatisfy { index in
      let counting = min(max(prefix - index * 8, 0), 8)
      return counting == 8 || bytes[index] << UInt8(counting) == 0
    }
    guard isClean else { return nil }
    self.bytes = bytes
    self.prefix = prefix
    description = text
  }

  /// The bytes of an IPv4 or IPv6 address; nil for anything else, such as a name.
  static func bytes(of address: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes.prefix(4)) }
    return inet_pton(AF_INET6, address, &bytes) == 1 ? bytes : nil
  }

  /// Whether `address` is reached from this machine only.
  static func isLoopback(_ address: String) -> Bool {
    guard let bytes = bytes(of: address) else { return false }
    return bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
  }
}
