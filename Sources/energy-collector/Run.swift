import ArgumentParser
import Collecting
import CommunityFiles
import Console
import Logging
import MarketTime
import ModbusIO
import Readings
import SQLiteStore
import SeriesFiles

/// `energy-collector run`
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collects readings until stopped (Ctrl-C, SIGTERM), into a database on this machine.",
    discussion: """
      Devices may be off, also at the start: each is asked again until it
      answers, and none delays another. What a commit has acknowledged survives
      a crash and a power cut. `energy-collector status` asks how it is doing.
      SIGHUP makes it read collector.yaml again; a wrong file is refused.

      Readings are stamped in UTC by a clock that nobody can set: a wrong, jumping
      or missing time of day loses none and stops nothing. While the time is not
      known they wait aside in the database (docs/time.md).

      --rehearse collects a recorded day in seconds: the devices are simulated
      from a CSV file and read over real Modbus TCP on this machine; the
      readings carry the day's own time.

      EXAMPLES
        energy-collector run collector.yaml
        energy-collector run collector.yaml \\
          --store /var/lib/energy-opt/readings.sqlite
        energy-collector run collector.yaml --rehearse readings.csv

      EXIT STATUS
         0 stopped by somebody, or the rehearsed day is over
         1 the database cannot be written, or something was not read in a rehearsal
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @OptionGroup var options: CollectorOptions

  @Option(help: ArgumentHelp("The database that keeps the readings; made when it is not there.", valueName: "file"))
  var store = "readings.sqlite"

  @Option(help: ArgumentHelp("Seconds between two commits.", valueName: "seconds"))
  var commitEvery = 10

  @Option(
    help: ArgumentHelp(
      "Memory for readings that wait while the database cannot be written (a full disk); beyond it the oldest go.",
      valueName: "MB"))
  var waitingMemory = 32

  @Option(
    help: ArgumentHelp(
      "Take the system's clock for synchronised while this file exists: for clocks that GPS, a modem or chrony without rtcsync sets.",
      valueName: "file"))
  var synchronizedFile: String?

  @Option(
    help: ArgumentHelp(
      "The system's name for its present run, for sandboxes that hide it (systemd: %b).", valueName: "id"))
  var boot: String?

  @Option(help: ArgumentHelp("Collect from simulated devices that show the readings of this CSV file.", valueName: "file.csv"))
  var rehearse: String?

  @Option(
    help: ArgumentHelp(
      "Where `energy-collector status` asks; else in systemd's runtime directory, else beside the store.", valueName: "path"))
  var socket: String?

  @OptionGroup var metrics: MetricsOptions

  func validate() throws {
    guard (1...3600).contains(commitEvery) else { throw ValidationError("--commit-every takes 1 to 3600 seconds") }
    guard (1...1024).contains(waitingMemory) else { throw ValidationError("--waiting-memory takes 1 to 1024 MB") }
  }

  func run() async throws {
    let (file, plan) = try options.load()
    // A rehearsal has the time of its readings.
    let retention = RetentionInForce(rehearse == nil ? file.retention : .everything)
    let site = try rehearse.map { try simulatedSite(plan, showing: $0) }
    let logger = Logger(label: "energy-collector", factory: { _ in ServiceLog() })
    let database: LateStore
    do {
      database = try LateStore(logger: logger) { [store] () throws(ReadingStoreError) in
        let database = try ReadingsDatabase(writing: store, now: SystemTime.now)
        retention.open(database)
        return database
      }
    } catch {
      tell("\(error)")
      throw ExitCode(1)
    }
    if let site {
      try await rehearsal(of: plan, at: site, recorder: ReadingRecorder(store: database, journal: database, logger: logger))
    } else {
      if file.retention != .everything { logger.notice("stored: \(file.retention); what is older is dropped") }
      try await collect(plan, into: database, retention, logger: logger)
    }
    try (database.opened as? ReadingsDatabase)?.close()
  }

  private func collect(
    _ plan: CollectionPlan, into database: LateStore, _ retention: RetentionInForce, logger: Logger
  ) async throws {
    let time: SiteTime
    do {
      time = try SiteTime(
        MachineClocks.clocks(boot: boot, synchronizedFile: synchronizedFile), resuming: database, logger: logger)
    } catch {
      tell("\(error)")
      throw ExitCode(1)
    }
    let collector = Collector(
      plan: plan,
      recorder: ReadingRecorder(
        store: database, journal: database, time: time, logger: logger, limit: ReadingRecorder.limit(ofBytes: waitingMemory << 20)
      ),
      commitInterval: .seconds(commitEvery), logger: logger, in: Collector.Surroundings(now: time.now))
    try await RunningService(
      collector: collector, options: options, store: store, retention: retention, socket: socket, metrics: metrics,
      logger: logger
    ).run()
  }

  private func rehearsal(of plan: CollectionPlan, at site: SimulatedSite, recorder: ReadingRecorder) async throws {
    var servers: [String: SimulatedModbusServer] = [:]
    for (bus, units) in site.units { servers[bus] = try SimulatedModbusServer(units) }
    defer { servers.values.forEach { $0.stop() } }
    var progress = ProgressLine(now: SystemTime.uptime)
    let outcome = try await Rehearsal(plan, site: site, recorder: recorder).run { bus in
      ModbusConnection(servers[bus.id]?.link ?? bus.link)
    } progress: { share in
      progress.show("rehearsing \(Int(share * 100)) %")
    }
    progress.clear()
    let totals = recorder.totals
    print("rehearsed: \(outcome.polls) polls over Modbus TCP, \(outcome.readings) readings, \(totals.kept) stored in \(store)")
    for (device, reason) in outcome.failures.sorted(by: { $0.key < $1.key }) { tell("\(device): \(reason)") }
    if !outcome.failures.isEmpty || totals.waiting > 0 { throw ExitCode(1) }
  }
}

/// The devices of `plan`, which show the readings of a CSV file.
///
/// - Throws: `ExitCode` 3 after telling what is wrong with the file.
func simulatedSite(
  _ plan: CollectionPlan, showing path: String,
  disturbedBy disturb: @escaping @Sendable (SimulatedRequest) -> SimulatedFault? = { _ in nil }
) throws -> SimulatedSite {
  let readings = try readings(from: path)
  do {
    return try SimulatedSite(plan, showing: readings, disturbedBy: disturb)
  } catch {
    tell("\(path): \(error)")
    throw ExitCode(3)
  }
}

/// All readings of a CSV file, for simulated devices.
///
/// - Throws: `ExitCode` 3 after telling what is wrong with the file.
func readings(from path: String) throws -> [Reading] {
  do {
    var readings: [Reading] = []
    _ = try SeriesFileReader().readings(from: CSVFile(path)) { readings += $0 }
    return readings
  } catch let errors as SeriesFileErrors {
    tell("\(errors)")
    throw ExitCode(3)
  }
}
