import MarketTime
import Readings

extension MeterEvent {
  /// What happened and what to do, in a line of the log.
  var message: String {
    let subject = series.map { "\(device), \($0)" } ?? device
    let step = before.flatMap { before in after.map { ": \(shown(before)), then \(shown($0))" } } ?? ""
    switch kind {
    case .rollover: return "\(subject): the counter rolled over\(step); nothing is lost"
    case .reset: return "\(subject): the counter was reset\(step); a new count begins, the energy in between is unknown"
    case .jump:
      return "\(subject): the counter goes on far higher\(step); taken for another meter, not for energy; check 'rated_power'"
    case .exchange: return "\(subject): another device answers, as its serial number says\(step); a new count begins"
    case .caughtUp:
      let lag = before.map { ClockText.seconds($0) } ?? "some time"
      return "\(subject): the counter caught up with what it counted in \(lag); the energy is spread over that time"
    case .frozen:
      return "\(subject): its values have stood still for minutes although some must move; restart the device or its gateway"
    case .stale: return "\(subject): no good reading for minutes; see the lines before, `energy-collector read` asks it now"
    case .lively: return "\(subject): its values are good and move again"
    case .powerDisagrees:
      return
        "\(subject): power and counted energy differ by more than four times; check scale and word order against the profile, "
        + "above all after a firmware update"
    case .powerAgrees: return "\(subject): power and counted energy agree again"
    case .quarantined(let reason):
      let value = after.map { " \(shown($0))" } ?? ""
      return "\(subject):\(value) \(Self.explanation(of: reason)); put aside, told once a day"
    case .timeEstimated:
      let end = after.map { " to \(Timestamp(milliseconds: $0))" } ?? ""
      let error = before.map { "are \(ClockText.seconds($0)) too \($0 > 0 ? "late" : "early")" } ?? "are estimates"
      return "\(subject): the stamps of its readings from \(time)\(end) \(error); see the clock's lines before"
    }
  }

  /// Whether somebody should look at it.
  var isAlarming: Bool {
    switch kind {
    case .rollover, .caughtUp, .lively, .powerAgrees: false
    case .reset, .jump, .exchange, .frozen, .stale, .powerDisagrees, .quarantined, .timeEstimated: true
    }
  }

  private static func explanation(of reason: Quarantined.Reason) -> String {
    switch reason {
    case .range: "is impossible here"
    case .drop: "is below the count, to which it came back"
    case .growth: "is more than the device can have counted, and it did not go on from there"
    case .disagreement: "contradicts the other of power and energy"
    }
  }

  /// `value` in the unit that people read.
  private func shown(_ value: Int64) -> String { series?.channel.text(of: value) ?? "\(value)" }
}
