/// What one request to a device may ask for, and when the next one may follow.
public struct RequestLimits: Hashable, Sendable {
  /// The most registers that one Modbus request can ask for.
  public static let protocolMaximum = 125

  /// The most registers in one request, 1...125.
  public let registersPerRequest: Int
  /// How many registers nobody needs may be read along between two that are needed; 0 for devices that refuse undefined registers.
  public let gap: Int
  /// The silence between two requests.
  public let pause: Duration
  /// How long the device may take to answer.
  public let timeout: Duration
  /// Whether the device serves one TCP connection only.
  public let isSingleConnection: Bool
  /// The device must not be asked more often than this; zero where nobody says.
  public let minimumInterval: Duration
  /// The silence that it needs between connecting and the first request.
  public let silenceAfterConnecting: Duration

  /// Limits; see the properties.
  public init(
    registersPerRequest: Int = Self.protocolMaximum, gap: Int = 0, pause: Duration = .zero, timeout: Duration = .seconds(1),
    isSingleConnection: Bool = false, minimumInterval: Duration = .zero, silenceAfterConnecting: Duration = .zero
  ) {
    self.registersPerRequest = min(max(registersPerRequest, 1), Self.protocolMaximum)
    self.gap = max(gap, 0)
    self.pause = pause
    self.timeout = timeout
    self.isSingleConnection = isSingleConnection
    self.minimumInterval = minimumInterval
    self.silenceAfterConnecting = silenceAfterConnecting
  }
}
