import CModbus
import Glibc

/// Owns one libmodbus context with its socket or serial device; both go with it. All calls block.
///
/// libmodbus opens and sets up serial devices, sends on them, and cuts answers of both kinds out of the stream. Two things it
/// does not do here, for reasons found by trying version 3.1.6: it does not connect TCP (`TCPDial` says why), and it does not
/// send on TCP, because `modbus_send_raw_request` sends transaction id 0 every time, with which no late answer can be told from a
/// new one.
struct BusLine: ~Copyable {
  /// Highest number of a descriptor (exclusive) that libmodbus can wait for: it uses `select`, whose sets are checked by abort().
  private static let descriptorLimit: Int32 = 1024

  private let context: OpaquePointer
  private let link: ModbusLink
  private var lastActivity = ContinuousClock.now

  /// Allocates the context for `request.link`, opens nothing.
  /// - Throws: `ModbusError.invalidLink` if libmodbus refuses the settings.
  init(for request: RegisterRequest) throws(ModbusError) {
    let made: OpaquePointer?
    switch request.link {
    case .tcp(let host, let port):
      made = modbus_new_tcp_pi(host, String(port))
    case .serial(let serial):
      let parity = CChar(bitPattern: serial.parity.letter.asciiValue ?? 0)
      made = modbus_new_rtu(serial.path, Int32(serial.baud), parity, Int32(serial.dataBits), Int32(serial.stopBits))
    }
    let code = errno
    guard let made else { throw .invalidLink(request.link, reason: SystemCall.text(code)) }
    context = made
    link = request.link
  }

  deinit {
    modbus_close(context)
    modbus_free(context)
  }

  /// Opens the connection or the device.
  /// - Throws: `connectionRefused` or `unreachable`.
  mutating func connect(for request: RegisterRequest, until end: ContinuousClock.Instant) throws(ModbusError) {
    switch link {
    case .tcp(let host, let port):
      try adopt(TCPDial(host: host, port: port).connect(for: request, until: end), for: request)
    case .serial:
      guard modbus_connect(context) == 0 else {
        let code = errno
        throw .unreachable(request, reason: Self.reason(ofOpen: code))
      }
      try prepareToReceive(for: request)
      modbus_flush(context)
    }
  }

  /// Takes over a connected socket.
  /// - Throws: `unreachable` if libmodbus cannot work with it.
  mutating func adopt(_ socket: Int32, for request: RegisterRequest) throws(ModbusError) {
    modbus_set_socket(context, socket)
    try prepareToReceive(for: request)
  }

  private mutating func prepareToReceive(for request: RegisterRequest) throws(ModbusError) {
    guard descriptor < Self.descriptorLimit else {
      throw .unreachable(
        request, reason: "this program has more than \(Self.descriptorLimit) files open, libmodbus can wait for no more")
    }
    // No byte timeout: it would start again with each byte, and a byte every 100 ms would hold the bus for 25 s. Without it the
    // response timeout counts down over the whole answer (Linux `select` leaves the remaining time).
    modbus_set_byte_timeout(context, 0, 0)
  }

  private var descriptor: Int32 { modbus_get_socket(context) }

  /// Whether a request may be sent. For TCP: nothing lies unread that nobody asked for, and the device has not closed the
  /// connection while it was idle. A serial line is flushed instead, after an answer that may still come in until `limit` has
  /// come or not.
  mutating func isReadyToAsk(afterLateAnswer limit: ContinuousClock.Instant?) -> Bool {
    switch link {
    case .serial(let serial):
      if let limit, SystemCall.waitForInput(descriptor, until: limit) { flushToSilence(on: serial) }
      return modbus_flush(context) == 0
    case .tcp:
      var byte: UInt8 = 0
      let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
      let code = errno
      return count < 0 && (code == EAGAIN || code == EWOULDBLOCK)
    }
  }

  /// Drops what comes in until a serial line is as silent as between two frames, for 100 ms at most.
  private mutating func flushToSilence(on serial: SerialLine) {
    // USB adapters hand bytes over in lumps, up to 16 ms apart.
    let silence = max(serial.frameGap, .milliseconds(20))
    let limit = ContinuousClock.now + .milliseconds(100)
    while ContinuousClock.now < limit, SystemCall.waitForInput(descriptor, until: min(.now + silence, limit)) {
      guard modbus_flush(context) == 0 else { break }
    }
    lastActivity = .now
  }

  /// Sends the request and takes its answer in, within the time.
  mutating func exchange(_ frame: ReadFrame, until end: ContinuousClock.Instant) -> ReadOutcome {
    if case .serial(let serial) = link { SystemCall.sleep(until: lastActivity + serial.frameGap) }
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
    switch link {
    case .tcp:
      return frame.outcome(ofTCP: Array(reply.prefix(Int(count))))
    case .serial:
      // 0: libmodbus heard another unit than the one it was told and skipped its checksum; the frame is checked here all the
      // same.
      let length = count > 0 ? Int(count) : frame.serialLength(of: reply)
      return frame.outcome(ofSerial: Array(reply.prefix(length)))
    }
  }

  /// Sends the request; nil if it left.
  private func send(_ frame: ReadFrame) -> ReadOutcome? {
    switch link {
    case .tcp:
      let bytes = frame.tcpBytes
      let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      let code = errno
      return sent == bytes.count ? nil : .lost(sent < 0 ? SystemCall.text(code) : "the request did not leave whole")
    case .serial:
      // Ids above 247 are reserved, yet devices ship with them: libmodbus sends to them but does not check their answers.
      if frame.unit <= 247 { modbus_set_slave(context, Int32(frame.unit)) }
      let body = frame.serialBody
      let sent = modbus_send_raw_request(context, body, Int32(body.count))
      let code = errno
      return sent == body.count + 2 ? nil : .lost(SystemCall.text(code))
    }
  }

  private static func reason(ofOpen code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such device file"
    case EACCES: "this program may not open the device file (on Debian its user must be in the group dialout)"
    case ENOTTY: "the file is no serial device"
    default: SystemCall.text(code)
    }
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
