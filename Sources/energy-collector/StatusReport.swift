import ArgumentParser
import Collecting
import Foundation
import MarketTime
import Readings

/// What `status --json` prints; docs/formats/status-json.md has the contract.
struct StatusReport: Codable {
  /// It changes when a key changes its meaning or goes, not when one is added.
  var schemaVersion = 1
  var kind = "collector_status"
  let program: Program
  let time: Date
  let started: Date
  let uptimeSeconds: Double
  let allWell: Bool
  let configuration: Configuration
  /// nil where the collector was given no clocks to judge.
  let clock: Clock?
  let store: Store
  let totals: Totals
  let buses: [Bus]

  struct Program: Codable {
    let version: String
    let pid: Int32
  }

  struct Configuration: Codable {
    let file: String
    /// When the one in force was read.
    let loaded: Date
    /// When a newer one was refused; nil when the last one read is in force.
    var refused: Date?
  }

  struct Clock: Codable {
    let source: String
    let trusted: Bool
    let since: Date
    let systemAheadSeconds: Double
    let lastJump: Jump?

    struct Jump: Codable {
      let time: Date
      let seconds: Double
      let followed: Bool
    }
  }

  struct Store: Codable {
    let file: String
    let lastCommit: Date?
    let stored: Int
    let waiting: Int
    let dropped: Int
    let conflicts: Int
    /// Durable, and aside until the time is known.
    let aside: Int
    let failure: String?
    // A collector that was started before an update does not say these.
    let failureCause: String?
    /// How long readings can wait in memory at the present rate.
    let memoryReachSeconds: Double?
    /// When the readings that were given up were taken.
    let droppedFrom: Date?
    let droppedUntil: Date?
    let warnings: [Warning]?

    struct Warning: Codable {
      let kind: String
      let message: String
    }
  }

  struct Totals: Codable {
    let devices: Int
    let devicesWell: Int
    let polls: Int
    let failedPolls: Int
    let requests: Int
    let errors: Int
    let quarantined: Int
  }

  struct Tally: Codable {
    let requests: Int
    let errors: Int
    /// 0 to 1; nil without requests.
    let errorRate: Double?
  }

  struct Bus: Codable {
    let id: String
    let link: String
    let advances: Bool
    let total: Tally
    let lastFiveMinutes: Tally
    let lastHour: Tally
    let errorsByCause: [String: Int]
    let mainCause: String?
    let complaint: String?
    let devices: [Device]
  }

  struct Device: Codable {
    let id: String
    let unit: UInt8
    let model: String
    let state: String
    let well: Bool
    let lastGood: Date?
    let ageSeconds: Double?
    let offlineSince: Date?
    let polls: Int
    let failedPolls: Int
    let meanLatencyMs: Double?
    let backoffSeconds: Double?
    let quarantined: Int
    let held: Int
    let complaint: String?
    // A collector that was started before an update does not say these three.
    let intervalSeconds: Double?
    let achievedIntervalSeconds: Double?
    let stretched: Bool?
  }

  /// The JSON text.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.dateEncodingStrategy = .iso8601
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// What a service said.
  init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .iso8601
    self = try decoder.decode(StatusReport.self, from: Data(json.utf8))
  }
}

extension StatusReport {
  init(_ health: ServiceHealth, configuration: Configuration, store path: String) {
    program = Program(version: EnergyCollector.configuration.version, pid: getpid())
    time = Date(health.time)
    started = Date(health.started)
    uptimeSeconds = health.uptime.inSeconds
    allWell = health.isAllWell
    self.configuration = configuration
    store = Store(
      file: path, lastCommit: health.store.lastCommit.map { Date($0) }, stored: health.store.totals.kept,
      waiting: health.store.totals.waiting, dropped: health.store.totals.dropped, conflicts: health.store.totals.conflicts,
      aside: health.store.totals.aside, failure: health.store.failure, failureCause: health.store.cause,
      memoryReachSeconds: health.store.reach?.inSeconds, droppedFrom: health.store.givenUp.map { Date($0.lowerBound) },
      droppedUntil: health.store.givenUp.map { Date($0.upperBound) },
      warnings: health.store.warnings.map { Store.Warning(kind: $0.kind.rawValue, message: $0.message) })
    clock = health.clock.map { Clock($0) }
    let devices = health.devices
    totals = Totals(
      devices: devices.count, devicesWell: devices.count { $0.condition.isWell }, polls: devices.map(\.polls).reduce(0, +),
      failedPolls: devices.map(\.failedPolls).reduce(0, +), requests: health.buses.map(\.total.requests).reduce(0, +),
      errors: health.buses.map(\.total.errors).reduce(0, +), quarantined: devices.map(\.readings.quarantined).reduce(0, +))
    buses = health.buses.map { bus in
      Bus(
        id: bus.id, link: bus.link, advances: bus.advances, total: Tally(bus.total),
        lastFiveMinutes: Tally(bus.lastFiveMinutes), lastHour: Tally(bus.lastHour),
        errorsByCause: bus.causes.reduce(into: [:]) { $0[$1.key.name] = $1.value }, mainCause: bus.mainCause?.name,
        complaint: bus.complaint, devices: bus.devices.map { Device($0, at: health.time) })
    }
  }
}

extension StatusReport.Clock {
  fileprivate init(_ clock: ClockState) {
    self.init(
      source: clock.source.rawValue, trusted: clock.isTrusted, since: Date(clock.since),
      systemAheadSeconds: clock.systemAhead.inSeconds,
      lastJump: clock.lastJump.map { Jump(time: Date($0.time), seconds: $0.by.inSeconds, followed: $0.isFollowed) })
  }
}

extension StatusReport.Tally {
  fileprivate init(_ tally: RequestTally) {
    self.init(requests: tally.requests, errors: tally.errors, errorRate: tally.errorRate)
  }
}

extension StatusReport.Device {
  fileprivate init(_ device: DeviceHealth, at time: Timestamp) {
    self.init(
      id: device.id, unit: device.unit, model: device.profile, state: device.condition.rawValue, well: device.condition.isWell,
      lastGood: device.readings.lastGood.map { Date($0) }, ageSeconds: device.readings.lastGood.map { (time - $0).inSeconds },
      offlineSince: device.offlineSince.map { Date($0) }, polls: device.polls, failedPolls: device.failedPolls,
      meanLatencyMs: device.meanLatency.map { $0.inSeconds * 1000 }, backoffSeconds: device.backoff?.inSeconds,
      quarantined: device.readings.quarantined, held: device.readings.held, complaint: device.complaint,
      intervalSeconds: device.interval.inSeconds, achievedIntervalSeconds: device.achievedInterval?.inSeconds,
      stretched: device.isStretched)
  }
}

extension Date {
  /// The moment of a timestamp.
  init(_ time: Timestamp) { self.init(timeIntervalSince1970: Double(time.milliseconds) / 1000) }
}

extension Duration {
  /// For display and JSON only.
  var inSeconds: Double { self / .seconds(1) }
}
