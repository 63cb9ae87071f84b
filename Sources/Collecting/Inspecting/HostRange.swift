/// The hosts that somebody named for a search: one, a range of the last number of an address, or a network.
///
/// Nothing is ever added to what was named: searching a network that is not one's own is no matter for a guess.
public struct HostRange: Hashable, Sendable {
  /// The hosts, in order.
  public let hosts: [String]
  /// The port named behind the hosts; nil for none.
  public let port: Int?

  /// More hosts than this are refused: a search shall end while somebody waits for it.
  public static let limit = 1024

  /// What is wrong with a range.
  public struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to write.
    public let description: String
  }

  /// The hosts that `text` names: `192.168.1.10`, `192.168.1.10-40`, `192.168.1.0/24`, `inverter.local`, each with `:PORT` behind it
  /// where the port is not 502.
  ///
  /// - Throws: `Flaw` for anything else, and for more than `limit` hosts.
  public init(_ text: String) throws(Flaw) {
    var body = text[...]
    if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
      guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
        throw Flaw(description: "'\(text)': the port must be a whole number from 1 to 65535")
      }
      port = number
      body = text[..<colon]
    } else {
      port = nil
    }
    if let slash = body.firstIndex(of: "/") {
      hosts = try Self.network(body[..<slash], prefix: body[body.index(after: slash)...], text: text)
    } else if let dash = body.lastIndex(of: "-"), let first = Self.address(body[..<dash]) {
      hosts = try Self.range(first, to: body[body.index(after: dash)...], text: text)
    } else {
      guard !body.isEmpty, !body.contains(where: { $0.isWhitespace }) else {
        throw Flaw(description: "'\(text)' names no host; write HOST, 192.168.1.10-40 or 192.168.1.0/24")
      }
      hosts = [String(body)]
    }
  }

  private static func range(_ first: UInt32, to end: Substring, text: String) throws(Flaw) -> [String] {
    let last = address(end) ?? Int(end).flatMap { (0...255).contains($0) ? first & 0xFFFF_FF00 | UInt32($0) : nil }
    guard let last else {
      throw Flaw(description: "'\(text)': behind '-' stands the last number or the last address, such as 192.168.1.10-40")
    }
    guard first <= last else { throw Flaw(description: "'\(text)' ends before it begins; write the lower address first") }
    return try hosts(first, last, text: text)
  }

  private static func network(_ base: Substring, prefix: Substring, text: String) throws(Flaw) -> [String] {
    guard let base = address(base), let bits = Int(prefix), (0...32).contains(bits) else {
      throw Flaw(description: "'\(text)' is no network; write an address and the length of its prefix, such as 192.168.1.0/24")
    }
    let mask: UInt32 = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
    let first = base & mask
    let last = first | ~mask
    // The network itself and its broadcast address are no hosts.
    return bits >= 31 ? try hosts(first, last, text: text) : try hosts(first + 1, last - 1, text: text)
  }

  private static func hosts(_ first: UInt32, _ last: UInt32, text: String) throws(Flaw) -> [String] {
    guard Int(last) - Int(first) < limit else {
      throw Flaw(description: "'\(text)' has \(Int(last) - Int(first) + 1) addresses; search at most \(limit) at a time")
    }
    return (first...last).map { "\($0 >> 24).\($0 >> 16 & 0xFF).\($0 >> 8 & 0xFF).\($0 & 0xFF)" }
  }

  private static func address(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { UInt8($0) }
    guard parts.count == 4, bytes.count == 4 else { return nil }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
