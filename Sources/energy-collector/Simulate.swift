import ArgumentParser
import Collecting
import Glibc
import MarketTime
import ModbusIO
import Readings

/// `energy-collector simulate`
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves the devices of a collector.yaml on this machine, from a CSV of readings.",
    discussion: """
      Buses whose address is 127.0.0.1 are served at their own port; the others
      at free ports, which are printed. A serial bus is served at a pseudo
      terminal, whose path is printed. The readings are played from the first
      row on, --speed times as fast as they were taken, and again from the start
      when they end. Runs until stopped.

      EXAMPLES
        energy-collector simulate collector.yaml --from readings.csv
        energy-collector simulate collector.yaml --from readings.csv \\
          --at 2016-06-28T12:00:00Z

      EXIT STATUS
         0 stopped by somebody
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @OptionGroup var options: CollectorOptions

  @Option(help: ArgumentHelp("The readings to show: time,POINT.CHANNEL [unit],...", valueName: "file.csv"))
  var from: String

  @Option(help: ArgumentHelp("Show this moment all the time.", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("Play so many times as fast as the readings were taken.", valueName: "factor"))
  var speed = 1

  func validate() throws {
    guard (1...86_400).contains(speed) else { throw ValidationError("--speed takes 1 to 86400") }
    if let at, Timestamp(iso8601: at) == nil {
      throw ValidationError("--at is '\(at)', expected a time with zone such as 2016-06-28T12:00:00Z")
    }
  }

  func run() async throws {
    let plan = try options.load().plan
    let site = try simulatedSite(plan, showing: from)
    guard let span = site.span else { throw ValidationError("\(from) holds no readings") }
    let moment = at.flatMap { Timestamp(iso8601: $0) }
    try site.show(at: moment ?? span.lowerBound)
    var servers: [SimulatedModbusServer] = []
    var lines: [SimulatedSerialDevice] = []
    for bus in plan.buses {
      guard let units = site.units[bus.id] else { continue }
      switch bus.link {
      case .tcp(let host, let port), .rtuOverTCP(let host, let port):
        let isHere = ["127.0.0.1", "localhost", "::1"].contains(host)
        let server = try SimulatedModbusServer(
          units, port: isHere ? port : 0, framing: bus.link.isRTUOverTCP ? .serial : .tcp)
        servers.append(server)
        print("\(bus.id): 127.0.0.1:\(server.port), units \(units.list(of: bus))")
      case .serial:
        let line = try SimulatedSerialDevice(units)
        lines.append(line)
        print("\(bus.id): \(line.path), units \(units.list(of: bus))")
      }
    }
    print("serving; stop with Ctrl-C")
    fflush(nil)
    let begin = SystemTime.now()
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      guard moment == nil else { continue }
      let length = max(1, span.upperBound.milliseconds - span.lowerBound.milliseconds)
      let played = (SystemTime.now().milliseconds - begin.milliseconds) * Int64(speed)
      try site.show(at: Timestamp(milliseconds: span.lowerBound.milliseconds + played % length))
    }
  }
}

extension SimulatedUnits {
  /// The units of `bus`, for print.
  fileprivate func list(of bus: BusPlan) -> String {
    bus.devices.map { "\($0.unit) (\($0.id))" }.joined(separator: ", ")
  }
}
