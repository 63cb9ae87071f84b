public import CommunityModel
public import MarketTime
import Quantities
public import Readings

/// What became of one device's readings, as the store has them.
public struct DeviceDiagnosis: Sendable {
  /// What is known of the device.
  public struct Facts: Sendable {
    /// Its short name.
    public let device: String
    /// The metering points that it measures.
    public let points: Set<MeteringPoint.ID>
    /// How often it is read.
    public let interval: Duration
    /// When its last reading was taken; nil where there is none.
    public let last: Timestamp?
    /// Its events in the span looked at.
    public let events: [MeterEvent]
    /// The values of its points put aside in the span.
    public let quarantined: [Quarantined]

    /// Facts; see the properties.
    public init(
      device: String, points: Set<MeteringPoint.ID>, interval: Duration, last: Timestamp?, events: [MeterEvent],
      quarantined: [Quarantined]
    ) {
      self.device = device
      self.points = points
      self.interval = interval
      self.last = last
      self.events = events
      self.quarantined = quarantined
    }
  }

  private static let happenings = [
    "reset": "was reset", "jump": "jumped far ahead", "exchange": "belongs to another device now",
  ]

  private let facts: Facts
  private let now: Timestamp

  /// Looks at `facts` as they were at `now`.
  public init(_ facts: Facts, now: Timestamp) {
    self.facts = facts
    self.now = now
  }

  /// What there is to say.
  public var remarks: [Remark] {
    let trouble = [age, frozen, disagreement, aside].compactMap { $0 } + restarts
    guard trouble.isEmpty else { return trouble }
    return [
      Remark(
        .devices, .ok, "reads", about: facts.device, "answers; its last reading is from \(facts.last.map { "\($0)" } ?? "-")")
    ]
  }

  private var age: Remark? {
    guard let last = facts.last else {
      return Remark(
        .devices, .problem, "never_answered", about: facts.device, "has never brought a reading",
        next: "`energy-collector probe collector.yaml --device \(facts.device)` asks it now and says why")
    }
    let allowed = max(facts.interval * 5, .seconds(300))
    guard now - last > allowed else { return nil }
    return Remark(
      .devices, .problem, "silent", about: facts.device, "no reading since \(last), \(Self.span(now - last)) ago",
      next: "is it on? `energy-collector probe collector.yaml --device \(facts.device)` asks it now and says why")
  }

  private var frozen: Remark? {
    guard let last = facts.events.last(where: { $0.kind == .frozen || $0.kind == .lively }), last.kind == .frozen else {
      return nil
    }
    return Remark(
      .devices, .problem, "frozen", about: facts.device, "its values have stood still since \(last.time) although some must move",
      next: "restart the device or its gateway")
  }

  private var disagreement: Remark? {
    guard let last = facts.events.last(where: { $0.kind == .powerDisagrees || $0.kind == .powerAgrees }),
      last.kind == .powerDisagrees
    else { return nil }
    return Remark(
      .devices, .problem, "power_disagrees", about: facts.device,
      "power and counted energy of \(last.series?.point.text ?? "a point") do not belong together since \(last.time)",
      next: "compare scale and word order in the profile with the device, above all after a firmware update")
  }

  private var aside: Remark? {
    guard let last = facts.quarantined.last else { return nil }
    let words = last.registers.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }
    let raw = words.isEmpty ? "" : ", on the wire \(words.joined(separator: " "))"
    let count = facts.quarantined.count
    return Remark(
      .devices, .warning, "put_aside", about: facts.device,
      "\(count) impossible values put aside, the last at \(last.time): \(last.series) (\(last.reason.rawValue))\(raw)",
      next: "does the profile fit the model and its firmware? `energy-collector probe` shows each value with its registers")
  }

  private var restarts: [Remark] {
    facts.events.compactMap { event in
      guard let what = Self.happenings[event.kind.name] else { return nil }
      return Remark(
        .devices, .note, event.kind.name, about: facts.device,
        "\(event.series.map { "\($0)" } ?? "its counter") \(what) at \(event.time)",
        next: "was the meter exchanged or restarted? energy in between is unknown")
    }
  }

  /// A span as people say it.
  static func span(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) days"
    }
  }
}
