/// A request as a simulated device saw it.
public struct SimulatedRequest: Hashable, Sendable {
  /// Number of the connection it came on, from 1 in the order of accepting; 0 on a serial line and in memory.
  public let connection: Int
  /// The transaction id, 0 on a serial line.
  public let transaction: UInt16
  /// The unit (slave) id.
  public let unit: UInt8
  /// Function code and what follows it, 1...253 bytes.
  public let message: [UInt8]

  /// The first byte of the message: what the client wants.
  public var functionCode: UInt8 { message.first ?? 0 }
}

/// What a simulated device is about to answer. Faults change its fields.
public struct SimulatedReply: Sendable {
  /// How frames are made.
  public enum Framing: Sendable {
    /// MBAP header in front.
    case tcp
    /// Unit id in front, checksum behind.
    case serial
  }

  /// How this reply is framed.
  public let framing: Framing
  /// What it answers.
  public let request: SimulatedRequest
  /// The request's transaction id, TCP only.
  public var transaction: UInt16
  /// 0 is Modbus, TCP only.
  public var protocolID: UInt16 = 0
  /// Bytes announced in the header (TCP only); nil for the true number.
  public var announcedLength: UInt16?
  /// The unit that answers.
  public var unit: UInt8
  /// Function code and what follows it.
  public var message: [UInt8]

  /// The right reply to `request`.
  init(to request: SimulatedRequest, framing: Framing, message: [UInt8]) {
    self.framing = framing
    self.request = request
    self.transaction = request.transaction
    self.unit = request.unit
    self.message = message
  }

  /// The frame as it goes out.
  public var bytes: [UInt8] {
    let body = [unit] + message
    switch framing {
    case .serial: return body + CRC16Modbus.trailer(for: body)
    case .tcp:
      let length = announcedLength ?? UInt16(body.count)
      let header = [transaction, protocolID, length].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      return header + body
    }
  }
}
