import ArgumentParser
import Collecting
import CommunityFiles
import CommunityModel
import Console
import DeviceProfiles
import Diagnosing
import Foundation
import MarketTime
import ModbusIO
import Readings

/// `energy-collector doctor`
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds what is wrong: signs, phases, devices, buses, clock, disk; says what to do.",
    discussion: """
      Looks at the last hour of stored readings, while the collector may run: are
      import and export the right way round at each meter, do the phases fit, does
      each device answer, is the clock right. Needs 'community' in collector.yaml
      to know what each meter measures. Nothing is changed, neither at a device
      nor in the store.

      --live reads the devices itself for some minutes instead, and examines each
      bus that has trouble: every device alone, in turn, in pairs. The collector
      must not run then: most devices take one connection only.

      EXAMPLES
        energy-collector doctor collector.yaml --store readings.sqlite
        energy-collector doctor collector.yaml --store readings.sqlite --hours 24
        energy-collector doctor collector.yaml --live 5min
        energy-collector doctor collector.yaml --bundle report.txt

      EXIT STATUS
         0 all well; notes and warnings there may be
         1 the store or a file could not be read or written
         2 problems found, each with what to do
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @OptionGroup var options: CollectorOptions

  @Option(help: ArgumentHelp("The database that the collector writes; only read.", valueName: "file"))
  var store: String?

  @Option(help: ArgumentHelp("How many of the last stored hours to look at.", valueName: "hours"))
  var hours = 1

  @Option(help: ArgumentHelp("Read the devices for so long instead: 30s, 5min, 1h.", valueName: "time"))
  var live: String?

  @Flag(help: "Write JSON (docs/formats/doctor-json.md).")
  var json = false

  @Option(help: ArgumentHelp("Write a report for others to this file: names, addresses, secrets masked.", valueName: "file"))
  var bundle: String?

  func validate() throws {
    guard (1...168).contains(hours) else { throw ValidationError("--hours takes 1 to 168") }
    if let live, Self.time(live) == nil {
      throw ValidationError("--live is '\(live)', expected a time from 1s to 24h such as 5min")
    }
    if let bundle, FileManager.default.fileExists(atPath: bundle) {
      throw ValidationError("\(bundle) is there already; name a new file")
    }
  }

  func run() async throws {
    let (entries, plan) = try options.load()
    let community = try community(of: entries)
    let path = store ?? (FileManager.default.fileExists(atPath: "readings.sqlite") ? "readings.sqlite" : nil)
    let readings = try await readings(of: plan, store: path)
    var remarks: [Remark] = []
    if let readings {
      remarks += siteRemarks(readings, community: community, plan: plan, entries: entries)
      remarks += deviceRemarks(readings, of: plan, store: path)
      if live != nil {
        remarks += await busRemarks(readings, of: plan)
      } else if let path, MachineLook.writer(of: path) != nil {
        remarks += DoctorStatus(store: path)?.remarks ?? []
      }
    }
    remarks += profileRemarks(of: plan)
    let communityPath = entries.community.map(besideFile)
    let look = MachineLook(files: [options.file] + [communityPath].compactMap { $0 }, store: path, plan: plan)
    remarks += MachineDiagnosis(look.facts(lastReading: readings?.latest.values.map(\.time).max())).remarks
    let report = DoctorReport(
      remarks: remarks, time: SystemTime.now(), span: readings?.span,
      source: live != nil ? "devices" : path == nil ? "none" : "store")
    if let bundle {
      try write(
        DoctorBundle(report: report, plan: plan, entries: entries, community: community, readings: readings), to: bundle)
    }
    try show(report)
    if remarks.contains(where: { $0.level == .problem }) { throw ExitCode(2) }
  }

  // MARK: - What is looked at

  private func community(of entries: CollectorFile) throws -> Community? {
    guard let path = entries.community else { return nil }
    return try reportingProblems { try CommunityFile(path: besideFile(path)).community }
  }

  /// `path` as it stands in the file, seen from here.
  private func besideFile(_ path: String) -> String {
    let folder = (options.file as NSString).deletingLastPathComponent
    return folder.isEmpty || path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  private func readings(of plan: CollectionPlan, store path: String?) async throws -> DoctorReadings? {
    if let live, let length = Self.time(live) {
      if let path, let writer = MachineLook.writer(of: path) {
        throw ValidationError(
          "the collector (process \(writer)) reads these devices, and most take one connection only: stop it, "
            + "or look at what it has stored, without --live")
      }
      return await DoctorReadings(reading: plan, for: length)
    }
    guard let path else { return nil }
    do {
      return try DoctorReadings(store: path, hours: hours, plan: plan)
    } catch {
      tell("\(error)")
      throw ExitCode(1)
    }
  }

  // MARK: - Remarks

  private func siteRemarks(
    _ readings: DoctorReadings, community: Community?, plan: CollectionPlan, entries: CollectorFile
  ) -> [Remark] {
    guard let community else {
      return [
        Remark(
          .signs, .note, "no_community", "collector.yaml names no community, so nobody knows what each meter measures",
          next: "write `community: community.yaml` into collector.yaml")
      ]
    }
    return readings.sites(of: community, plan: plan, entries: entries).flatMap { site in
      SignDiagnosis(site).remarks + PhaseDiagnosis(site).remarks
    }
  }

  private func deviceRemarks(_ readings: DoctorReadings, of plan: CollectionPlan, store: String?) -> [Remark] {
    // Where nobody collects, the readings end for all; held against each other they still tell who was silent.
    let isCollected = live != nil || store.flatMap(MachineLook.writer) != nil
    let now = isCollected ? SystemTime.now() : readings.span.upperBound
    return readings.devices(of: plan).flatMap { DeviceDiagnosis($0, now: now).remarks }
  }

  private func busRemarks(_ readings: DoctorReadings, of plan: CollectionPlan) async -> [Remark] {
    var remarks: [Remark] = []
    for bus in plan.buses {
      let exchanges = readings.exchanges[bus.id] ?? []
      let failed = exchanges.filter { exchange in
        guard case .failure(let error) = exchange.result else { return false }
        switch error {
        // A refusal is an answer, unless it is the gateway's: nobody is behind it.
        case .exception(_, let code): return code == .gatewayPathUnavailable || code == .gatewayTargetNoAnswer
        case .cancelled: return false
        case .connectionRefused, .unreachable, .connectionLost, .noAnswer, .brokenReply, .invalidRequest, .invalidLink,
          .invalidBlock, .simulatorFailed, .serverFailed:
          return true
        }
      }
      let times = exchanges.map(\.lasted).sorted()
      guard !failed.isEmpty else {
        let typical = times.isEmpty ? "" : ", a typical answer takes \(times[times.count / 2].wholeMilliseconds) ms"
        remarks.append(
          Remark(.buses, .ok, "bus", about: bus.id, "\(exchanges.count) requests to \(bus.link), none failed\(typical)"))
        continue
      }
      let outcome = await BusExamination(bus).run(
        SharedConnections.process.connection(to: bus.link), pacing: unhurried, progress: { tellProgress($0) })
      tellProgress(nil)
      remarks += outcome.findings.map { finding in
        Remark(
          .buses, .problem, finding.code, about: finding.device.map { "\(bus.id), device \($0)" } ?? bus.id,
          finding.text(on: bus),
          next: finding.advice(on: bus))
      }
      if outcome.findings.isEmpty {
        remarks.append(
          Remark(
            .buses, .warning, "passing_failures", about: bus.id,
            "\(failed.count) of \(exchanges.count) requests failed, none of them again when the bus was examined",
            next: "look longer: --live 30min"))
      }
    }
    return remarks
  }

  private func profileRemarks(of plan: CollectionPlan) -> [Remark] {
    plan.buses.flatMap(\.devices).map { device in
      switch device.profile.status {
      case .confirmed:
        return Remark(
          .profiles, .ok, "confirmed", about: device.id,
          "\(device.profile.maker) \(device.profile.model): confirmed by two sources")
      case .unconfirmed(let missing):
        return Remark(
          .profiles, .note, "unconfirmed", about: device.id,
          "\(device.profile.maker) \(device.profile.model): not confirmed yet: \(missing.joined(separator: "; "))",
          next: "compare with the device's display, then tell: docs/adding-a-device.md")
      }
    }
  }

  // MARK: - Output

  private func show(_ report: DoctorReport) throws {
    if json { return print(try DoctorJSON(report).text) }
    let terminal = Terminal(.standardOutput)
    switch (report.span, report.source) {
    case (let span?, "devices"): print("read just now, \(span.lowerBound) to \(span.upperBound)")
    case (let span?, _): print("stored readings, \(span.lowerBound) to \(span.upperBound)")
    case (nil, _): print("no readings looked at: name the store with --store, or read the devices with --live 5min")
    }
    print("")
    for line in RemarkText(report.remarks).lines(for: terminal) { print(line) }
  }

  private func write(_ bundle: DoctorBundle, to path: String) throws {
    do {
      try bundle.text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      tell("\(path): cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    tell("\(path): written; names, places, serial numbers and public addresses are masked, read it before you send it")
  }

  /// A time such as `30s`, `5min`, `5 min`, `1h`, from 1 s to 24 h.
  static func time(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 86_400 else { return nil }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let seconds = ["s": 1, "min": 60, "h": 3600][String(unit)].map({ $0 * number }) else { return nil }
    return (1...86_400).contains(seconds) ? .seconds(seconds) : nil
  }
}

/// What the doctor found.
struct DoctorReport {
  let remarks: [Remark]
  /// When.
  let time: Timestamp
  /// The span of readings looked at; nil without readings.
  let span: Range<Timestamp>?
  /// Where the readings come from: `store`, `devices`, `none`.
  let source: String
}
