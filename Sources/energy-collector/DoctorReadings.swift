import Collecting
import CommunityFiles
import CommunityModel
import Diagnosing
import Logging
import MarketTime
import ModbusIO
import Readings
import SQLiteStore
import ServiceLifecycle
import Synchronization

/// The readings that the doctor looks at: from the store, or read just now.
struct DoctorReadings {
  /// The span looked at.
  let span: Range<Timestamp>
  /// What each series showed in it.
  let samples: [SeriesKey: [Sample]]
  /// The last reading of each series.
  let latest: [SeriesKey: Sample]
  /// The events in the span, in order of time.
  let events: [MeterEvent]
  /// The values put aside in the span.
  let quarantined: [Quarantined]
  /// What was said and answered on each bus, where devices were read just now.
  var exchanges: [String: [TracedSource.Exchange]] = [:]

  /// The last hours in `store`: up to now, or up to its last reading where nobody has written it since.
  init(store path: String, hours: Int, plan: CollectionPlan) throws(ReadingStoreError) {
    let store = try ReadingsDatabase(readingOnly: path)
    let now = SystemTime.now()
    // Those of a clock that was ahead, too.
    latest = try store.latest(asOf: now + .seconds(315_360_000))
    let isWritten = MachineLook.writer(of: path) != nil
    let end = isWritten ? now : latest.values.map(\.time).max() ?? now
    span = end - .seconds(3600 * hours)..<end + .milliseconds(1)
    let points = Set(plan.buses.flatMap(\.devices).flatMap(\.points.values))
    let found = try store.samples(of: try store.series().filter { points.contains($0.point) }, in: span)
    samples = found.mapValues { [span] in $0.filter { span.contains($0.time) } }.filter { !$0.value.isEmpty }
    events = try store.allEvents().filter { [span] in span.contains($0.time) }
    quarantined = try store.quarantined(in: span)
  }

  /// Reads the devices of `plan` for so long.
  init(reading plan: CollectionPlan, for length: Duration) async {
    let store = InMemoryReadingStore()
    var logger = Logger(label: "doctor", factory: { _ in SwiftLogNoOpLogHandler() })
    logger.logLevel = .critical
    let recorder = ReadingRecorder(store: store, journal: store, logger: logger)
    let traces = Mutex<[ModbusLink: TracedSource]>([:])
    // Nobody else is served meanwhile.
    let alone = plan.buses.map { bus in
      BusPlan(
        id: bus.id, link: bus.link, devices: bus.devices, closesBetweenPolls: bus.closesBetweenPolls,
        silenceAfterConnecting: bus.silenceAfterConnecting)
    }
    let collector = Collector(
      plan: CollectionPlan(buses: alone), recorder: recorder, commitInterval: .seconds(1), logger: logger,
      in: Collector.Surroundings(
        now: SystemTime.now,
        connect: { link in
          let source = TracedSource(SharedConnections.process.connection(to: link), uptime: SystemTime.uptime)
          traces.withLock { $0[link] = source }
          return source
        }))
    let begin = SystemTime.now()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await collector.run() }
      let seconds = max(1, length.components.seconds)
      for second in 0..<seconds where !Task.isCancelled {
        tellProgress("reading the devices: \(second) of \(seconds) s, \(recorder.totals.kept) readings")
        try? await Task.sleep(for: .seconds(1))
      }
      group.cancelAll()
    }
    tellProgress(nil)
    let end = SystemTime.now() + .milliseconds(1)
    span = begin..<max(end, begin + .milliseconds(1))
    let keys = store.inventory().map(\.series)
    samples = keys.reduce(into: [:]) { [span] in $0[$1] = store.samples(of: $1, in: span) }
    latest = store.latest(asOf: end)
    (events, quarantined) = (store.events, store.quarantined)
    for bus in plan.buses {
      exchanges[bus.id] = traces.withLock { $0[bus.link] }?.exchanges ?? []
    }
  }

  /// The sites of `community` with their meters.
  func sites(of community: Community, plan: CollectionPlan, entries: CollectorFile) -> [SiteMeters] {
    var meters: [MeteringPoint.ID: SiteMeter] = [:]
    let points = Dictionary(community.meteringPoints.map { ($0.id, $0) }) { first, _ in first }
    for device in plan.buses.flatMap(\.devices) {
      for (part, id) in device.points {
        guard let point = points[id] else { continue }
        let own = samples.filter { $0.key.point == id }
        meters[id] = SiteMeter(
          id, measures: point.measures, device: device.id,
          profileName: entries.devices.first { $0.id.text == device.id }?.profile ?? "", profile: device.profile, part: part,
          samples: Dictionary(own.map { ($0.key.channel, $0.value) }) { first, _ in first })
      }
    }
    return community.sites.map { site in
      let own = community.meteringPoints(at: site.id)
      let read = own.compactMap { meters[$0.id] }.filter { !$0.samples.isEmpty }
      let missing = own.filter { point in !read.contains { $0.point == point.id } }
      return SiteMeters(site.id, meters: read, missing: missing)
    }
  }

  /// What is known of each device.
  func devices(of plan: CollectionPlan) -> [DeviceDiagnosis.Facts] {
    plan.buses.flatMap(\.devices).map { device in
      let points = Set(device.points.values)
      return DeviceDiagnosis.Facts(
        device: device.id, points: points, interval: device.interval,
        last: latest.filter { points.contains($0.key.point) }.map(\.value.time).max(),
        events: events.filter { $0.device == device.id }, quarantined: quarantined.filter { points.contains($0.series.point) })
    }
  }
}
