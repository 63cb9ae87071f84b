import Crypto

/// SHA-256 of bytes (FIPS 180-4): the same bytes always give the same 32, and nobody can find others that do.
public struct Fingerprint: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The fingerprint of `bytes`.
  public init(of bytes: [UInt8]) {
    var hash = Hasher()
    hash.add(bytes)
    self = hash.fingerprint
  }

  /// The fingerprint that 64 hexadecimal digits write; nil for anything else.
  public init?(hex: some StringProtocol) {
    guard let bytes = [UInt8](hex: hex), bytes.count == SHA256.byteCount else { return nil }
    self.bytes = bytes
  }

  fileprivate init(_ digest: SHA256.Digest) { bytes = Array(digest) }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { bytes.hex }

  /// What has no former: 32 zeros.
  public static let none = Fingerprint(checked: Array(repeating: 0, count: SHA256.byteCount))
  private init(checked bytes: [UInt8]) { self.bytes = bytes }

  /// Takes the fingerprint of bytes that come in parts.
  public struct Hasher {
    private var hash = SHA256()

    /// Nothing added yet.
    public init() {}

    /// Adds bytes behind those before.
    public mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    /// Adds whole numbers, each as eight bytes, the lowest first.
    public mutating func add(_ numbers: [Int64]) {
      // The same bytes on every processor.
      numbers.map { $0.littleEndian }.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    /// Adds the UTF-8 of a text.
    public mutating func add(_ text: String) { add(Array(text.utf8)) }

    /// Of all that was added.
    public var fingerprint: Fingerprint { Fingerprint(hash.finalize()) }
  }
}

extension [UInt8] {
  /// Two lower-case hexadecimal digits a byte.
  public var hex: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes that hexadecimal digits write; nil for anything else.
  public init?(hex: some StringProtocol) {
    let digits = hex.utf8.map { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
    let known = digits.compactMap(\.self)
    self = stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
  }
}
