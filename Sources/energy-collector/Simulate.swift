import ArgumentParser
import Collecting
import CommunityFiles
import CommunityModel
import DeviceProfiles
import Glibc
import MarketTime
import ModbusIO
import Readings

/// `energy-collector simulate`
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves simulated devices on this machine: those of a collector.yaml, or of any profiles.",
    discussion: """
      Without --from the devices show a clear summer day of a house with sun,
      battery and heating, at the present time of day; counters and powers agree.
      With --from they show the readings of a CSV file from its first row on, and
      again from the start when it ends. Runs until stopped.

      Of a collector.yaml, buses at 127.0.0.1 are served at their own port, the
      others at free ports, which are printed, serial buses at pseudo terminals.
      Of profiles, all devices hang on one bus; a CSV file names their columns
      DEVICE-PART.CHANNEL, as printed. Registers whose value nobody knows are
      refused (exception 2), or say "no value" where the profile has a sign for it.

      EXAMPLES
        energy-collector simulate --profile abb/b23 --tcp 127.0.0.1:1502
        energy-collector simulate --profile fronius/gen24 \\
          --at 2026-06-21T12:00:00+02:00
        energy-collector simulate --profile eastron/sdm630 --rtu
        energy-collector simulate --profile abb/b23 --unit 3 \\
          --profile goodwe/et --unit 247
        energy-collector simulate --profile abb/b23 \\
          --fault silence:30s@every:5m
        energy-collector simulate collector.yaml --from readings.csv --speed 60

      FAULTS: NAME[:VALUE][:HOW LONG][@every:TIME | @nth:NUMBER]
      Without @ all the time; a spell ends its period, so that things work at
      first; a name with @every alone means one request each time. Times: 500ms,
      30s, 5m, 1h.
      \(FaultOption.Name.help)

      EXIT STATUS
         0 stopped by somebody
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @Argument(help: ArgumentHelp("The file that lists buses and devices.", valueName: "collector.yaml"))
  var file: String?

  @Option(help: ArgumentHelp("A device of this profile, maker/model or a file; may be given again.", valueName: "profile"))
  var profile: [String] = []

  @Option(help: ArgumentHelp("Unit number of the profile in the same place; may be given again.", valueName: "number"))
  var unit: [UInt8] = []

  @Option(help: ArgumentHelp("Modbus TCP at this port of 127.0.0.1; 0 is any free one.", valueName: "host:port"))
  var tcp: String?

  @Flag(help: "Modbus RTU at a pseudo terminal, whose path is printed.")
  var rtu = false

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  @Option(help: ArgumentHelp("The readings to show: time,POINT.CHANNEL [unit],...", valueName: "file.csv"))
  var from: String?

  @Option(help: ArgumentHelp("Show this moment all the time.", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("Let time run so many times as fast.", valueName: "factor"))
  var speed = 1

  @Option(help: ArgumentHelp("Something that goes wrong, see below; may be given again.", valueName: "fault"))
  var fault: [String] = []

  func validate() throws {
    guard (file == nil) != profile.isEmpty else {
      throw ValidationError("say what to simulate: either a collector.yaml or --profile")
    }
    if file != nil, tcp != nil || rtu || !unit.isEmpty {
      throw ValidationError("--tcp, --rtu and --unit belong to --profile; a collector.yaml says them itself")
    }
    if tcp != nil, rtu { throw ValidationError("give either --tcp or --rtu") }
    if unit.count > profile.count { throw ValidationError("there are more --unit than --profile") }
    _ = try port()
    guard (1...86_400).contains(speed) else { throw ValidationError("--speed takes 1 to 86400") }
    if let at, Timestamp(iso8601: at) == nil {
      throw ValidationError("--at is '\(at)', expected a time with zone such as 2016-06-28T12:00:00Z")
    }
    _ = try fault.map(FaultOption.init)
  }

  /// The port on 127.0.0.1.
  private func port() throws -> Int {
    guard let tcp else { return 1502 }
    let parts = tcp.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = Int(parts[1]), (0...65_535).contains(port)
    else {
      throw ValidationError("--tcp is '\(tcp)'; simulated devices are reached from this machine only: write 127.0.0.1:PORT")
    }
    return port
  }

  func run() async throws {
    let faults = try fault.map(FaultOption.init)
    let plan = try self.plan()
    let begin = SystemTime.uptime()
    let running: @Sendable () -> Duration = { SystemTime.uptime() - begin }
    let schedule = FaultSchedule(faults.compactMap(\.onTheWire), running: running)
    let player: Player
    if let from {
      let site = try simulatedSite(plan, showing: from) { _ in schedule.next() }
      guard let span = site.span else { throw ValidationError("\(from) holds no readings") }
      player = Player(site: site, start: span.lowerBound, length: span.upperBound - span.lowerBound, faults: faults)
    } else {
      let day = SimulatedDay(household: try householdDay())
      let site = SimulatedSite(plan, on: day) { _ in schedule.next() }
      player = Player(site: site, start: SystemTime.now(), length: nil, faults: faults)
    }
    let moment = at.flatMap { Timestamp(iso8601: $0) }
    try player.show(at: .zero, speed: speed, moment: moment)
    let served = try serve(plan, player.site, isNarrow: faults.contains { $0.name == .oneConnection })
    print("serving; stop with Ctrl-C")
    fflush(nil)
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      try player.show(at: running(), speed: speed, moment: moment)
    }
    withExtendedLifetime(served) {}
  }

  /// What is to be simulated.
  private func plan() throws -> CollectionPlan {
    if let file { return try CollectorOptions.parse([file] + devices.flatMap { ["--devices", $0] }).load().plan }
    return try reportingProblems {
      var taken = Set(unit)
      var names: [String: Int] = [:]
      let plans = try profile.enumerated().map { position, name in
        let known = try namedProfile(name, folders: devices)
        var number = position < unit.count ? unit[position] : known.link.unit ?? 1
        if position >= unit.count {
          if taken.contains(number) { number = (1...247).first { !taken.contains($0) } ?? number }
          taken.insert(number)
        }
        let model = Self.shortName(name)
        names[model, default: 0] += 1
        let id = names[model] == 1 ? model : "\(model)-\(names[model] ?? 0)"
        return DevicePlan(
          id: id, profile: known, unit: number,
          points: Dictionary(uniqueKeysWithValues: known.parts.map { ($0, .init("\(id)-\($0.name)")) }), interval: .seconds(1))
      }
      if let twice = Dictionary(grouping: plans, by: \.unit).first(where: { $0.value.count > 1 }) {
        throw ValidationError(
          "unit \(twice.key) is given to \(twice.value.map(\.id).joined(separator: " and ")); give each its own --unit")
      }
      let link: ModbusLink = rtu ? .serial(SerialLine(path: "pty")) : .tcp(host: "127.0.0.1", port: try port())
      return CollectionPlan(buses: [BusPlan(id: "simulated", link: link, devices: plans)])
    }
  }

  /// The model's name of `maker/model` or `folder/model.yaml`.
  private static func shortName(_ name: String) -> String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
  }

  /// Serves the buses and prints where; what it gives serves them as long as it lives.
  private func serve(_ plan: CollectionPlan, _ site: SimulatedSite, isNarrow: Bool) throws -> [any Sendable] {
    var served: [any Sendable] = []
    for bus in plan.buses {
      guard let units = site.units[bus.id] else { continue }
      switch bus.link {
      case .tcp(let host, let port), .rtuOverTCP(let host, let port):
        let isHere = ["127.0.0.1", "localhost", "::1"].contains(host)
        let server = try SimulatedModbusServer(
          units, port: isHere ? port : 0, framing: bus.link.isRTUOverTCP ? .serial : .tcp, maximumConnections: isNarrow ? 1 : 64)
        served.append(server)
        print("\(bus.id): 127.0.0.1:\(server.port), units \(bus.unitList)")
      case .serial:
        let line = try SimulatedSerialDevice(units)
        served.append(line)
        print("\(bus.id): \(line.path), units \(bus.unitList)")
      }
      if file == nil {
        for device in bus.devices {
          print("  \(device.id): \(device.points.values.map(\.text).sorted().joined(separator: ", "))")
        }
      }
    }
    return served
  }
}

/// Shows a site's values as time goes by, with the faults of values.
private struct Player {
  let site: SimulatedSite
  let start: Timestamp
  /// How long the table is; nil for a day that has no end.
  let length: Duration?
  let faults: [FaultOption]

  /// Shows what is to be seen when the simulator has been `running` so long.
  func show(at running: Duration, speed: Int, moment fixed: Timestamp?) throws {
    func moment(_ running: Duration) -> Timestamp {
      if let fixed { return fixed }
      let played = running * speed
      guard let length, length > .zero else { return start + played }
      return start + (played - length * Int(played / length))
    }
    func begin(_ name: FaultOption.Name) -> Duration? {
      faults.lazy.filter { $0.name == name }.compactMap { $0.times.begin(at: running) }.first
    }
    let now = begin(.frozen) ?? running
    var trouble = SimulatedSite.Trouble.none
    if let reset = begin(.counterReset) { trouble = .countersReset(moment(reset)) }
    if begin(.notAvailable) != nil { trouble = .noValues }
    try site.show(at: moment(now), with: trouble)
  }
}

extension BusPlan {
  /// The units of the bus, for print.
  fileprivate var unitList: String { devices.map { "\($0.unit) (\($0.id))" }.joined(separator: ", ") }
}
