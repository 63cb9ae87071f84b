/// How devices of a type leave the factory; what a site's own file says comes first.
public struct LinkDefaults: Hashable, Sendable {
  /// The serial line; nil where the device has none or the factory setting is not known.
  public let serial: SerialSettings?
  /// The TCP port; nil where the device has none.
  public let tcpPort: UInt16?
  /// The unit (slave) id; nil where there is no usual one.
  public let unit: UInt8?

  /// Defaults; see the properties.
  public init(serial: SerialSettings? = nil, tcpPort: UInt16? = nil, unit: UInt8? = nil) {
    self.serial = serial
    self.tcpPort = tcpPort
    self.unit = unit
  }

  /// Speed and framing of a serial line; always 8 data bits.
  public struct SerialSettings: Hashable, Sendable {
    /// Bits per second.
    public let baud: Int
    /// The parity bit.
    public let parity: Parity
    /// 1 or 2.
    public let stopBits: Int

    /// Settings; see the properties.
    public init(baud: Int, parity: Parity, stopBits: Int) {
      self.baud = baud
      self.parity = parity
      self.stopBits = stopBits
    }
  }

  /// The parity bit of a serial line.
  public enum Parity: String, CaseIterable, Hashable, Sendable {
    case none, even, odd
  }
}
