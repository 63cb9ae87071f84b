public import ModbusIO

/// How a bus is served to others: over Modbus TCP, for reading only.
public struct ProxyPlan: Sendable, Equatable {
  /// The address of this machine to listen at.
  public let host: String
  /// The port to listen on.
  public let port: Int
  /// How old an answer may be that is given again.
  public let maximumAge: Duration
  /// Who may connect besides this machine itself.
  public let allowed: [AddressRange]
  /// Units that may be asked besides those of the bus's devices.
  public let units: Set<UInt8>

  /// A proxy; see the properties.
  public init(
    host: String, port: Int, maximumAge: Duration = .seconds(2), allowed: [AddressRange] = [], units: Set<UInt8> = []
  ) {
    self.host = host
    self.port = port
    self.maximumAge = maximumAge
    self.allowed = allowed
    self.units = units
  }
}
