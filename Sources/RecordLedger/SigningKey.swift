import Crypto

/// The community's secret, with which it signs what must not be changed: Ed25519 (RFC 8032).
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new one, from the system's random numbers.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// The key of 32 secret bytes; nil for another number of them.
  public init?(secret: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret) else { return nil }
    self.key = key
  }

  /// 32 bytes that nobody else may see.
  public var secret: [UInt8] { Array(key.rawRepresentation) }
  /// What others check signatures with.
  public var publicKey: PublicKey { PublicKey(bytes: Array(key.publicKey.rawRepresentation)) }

  /// 64 bytes, nil where the machine has no random numbers.
  public func signature(of bytes: [UInt8]) -> [UInt8]? { (try? key.signature(for: bytes)).map { Array($0) } }
}

/// The key by which anyone can tell whether the community signed something.
public struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The key that 64 hexadecimal digits write; nil for anything else.
  public init?(hex: some StringProtocol) {
    guard let bytes = [UInt8](hex: hex), bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// A key of 32 bytes.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// Whether `signature` is of `bytes` and by the owner of this key.
  public func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.bytes) else { return false }
    return key.isValidSignature(signature, for: bytes)
  }
}
