import Glibc

/// A Modbus RTU bus on a pseudo terminal: the units answer on a device file that reads like a serial port.
///
/// The rate is not simulated: bytes arrive at once. Stops, and its device file goes, when it is no longer held.
public final class SimulatedSerialDevice: Sendable {
  /// The device file to open, such as `/dev/pts/3`.
  public let path: String
  /// The units that answer.
  public let units: SimulatedUnits
  private let loop: ServingLoop<SimulatedWire>
  /// Held open so that the line does not hang up between two clients.
  private let farEnd: Descriptor

  /// Starts a serial bus.
  /// - Throws: `ModbusError.simulatorFailed` if the system has no pseudo terminal left.
  public init(_ units: SimulatedUnits) throws(ModbusError) {
    var (near, far): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    let made = openpty(&near, &far, &name, nil, nil)
    let code = errno
    guard made == 0, let terminal = Descriptor(near), let farEnd = Descriptor(far) else {
      throw .simulatorFailed(reason: "no pseudo terminal: \(SystemCall.text(code))")
    }
    terminal.makeNonblockingAndPrivate()
    farEnd.makeNonblockingAndPrivate()
    Self.makeRaw(farEnd)
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.path = path
    self.farEnd = farEnd
    self.units = units
    let wire = SimulatedWire(terminal, number: 0, framing: .serial, isSocket: false, units: units)
    guard let wakeUp = WakeUp() else { throw .simulatorFailed(reason: "this program has too many files open") }
    self.loop = ServingLoop("modbus simulator", wakeUp: wakeUp, listener: nil, wires: [wire], maximumConnections: 1) { _, _, _ in
      nil
    }
  }

  deinit { loop.stop() }

  /// Where a `ModbusConnection` finds it.
  public var link: ModbusLink { .serial(SerialLine(path: path, baud: 115_200, parity: .none)) }

  /// Hangs up the line and returns when the device's thread has ended.
  public func stop() {
    loop.stop()
  }

  /// No echo, no line editing, all eight bits.
  private static func makeRaw(_ terminal: Descriptor) {
    var settings = termios()
    guard tcgetattr(terminal.number, &settings) == 0 else { return }
    cfmakeraw(&settings)
    tcsetattr(terminal.number, TCSANOW, &settings)
  }
}
