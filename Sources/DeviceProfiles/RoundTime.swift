extension DeviceProfile {
  /// The least time that one round of reading takes a line: what the words themselves need, and the silences. A device thinks, too,
  /// so the real time is longer.
  ///
  /// Of SunSpec models, whose place only the device knows, nothing is counted.
  ///
  /// - Parameters:
  ///   - parts: those that are read.
  ///   - serial: the line's settings; nil in the network, where only pauses are counted.
  public func leastRoundTime(of parts: Set<DevicePart>, on serial: LinkDefaults.SerialSettings?) -> Duration {
    RegisterPlan(for: self, parts: parts).requests.reduce(.zero) { time, request in
      time + limits.pause + (serial.map { $0.time(of: request) } ?? .zero)
    }
  }
}

extension LinkDefaults.SerialSettings {
  /// A request of 8 bytes, the answer, and a silence of 3.5 characters behind each (Modbus over serial line 1.02, section 2.5.1.1:
  /// 1.75 ms above 19200 Bd).
  fileprivate func time(of request: RegisterBlock) -> Duration {
    let bitsPerByte = 9 + (parity == .none ? 0 : 1) + stopBits
    let data = request.table.holdsBits ? (request.count + 7) / 8 : 2 * request.count
    let bits = (8 + 5 + data) * bitsPerByte
    let silence = baud > 19_200 ? 1750 : 3_500_000 * bitsPerByte / max(baud, 1)
    return .microseconds(1_000_000 * bits / max(baud, 1) + 2 * silence)
  }
}
