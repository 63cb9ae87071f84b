import MarketTime
import Readings

/// The service's figures in Prometheus' text format, version 0.0.4. The names are in `docs/formats/metrics.md`.
public struct MetricsText: Sendable {
  private let health: ServiceHealth

  /// The figures of `health`.
  public init(_ health: ServiceHealth) { self.health = health }

  /// The type of a page that holds the text.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The whole text.
  public var text: String { (service + store + buses + devices).map(\.text).joined() }

  /// A figure with what it means, one sample for each thing that it is known of.
  private struct Family {
    enum Kind: String { case counter, gauge }

    let name: String
    let kind: Kind
    let help: String
    var samples: [(labels: [(String, String)], value: String)]

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [(String, String)], value: String?)]) {
      self.name = "energy_collector_" + name
      self.kind = kind
      self.help = help
      self.samples = samples.compactMap { sample in sample.value.map { (sample.labels, $0) } }
    }

    /// Without samples nothing at all.
    var text: String {
      guard !samples.isEmpty else { return "" }
      let lines = samples.map { sample in
        let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)\n"
      }
      return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines.joined()
    }

    private static func escaped(_ text: String) -> String {
      text.reduce(into: "") { escaped, character in
        switch character {
        case "\\": escaped += "\\\\"
        case "\"": escaped += "\\\""
        case "\n", "\r\n": escaped += "\\n"
        default: escaped.append(character)
        }
      }
    }
  }

  private var service: [Family] {
    [
      single("uptime_seconds", .gauge, "Time since the service began to collect.", Self.seconds(health.uptime)),
      single("clock_trusted", .gauge, "1 while the time of readings is known.", health.clock.map { $0.isTrusted ? "1" : "0" }),
      single("advancing", .gauge, "1 while every bus and the commits come round in time.", health.advances ? "1" : "0"),
    ]
  }

  private var store: [Family] {
    let store = health.store
    return [
      single("readings_stored_total", .counter, "Readings that the store has acknowledged.", "\(store.totals.kept)"),
      single(
        "readings_dropped_total", .counter, "Readings given up because the store could not write.", "\(store.totals.dropped)"),
      single(
        "readings_conflicting_total", .counter, "Readings refused because another value stands at their time.",
        "\(store.totals.conflicts)"),
      single("readings_aside", .gauge, "Readings that wait aside until the time is known.", "\(store.totals.aside)"),
      single("readings_waiting", .gauge, "Readings that wait for the store.", "\(store.totals.waiting)"),
      single("store_writable", .gauge, "1 unless the last commit failed.", store.failure == nil ? "1" : "0"),
      Family(
        "store_failing", .gauge, "1 while commits fail for this cause.",
        ReadingStoreError.names.map { name in ([("cause", name)], store.cause == name ? "1" : "0") }),
      Family(
        "store_warning", .gauge, "1 while the store warns of this.",
        StoreWarning.Kind.allCases.map { kind in
          ([("kind", kind.rawValue)], store.warnings.contains { $0.kind == kind } ? "1" : "0")
        }),
      single(
        "memory_reach_seconds", .gauge, "How long readings can wait in memory at the present rate, from empty to full.",
        store.reach.map(Self.seconds)),
      single(
        "last_commit_timestamp_seconds", .gauge, "When the store acknowledged something last.",
        store.lastCommit.map { Self.seconds(.milliseconds($0.milliseconds)) }),
    ]
  }

  private var buses: [Family] {
    let errors = health.buses.flatMap { bus in
      bus.causes.sorted { $0.key.name < $1.key.name }.map { (bus, $0.key.name, $0.value) }
    }
    return [
      perBus("bus_requests_total", .counter, "Requests that ended.") { "\($0.total.requests)" },
      Family(
        "bus_errors_total", .counter, "Requests that failed, by cause.",
        errors.map { bus, cause, count in ([("bus", bus.id), ("cause", cause)], "\(count)") }),
      perBus("bus_advancing", .gauge, "1 while the bus comes round in time, answers or not.") { $0.advances ? "1" : "0" },
    ]
  }

  private var devices: [Family] {
    [
      perDevice("device_up", .gauge, "1 when the last poll was answered.") {
        $0.polls == 0 ? nil : $0.offlineSince == nil ? "1" : "0"
      },
      perDevice("device_well", .gauge, "1 unless the device is offline, frozen, stale or contradicts itself.") {
        $0.condition.isWell ? "1" : "0"
      },
      perDevice("device_polls_total", .counter, "Polls of the device.") { "\($0.polls)" },
      perDevice("device_failed_polls_total", .counter, "Polls that failed.") { "\($0.failedPolls)" },
      perDevice("device_values_put_aside_total", .counter, "Impossible values that were put aside.") {
        "\($0.readings.quarantined)"
      },
      perDevice("device_last_good_timestamp_seconds", .gauge, "When the last good reading was taken.") {
        $0.readings.lastGood.map { Self.seconds(.milliseconds($0.milliseconds)) }
      },
      perDevice("device_latency_mean_seconds", .gauge, "Mean time from question to answer since the start.") {
        $0.meanLatency.map(Self.seconds)
      },
    ]
  }

  private func single(_ name: String, _ kind: Family.Kind, _ help: String, _ value: String?) -> Family {
    Family(name, kind, help, [([], value)])
  }

  private func perBus(_ name: String, _ kind: Family.Kind, _ help: String, _ value: (BusHealth) -> String?) -> Family {
    Family(name, kind, help, health.buses.map { ([("bus", $0.id)], value($0)) })
  }

  private func perDevice(_ name: String, _ kind: Family.Kind, _ help: String, _ value: (DeviceHealth) -> String?) -> Family {
    let samples = health.buses.flatMap { bus in
      bus.devices.map { (labels: [("bus", bus.id), ("device", $0.id)], value: value($0)) }
    }
    return Family(name, kind, help, samples)
  }

  /// Seconds with milliseconds, exactly.
  private static func seconds(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let thousandths = attoseconds / 1_000_000_000_000_000
    return "\(seconds)." + String(String(1000 + thousandths).dropFirst())
  }
}
