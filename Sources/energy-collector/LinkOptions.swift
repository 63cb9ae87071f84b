import ArgumentParser
import Collecting
import CommunityFiles
import DeviceProfiles
import ModbusIO

/// Where one device is reached, for commands that need no file of devices.
struct LinkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Modbus TCP: host, and port where it is not 502.", valueName: "host[:port]"))
  var tcp: String?

  @Option(help: ArgumentHelp("Modbus RTU: the serial adapter.", valueName: "device"))
  var rtu: String?

  @Option(help: ArgumentHelp("Speed of the serial line.", valueName: "baud"))
  var baud: Int?

  @Option(help: ArgumentHelp("Parity of the serial line: none, even or odd.", valueName: "parity"))
  var parity: ParityChoice?

  @Option(help: ArgumentHelp("Stop bits of the serial line: 1 or 2.", valueName: "bits"))
  var stopBits: Int?

  func validate() throws {
    guard (tcp == nil) != (rtu == nil) else { throw ValidationError("say where the device is: either --tcp or --rtu") }
    if tcp != nil, baud != nil || parity != nil || stopBits != nil {
      throw ValidationError("--baud, --parity and --stop-bits belong to --rtu")
    }
    if let stopBits, !(1...2).contains(stopBits) { throw ValidationError("--stop-bits takes 1 or 2") }
    if let baud, !SerialLine.knownBauds.contains(baud) { throw ValidationError("--baud \(baud) is no usual speed") }
  }

  /// The link; what is not said about a serial line is taken from `defaults`.
  func link(_ defaults: LinkDefaults? = nil) throws -> ModbusLink {
    guard let rtu else { return try endpoint(tcp ?? "", port: Int(defaults?.tcpPort ?? 502)) }
    return .serial(SerialLine(at: rtu, baud: baud, parity: parity?.parity, stopBits: stopBits, else: defaults?.serial))
  }
}

extension SerialLine {
  /// The line at `path`: as told, else as `usual` has it, else 9600 8N1.
  init(at path: String, baud: Int?, parity: Parity?, stopBits: Int?, else usual: LinkDefaults.SerialSettings?) {
    self.init(
      path: path, baud: baud ?? usual?.baud ?? 9600,
      parity: parity ?? usual.flatMap { Parity(rawValue: $0.parity.rawValue) } ?? .none,
      stopBits: stopBits ?? usual?.stopBits ?? 1)
  }
}

/// A parity, as the command line names it.
enum ParityChoice: String, CaseIterable, ExpressibleByArgument {
  case none, even, odd

  /// The same in the serial line's words.
  var parity: SerialLine.Parity {
    switch self {
    case .none: .none
    case .even: .even
    case .odd: .odd
    }
  }
}

/// The one host that `text` names, with `port` where it names none.
///
/// - Throws: `ValidationError` for anything but a host with or without port.
func endpoint(_ text: String, port: Int) throws -> ModbusLink {
  do {
    let range = try HostRange(text)
    guard let host = range.hosts.first, range.hosts.count == 1 else { throw ValidationError("'\(text)' is more than one host") }
    return .tcp(host: host, port: range.port ?? port)
  } catch let flaw as HostRange.Flaw {
    throw ValidationError(flaw.description)
  }
}

/// The unit numbers in `text`: `1`, `1-10`, `1,3,247`.
///
/// - Throws: `ValidationError` for anything else.
func unitNumbers(_ text: String) throws -> [UInt8] {
  let units = try text.split(separator: ",").flatMap { piece -> [UInt8] in
    let ends = piece.split(separator: "-", omittingEmptySubsequences: false).map { UInt8($0) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
      throw ValidationError("'\(piece)' is no unit number; write numbers from 0 to 255, such as 1-10 or 1,3,247")
    }
    return Array(first...last)
  }
  guard !units.isEmpty else { throw ValidationError("name at least one unit number, such as 1-10") }
  return units
}

/// The pauses and the time of a command that reads devices once.
let unhurried = DevicePoller.Pacing(now: SystemTime.now) { try? await Task.sleep(for: $0) }
