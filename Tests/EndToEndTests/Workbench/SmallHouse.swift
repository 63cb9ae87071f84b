import Foundation

/// A house with a three-phase meter at its connection and one at its plant, both on one bus, and an hour of what they show: loads and
/// clouds worked out here, not by the programs under test.
struct SmallHouse {
  /// The folder of its files.
  let folder: TemporaryFolder
  /// A word that stands in names and comments, and in no report.
  static let canary = "Kanarienvogel"

  /// A house whose meters are reached at `address` (`tcp: ...`, `rtu: ...`); `units` are those of the file.
  init(
    address: String = "tcp: 192.0.2.1:502", gridUnit: Int = 1, sunUnit: Int = 2, every: String = "10 s",
    isSwapped: Bool = false
  ) throws {
    folder = try TemporaryFolder()
    try folder.write(Self.community, to: "community.yaml")
    try folder.write(Self.collector(address, gridUnit, sunUnit, every), to: "collector.yaml")
    try folder.write(Self.readings(isSwapped: isSwapped), to: "readings.csv")
  }

  /// Its file of devices.
  var collector: String { folder.file("collector.yaml") }
  /// Its recorded hour.
  var readings: String { folder.file("readings.csv") }
  /// Where its readings are stored.
  var store: String { folder.file("readings.sqlite") }

  /// Writes the file of devices anew.
  func rewrite(address: String, gridUnit: Int = 1, sunUnit: Int = 2, every: String = "5 s") throws {
    try folder.write(Self.collector(address, gridUnit, sunUnit, every), to: "collector.yaml")
  }

  /// Collects the hour from simulated devices into the store.
  func rehearse() async throws -> ChildProcess.Outcome {
    try await ChildProcess.run(.collector, "run", collector, "--rehearse", readings, "--store", store)
  }

  private static let community = """
    version: 1
    community: {id: small, name: Genossenschaft \(canary) eG, time_zone: Europe/Berlin}
    sites:
      - {id: house, name: Haus \(canary), grid_connection: {import: 30 kW, export: 30 kW}}
    members:
      - {id: m1, name: Erika \(canary), site: house}
    metering_points:
      - {id: DE0001\(canary)GRID, site: house, member: m1, measures: grid}
      - {id: HOUSE-SUN, site: house, member: m1, measures: generation}
    """

  private static func collector(_ address: String, _ gridUnit: Int, _ sunUnit: Int, _ every: String) -> String {
    """
    version: 1    # password: \(canary)-secret
    community: community.yaml
    buses:
      - {id: cellar, \(address)}
    devices:
      - {id: meter-\(canary), profile: eastron/sdm630, bus: cellar, unit: \(gridUnit), measures: DE0001\(canary)GRID, every: \(every)}
      - {id: sun-meter, profile: eastron/sdm630, bus: cellar, unit: \(sunUnit), measures: HOUSE-SUN, every: \(every)}
    """
  }

  /// Every 10 s: W, V, A, Wh. The plant of 6 kW hangs on L2.
  private static func readings(isSwapped: Bool) -> String {
    let grid = "DE0001\(canary)GRID"
    var header = ["time"]
    for phase in 1...3 {
      header += ["active_power_l\(phase) [W]", "voltage_l\(phase) [V]", "current_l\(phase) [A]"].map { "\(grid).\($0)" }
    }
    header += ["active_power [W]", "energy_import [Wh]", "energy_export [Wh]"].map { "\(grid).\($0)" }
    header += ["active_power [W]", "energy_import [Wh]", "energy_export [Wh]"].map { "HOUSE-SUN.\($0)" }
    var rows = [header.joined(separator: ",")]
    // In Wh times 360, so that 10 s of a power in W are a whole number.
    var (imported, exported, made) = (0, 0, 0)
    for step in 0...360 {
      let clouds = [100, 30, 85, 15, 60, 95, 40][step / 12 % 7]
      let sun = 6000 * clouds / 100
      let load = [700, 2300, 1100, 3600, 900][step / 30 % 5] + step % 7 * 10
      let phases = [load / 2, load * 3 / 10 - sun, load / 5]
      let power = phases.reduce(0, +)
      if power > 0 { imported += power } else { exported -= power }
      made += sun
      let sign = isSwapped ? -1 : 1
      let counters = isSwapped ? [exported, imported] : [imported, exported]
      let time = "2016-06-28T\(10 + step / 360):\(two(step / 6 % 60)):\(two(step % 6 * 10))Z"
      var cells = [time]
      for phase in phases { cells += ["\(phase * sign)", "230", "\(Double(abs(phase)) / 230)"] }
      cells += ["\(power * sign)"] + counters.map { "\(1_000_000 + $0 / 360)" }
      cells += ["\(-sun)", "0", "\(2_000_000 + made / 360)"]
      rows.append(cells.joined(separator: ","))
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// What these tests read of `energy-collector doctor --json`.
struct DoctorReport: Decodable {
  let version: Int
  let source: String
  let counts: [String: Int]
  let remarks: [Remark]

  struct Remark: Decodable {
    let section: String
    let level: String
    let code: String
    let subject: String?
    let text: String
    let next: String?
    let lines: [String]
  }

  /// The remarks of a level.
  func of(_ level: String) -> [Remark] { remarks.filter { $0.level == level } }

  /// Reads a report.
  static func read(_ text: String) throws -> DoctorReport { try JSONDecoder().decode(DoctorReport.self, from: Data(text.utf8)) }
}
