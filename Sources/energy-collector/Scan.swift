import ArgumentParser
import Collecting
import CommunityFiles
import Console
import DeviceProfiles
import ModbusIO
import Readings

/// `energy-collector scan`
struct Scan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds devices: who answers, what it is, which profile fits.",
    discussion: """
      Searches only what is named: hosts (one, a range of the last number, or a
      network) or one serial line. Each host gets one connection, one request at a
      time, and nothing is written. On a serial line, speed and parity are tried
      until something answers (ten units that are silent cost about 12 s a setting):
      9600 8N1, 19200 8E1, 9600 8E1, 19200 8N1,
      38400 8N1, 115200 8N1, 38400 8E1, 4800 8N1, 2400 8E1, 9600 8N2, 9600 8O1.
      A profile's score adds up what speaks for it (a mains voltage of 180-260 V,
      a frequency of 45-65 Hz, the maker's name) and takes off what speaks against.

      EXAMPLES
        energy-collector scan 192.168.1.40
        energy-collector scan 192.168.1.10-40 192.168.2.0/28 --units 1,247
        energy-collector scan --rtu /dev/ttyUSB0
        energy-collector scan --rtu /dev/ttyUSB0 --baud 9600 --units 1-30

      EXIT STATUS
         0 a device answered
         2 none did
        64 wrong use of the command
      """)

  @Argument(
    help: ArgumentHelp("Hosts: 192.168.1.40, 192.168.1.10-40, 192.168.1.0/24, each with :PORT if not 502.", valueName: "hosts"))
  var hosts: [String] = []

  @Option(help: ArgumentHelp("A serial adapter instead of hosts.", valueName: "device"))
  var rtu: String?

  @Option(help: ArgumentHelp("Try this speed only.", valueName: "baud"))
  var baud: Int?

  @Option(help: ArgumentHelp("Try this parity only: none, even or odd.", valueName: "parity"))
  var parity: ParityChoice?

  @Option(help: ArgumentHelp("Unit numbers to ask (1-10; in the network also the profiles' own and 255).", valueName: "units"))
  var units: String?

  @Option(help: ArgumentHelp("Milliseconds that an answer may take.", valueName: "ms"))
  var timeout = 300

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  func validate() throws {
    guard hosts.isEmpty != (rtu == nil) else { throw ValidationError("name hosts, or a serial line with --rtu") }
    if rtu == nil, baud != nil || parity != nil { throw ValidationError("--baud and --parity belong to --rtu") }
    guard (10...60_000).contains(timeout) else { throw ValidationError("--timeout takes 10 to 60000 ms") }
    if let baud, !SerialLine.knownBauds.contains(baud) { throw ValidationError("--baud \(baud) is no usual speed") }
    _ = try targets()
    _ = try units.map(unitNumbers)
  }

  func run() async throws {
    let catalog = try reportingProblems { try DeviceCatalog(folders: InstalledFolders().allDevices(further: devices)) }
    let (profiles, problems) = catalog.readable()
    tellLeftOut(problems)
    let found = rtu == nil ? try await scanHosts(profiles) : await scanLine(profiles)
    if found == 0 { throw ExitCode(2) }
  }

  private func targets() throws -> [ModbusLink] {
    do {
      return try hosts.flatMap { text in
        let range = try HostRange(text)
        return range.hosts.map { ModbusLink.tcp(host: $0, port: range.port ?? 502) }
      }
    } catch let flaw as HostRange.Flaw {
      throw ValidationError(flaw.description)
    }
  }

  /// Scans the hosts, up to 16 at the same time, and prints each as soon as it is done.
  private func scanHosts(_ profiles: [(name: String, profile: DeviceProfile)]) async throws -> Int {
    let usual = Set(profiles.compactMap(\.profile.link.unit)).union(1...10).union([255])
    let scan = BusScan(
      units: try units.map(unitNumbers) ?? usual.sorted(), profiles: profiles,
      timeout: .milliseconds(timeout))
    let links = try targets()
    var (found, answering, done) = (0, 0, 0)
    var progress = ProgressLine(now: SystemTime.uptime)
    await withTaskGroup(of: (ModbusLink, BusScan.Outcome).self) { group in
      var waiting = links.makeIterator()
      func start(_ link: ModbusLink) {
        group.addTask {
          let bus = ModbusConnection(link)
          let outcome = await scan.run(bus, uptime: SystemTime.uptime)
          await bus.close()
          return (link, outcome)
        }
      }
      for _ in 0..<16 { if let link = waiting.next() { start(link) } }
      while let (link, outcome) = await group.next() {
        done += 1
        progress.clear()
        found += outcome.found.count
        if outcome.failure == nil { answering += 1 }
        if !outcome.found.isEmpty || links.count == 1 { show(outcome, at: link, of: scan) }
        progress.show("\(done) of \(plural(links.count, "host")), \(plural(found, "device"))")
        if let next = waiting.next() { start(next) }
      }
    }
    progress.clear()
    print("\(plural(links.count, "host")) asked, \(answering) with Modbus, \(plural(found, "device")) found")
    return found
  }

  /// Tries the line's settings until something answers properly.
  private func scanLine(_ profiles: [(name: String, profile: DeviceProfile)]) async -> Int {
    let scan = BusScan(
      units: (try? units.map(unitNumbers)) ?? Array(1...10), profiles: profiles.filter { $0.profile.link.serial != nil },
      timeout: .milliseconds(timeout), isPatient: false)
    var broken: [String] = []
    var unfit = 0
    let lines = SerialTrial.lines(at: rtu ?? "", baud: baud, parity: parity?.parity)
    tellEstimate(settings: lines.count, units: scan.units.count)
    for line in lines {
      let bus = ModbusConnection(.serial(line))
      let outcome = await scan.run(bus, uptime: SystemTime.uptime) { tellProgress("\(line): \($0)") }
      await bus.close()
      tellProgress(nil)
      if case .invalidLink = outcome.failure {
        // Cheap adapters have no parity or not every speed; another setting may do.
        tell(outcome.failure.map { "\($0)" } ?? "")
        unfit += 1
        continue
      }
      if outcome.failure != nil || !outcome.found.isEmpty {
        show(outcome, at: .serial(line), of: scan)
        return outcome.found.count
      }
      if outcome.broken > 0 { broken.append("\(line)") }
      print("\(line): no answer from units \(units ?? "1-10")\(outcome.broken > 0 ? ", but something that is no frame" : "")")
    }
    guard unfit < lines.count else { return 0 }
    tell(
      broken.isEmpty
        ? "nobody answers; check power, the A and B wires (swap them), the unit number (--units 1-247) and that no other program "
          + "reads this line"
        : "something answers, but never whole; check the wires, the terminating resistor, and that no two devices share a number")
    return 0
  }

  /// Longer than this is told beforehand, in seconds.
  private static let patience = 30

  /// Tells how long it takes if nobody answers: a silent unit is waited for twice, as long again for an answer that comes too late.
  private func tellEstimate(settings: Int, units: Int) {
    let seconds = settings * units * 4 * timeout / 1000
    guard seconds > Self.patience else { return }
    let time = seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
    tell(
      "asking \(plural(units, "unit")) at \(plural(settings, "setting")): up to \(time) if nobody answers"
        + (settings > 1 ? "; --baud and --parity make it shorter" : ""))
  }

  /// What to type next to record the device.
  private func captureCommand(for link: ModbusLink, unit: UInt8) -> [String] {
    let place =
      switch link {
      case .tcp(let host, let port): "--tcp \(port == 502 ? host : "\(host):\(port)")"
      case .rtuOverTCP(let host, let port): "--tcp \(host):\(port)"
      case .serial(let line):
        "--rtu \(line.path)"
      }
    var settings = "--unit \(unit)"
    if case .serial(let line) = link {
      settings += " --baud \(line.baud) --parity \(line.parity.rawValue)"
      if line.stopBits != 1 { settings += " --stop-bits \(line.stopBits)" }
    }
    return [
      "energy-collector devices capture \(place) \\", "  \(settings) \\",
      "  --range input:0-199 --range holding:0-299 -o first.yaml",
    ]
  }

  private func show(_ outcome: BusScan.Outcome, at link: ModbusLink, of scan: BusScan) {
    if let failure = outcome.failure { tell("\(failure)") }
    if outcome.failure == nil, outcome.found.isEmpty {
      let advice = units == nil ? "; ask all with --units 1-247" : "; other numbers may: --units 1-247"
      say("\(link): connected, but no answer from \(Self.text(of: scan.units))\(advice)")
    }
    for device in outcome.found { show(device, at: link, of: scan) }
  }

  private func show(_ device: BusScan.Found, at link: ModbusLink, of scan: BusScan) {
    print("\(link) unit \(device.unit): answers in \(device.answerTime.wholeMilliseconds) ms")
    if let twin = device.twin {
      print("  gives the same answers as unit \(twin): most likely the same device")
      return
    }
    if let chain = device.chain {
      say("  SunSpec map at \(chain.base), models \(chain.models.map { String($0.id) }.joined(separator: " "))")
    }
    let identity = device.identity.line
    if !identity.isEmpty { say("  \(identity)") }
    for (name, fit) in device.fits.prefix(5) {
      print("  fits \(name), score \(fit.score)")
      for evidence in fit.evidence.prefix(4) { say("    \(evidence.weight > 0 ? "+" : "")\(evidence.weight) \(evidence.text)") }
      for conflict in scan.profiles.first(where: { $0.name == name })?.profile.conflicts ?? [] { say("    note: \(conflict)") }
    }
    if device.fits.count > 5 { print("  and \(device.fits.count - 5) more with a lower score") }
    if device.fits.isEmpty {
      print("  no profile fits (\(device.profilesTried) tried; docs/adding-a-device.md); record what it has:")
      for line in captureCommand(for: link, unit: device.unit) { print("    \(line)") }
    } else if device.fits.count > 1, device.fits[0].fit.score == device.fits[1].fit.score {
      print("  the first profiles are equally likely: look at the name plate")
    }
    if device.profilesTried < scan.profiles.count {
      print("  time was up after \(device.profilesTried) of \(scan.profiles.count) profiles; try a longer --timeout")
    }
  }

  /// As in "units 1-10, 126, 247 and 255" or "unit 7".
  static func text(of units: [UInt8]) -> String {
    var runs: [ClosedRange<UInt8>] = []
    for unit in units.sorted() {
      if let last = runs.last, Int(last.upperBound) + 1 == Int(unit) {
        runs[runs.count - 1] = last.lowerBound...unit
      } else {
        runs.append(unit...unit)
      }
    }
    let texts = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let list = texts.count < 2 ? texts.joined() : texts.dropLast().joined(separator: ", ") + " and " + (texts.last ?? "")
    return "\(units.count == 1 ? "unit" : "units") \(list)"
  }
}

/// Shows what a long step is doing, on a terminal only; nil takes the line away.
func tellProgress(_ text: String?) {
  let terminal = Terminal(.standardError)
  guard terminal.rewritesLines else { return }
  ProgressLine.toStandardError("\r\u{1B}[K" + (text.map { String($0.prefix(terminal.width - 1)) } ?? ""))
}

extension Duration {
  /// Milliseconds, rounded down.
  var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension DeviceIdentity {
  /// What the device says about itself, in one line; empty when it says nothing.
  var line: String {
    let named = [manufacturer, model, options].compactMap { $0 }.joined(separator: " ")
    let rest = [firmware.map { "firmware \($0)" }, serial.map { "serial number \($0)" }].compactMap { $0 }
    return ([named].filter { !$0.isEmpty } + rest).joined(separator: ", ")
  }
}
