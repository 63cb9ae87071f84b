import CModbus
import Glibc

/// Owns one libmodbus context with its serial device, which goes with it.
///
/// libmodbus opens and sets up the device, sends on it, and cuts answers out of the stream.
final class SerialBusLine: BusLine {
  /// Highest number of a descriptor (exclusive) that libmodbus can wait for: it uses `select`, whose sets are checked by abort().
  private static let descriptorLimit: Int32 = 1024

  /// The version of the libmodbus that is loaded: `3.1.6`.
  static var libraryVersion: String { "\(libmodbus_version_major).\(libmodbus_version_minor).\(libmodbus_version_micro)" }

  private let context: OpaquePointer
  private let serial: SerialLine
  /// Keeps other programs off the line.
  private let lock: SerialLock
  private var lastActivity = ContinuousClock.now

  /// Opens the device.
  /// - Throws: `invalidLink` if libmodbus or the adapter refuses the settings, `unreachable` if there is no such device or another
  ///   program uses it.
  init(_ serial: SerialLine, for request: RegisterRequest) throws(ModbusError) {
    let parity = CChar(bitPattern: serial.parity.letter.asciiValue ?? 0)
    let made = modbus_new_rtu(serial.path, Int32(serial.baud), parity, Int32(serial.dataBits), Int32(serial.stopBits))
    var code = errno
    guard let made else { throw .invalidLink(request.link, reason: SystemCall.text(code)) }
    do {
      lock = try SerialLock(serial.path)
    } catch {
      modbus_free(made)
      throw .unreachable(request, reason: error.reason)
    }
    context = made
    self.serial = serial
    guard modbus_connect(context) == 0 else {
      code = errno
      if code == EINVAL { throw .invalidLink(request.link, reason: "the adapter does not do \(serial.settings)") }
      throw .unreachable(request, reason: SerialLock.reason(code, at: serial.path))
    }
    lock.takeAlone(descriptor)
    guard descriptor < Self.descriptorLimit else {
      throw .unreachable(
        request, reason: "this program has more than \(Self.descriptorLimit) files open, libmodbus can wait for no more")
    }
    // No byte timeout: it would start again with each byte, and a byte every 100 ms would hold the bus for 25 s. Without it the
    // response timeout counts down over the whole answer (Linux `select` leaves the remaining time).
    modbus_set_byte_timeout(context, 0, 0)
    modbus_flush(context)
  }

  deinit {
    lock.release(descriptor)
    modbus_close(context)
    modbus_free(context)
  }

  private var descriptor: Int32 { modbus_get_socket(context) }

  func isReadyToAsk(afterLateAnswer limit: ContinuousClock.Instant?) -> Bool {
    if let limit, SystemCall.waitForInput(descriptor, until: limit) { flushToSilence() }
    return modbus_flush(context) == 0
  }

  /// Drops what comes in until the line is as silent as between two frames, for 100 ms at most.
  private func flushToSilence() {
    // USB adapters hand bytes over in lumps, up to 16 ms apart.
    let silence = max(serial.frameGap, .milliseconds(20))
    let limit = ContinuousClock.now + .milliseconds(100)
    while ContinuousClock.now < limit, SystemCall.waitForInput(descriptor, until: min(.now + silence, limit)) {
      guard modbus_flush(context) == 0 else { break }
    }
    lastActivity = .now
  }

  func exchange(_ frame: ReadFrame, until end: ContinuousClock.Instant) -> ReadOutcome {
    SystemCall.sleep(until: lastActivity + serial.frameGap)
    let left = ContinuousClock.now.duration(to: end)
    guard left > .zero else { return .noAnswer }
    if let failed = send(frame) { return failed }
    var reply = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    let (seconds, attoseconds) = left.components
    modbus_set_response_timeout(context, UInt32(seconds), UInt32(max(attoseconds / 1_000_000_000_000, 1)))
    let count = modbus_receive_confirmation(context, &reply)
    let code = errno
    lastActivity = .now
    guard count >= 0 else { return Self.outcome(ofReceive: code) }
    // 0: libmodbus heard another unit than the one it was told and skipped its checksum; the frame is checked here all the same.
    let length = count > 0 ? Int(count) : min(ReadFrame.Framing.serial.length(of: reply[...]) ?? reply.count, reply.count)
    return frame.outcome(of: reply[..<length], .serial)
  }

  /// Sends the request; nil if it left.
  private func send(_ frame: ReadFrame) -> ReadOutcome? {
    // Ids above 247 are reserved, yet devices ship with them: libmodbus sends to them but does not check their answers.
    if frame.unit <= 247 { modbus_set_slave(context, Int32(frame.unit)) }
    let body = frame.body
    let sent = modbus_send_raw_request(context, body, Int32(body.count))
    let code = errno
    return sent == body.count + 2 ? nil : .lost(SystemCall.text(code))
  }

  private static func outcome(ofReceive code: Int32) -> ReadOutcome {
    switch code {
    case ETIMEDOUT: .noAnswer
    case LibmodbusCode.badChecksum: .broken(ReadFrame.wrongChecksum)
    case LibmodbusCode.badData: .broken("it is longer than a Modbus message can be")
    case ECONNRESET: .lost("the other end closed it")
    default: .lost(SystemCall.text(code))
    }
  }
}

/// Codes of libmodbus that Swift does not import (C macros with arithmetic in them).
private enum LibmodbusCode {
  /// EMBBADCRC.
  static let badChecksum = Int32(MODBUS_ENOBASE) + Int32(MODBUS_EXCEPTION_GATEWAY_TARGET) + 1
  /// EMBBADDATA.
  static let badData = badChecksum + 1
}
