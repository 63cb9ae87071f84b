import ArgumentParser
import Collecting
import CommunityFiles
import CommunityModel
import Console
import DeviceProfiles
import Foundation
import ModbusIO
import Readings

/// `energy-collector probe`
struct Probe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads one device with everything behind its values: registers, raw words, age.",
    discussion: """
      The device is named by its id in collector.yaml, or by where it is and the
      profile to read it with. A value that is missing says why.

      EXAMPLES
        energy-collector probe collector.yaml --device cellar-meter
        energy-collector probe --tcp 192.168.1.40 --unit 1 --profile abb/b23
        energy-collector probe --rtu /dev/ttyUSB0 --profile eastron/sdm630 --watch 2
        energy-collector probe --tcp 192.168.1.40 --profile abb/b23 --json

      EXIT STATUS
         0 done
         2 the device did not answer, or not to the end, or refused everything
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @Argument(help: ArgumentHelp("The file that lists buses and devices; needs --device.", valueName: "collector.yaml"))
  var file: String?

  @Option(help: ArgumentHelp("The device's id in the file.", valueName: "id"))
  var device: String?

  @Option(help: ArgumentHelp("Modbus TCP: host, and port where it is not the profile's.", valueName: "host[:port]"))
  var tcp: String?

  @Option(help: ArgumentHelp("Modbus RTU: the serial adapter.", valueName: "device"))
  var rtu: String?

  @Option(help: ArgumentHelp("Speed of the serial line (the profile's).", valueName: "baud"))
  var baud: Int?

  @Option(help: ArgumentHelp("Parity: none, even or odd (the profile's).", valueName: "parity"))
  var parity: ParityChoice?

  @Option(help: ArgumentHelp("Unit number (the profile's, else 1).", valueName: "number"))
  var unit: UInt8?

  @Option(help: ArgumentHelp("What its registers mean: maker/model, or a profile's file.", valueName: "profile"))
  var profile: String?

  @Flag(help: "Write JSON instead of a table.")
  var json = false

  @Option(help: ArgumentHelp("Read again every so many seconds, until stopped.", valueName: "seconds"))
  var watch: Int?

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  func validate() throws {
    if file == nil {
      guard profile != nil, (tcp == nil) != (rtu == nil) else {
        throw ValidationError("name the device: collector.yaml --device ID, or --tcp or --rtu with --profile")
      }
    } else {
      guard device != nil, tcp == nil, rtu == nil, profile == nil else {
        throw ValidationError("with a collector.yaml name the device with --device ID, and nothing else")
      }
    }
    if let watch, !(1...3600).contains(watch) { throw ValidationError("--watch takes 1 to 3600 seconds") }
  }

  func run() async throws {
    let target = try target()
    let bus = ModbusConnection(target.link)
    await bus.rest(afterConnecting: target.profile.limits.silenceAfterConnecting)
    var failed = false
    var round = 0
    while true {
      round += 1
      let probe = await DeviceProbe(
        target.profile, unit: target.unit, on: bus, pacing: unhurried, uptime: SystemTime.uptime)
      failed = probe.failure != nil || probe.refusal != nil
      if json {
        print(try ProbeJSON(probe, link: target.link, unit: target.unit, profile: target.name).text)
      } else {
        if watch != nil { print("\(round > 1 ? "\n" : "")\(SystemTime.timeOfDay())") }
        show(probe, of: target, isFirst: round == 1)
      }
      fflush(nil)
      guard let watch else { break }
      try? await Task.sleep(for: .seconds(watch))
    }
    await bus.close()
    if failed { throw ExitCode(2) }
  }

  /// What to read, where.
  private struct Target {
    let name: String
    let profile: DeviceProfile
    let link: ModbusLink
    let unit: UInt8
  }

  private func target() throws -> Target {
    if let file, let device {
      let options = try CollectorOptions.parse([file] + devices.flatMap { ["--devices", $0] })
      let (entries, plan) = try options.load()
      for bus in plan.buses {
        guard let found = bus.devices.first(where: { $0.id == device }) else { continue }
        let name = entries.devices.first { $0.id.text == device }?.profile ?? ""
        return Target(name: name, profile: found.profile, link: bus.link, unit: found.unit)
      }
      let known = plan.buses.flatMap(\.devices).map(\.id)
      throw ValidationError("there is no device '\(device)'\(Spelling.hint(for: device, among: known))")
    }
    let name = profile ?? ""
    let profile = try reportingProblems { try namedProfile(name, folders: devices) }
    let link: ModbusLink =
      if let rtu {
        .serial(SerialLine(at: rtu, baud: baud, parity: parity?.parity, stopBits: nil, else: profile.link.serial))
      } else {
        try endpoint(tcp ?? "", port: Int(profile.link.tcpPort ?? 502))
      }
    return Target(name: name, profile: profile, link: link, unit: unit ?? profile.link.unit ?? 1)
  }

  private func show(_ probe: DeviceProbe, of target: Target, isFirst: Bool) {
    if isFirst {
      print("\(target.link) unit \(target.unit), \(target.name)")
      if !probe.identity.line.isEmpty { print(probe.identity.line) }
      for conflict in target.profile.conflicts { tell("note: \(conflict)") }
    }
    let terminal = Terminal(.standardOutput)
    if !probe.quantities.isEmpty {
      for line in probe.table(width: terminal.width).lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
    }
    let valued = probe.quantities.count { $0.value.count != nil }
    print(
      "\(valued) of \(plural(probe.quantities.count, "quantity", "quantities")), \(plural(probe.requests, "request")), "
        + "\(probe.busTime.wholeMilliseconds) ms on the bus")
    for quantity in probe.quantities where quantity.isImpossible {
      guard let count = quantity.value.count else { continue }
      tell("impossible: \(quantity.key) \(quantity.key.channel.text(of: count)); wrong word order, type or scale?")
    }
    if !probe.refused.isEmpty, probe.refusal == nil {
      tell("refused: \(probe.refused.map(\.description).joined(separator: ", "))")
    }
    if let failure = probe.failure { tell("\(failure)") }
    if let refusal = probe.refusal { tell(refusal) }
  }
}

extension DeviceProbe {
  /// The quantities with registers, words, value and age; what is least needed goes where `width` is short.
  fileprivate func table(width: Int) -> TextTable {
    let isSingle = quantities.allSatisfy { $0.key.part == .main }
    var table = table(named: { "\($0)" }, withAge: true)
    for (short, age) in [(false, false), (true, false)] where table.lines().contains(where: { $0.displayWidth > width }) {
      table = self.table(named: { short && isSingle ? $0.channel.rawValue : "\($0)" }, withAge: age)
    }
    return table
  }

  private func table(named name: (PartChannel) -> String, withAge: Bool) -> TextTable {
    var columns: [TextTable.Column] = [.init("quantity"), .init("registers"), .init("words"), .init("value", .right)]
    if withAge { columns.append(.init("age", .right)) }
    var table = TextTable(columns: columns, flexible: "words")
    for quantity in quantities {
      let words = quantity.words.map { $0.map { $0.map(\.hexadecimal).joined(separator: " ") } ?? "-" }.joined(separator: " / ")
      let number = quantity.value.count.map { quantity.key.channel.text(of: $0) } ?? quantity.value.reason
      let value = quantity.state.map { "\(number) (\($0))" } ?? number
      let style: TextStyle? = quantity.value.count == nil ? .dim : quantity.isImpossible ? .red : nil
      table.append([
        .init(name(quantity.key)), .init(quantity.places.map(\.short).joined(separator: " / ")), .init(words),
        .init(value, style: style), .init(quantity.age.map { "\($0.wholeMilliseconds) ms" } ?? ""),
      ])
    }
    return table
  }
}

/// The profile called `name`, or in the file of this name.
///
/// - Throws: `FileProblems` when there is none or it is wrong.
func namedProfile(_ name: String, folders: [String]) throws -> DeviceProfile {
  let catalog = try DeviceCatalog(folders: InstalledFolders().allDevices(further: folders))
  return name.hasSuffix(".yaml") ? try catalog.profile(atPath: name) : try catalog.profile(name)
}

extension DecodedValue {
  /// Why there is no value, in an installer's words; empty where there is one.
  var reason: String {
    guard case .missing(let reason) = self else { return "" }
    return switch reason {
    case .notRead: "not read"
    case .notAvailable: "no value"
    case .notANumber: "not a number"
    case .scaleInvalid: "scale not valid"
    case .outOfRange: "too large"
    case .notAccumulating: "counter not kept"
    case .notInModel: "not in its model"
    case .directionUnknown: "sign unknown"
    }
  }
}
