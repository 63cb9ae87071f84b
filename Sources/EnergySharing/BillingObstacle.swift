public import CommunityModel
public import MarketTime

/// Why no final bill may be made of what a metering point says in a time. Source: MessEG section 33; sharing.md, section 12.
public struct BillingObstacle: Sendable, Hashable {
  /// What stands against it.
  public enum Reason: Sendable, Hashable {
    /// Its meter is not calibrated; it serves for operation only.
    case notCalibrated
    /// Its meter is only calibrated on other days, or on a part of these.
    case calibration(Validity)
    /// So many of its values are neither measured nor substituted.
    case quality(IntervalEnergy.Quality, quarterHours: Int)
  }

  /// The metering point.
  public let point: MeteringPoint.ID
  /// The time that was looked at.
  public let span: Range<QuarterHour>
  /// What stands against it.
  public let reason: Reason

  /// Whether it is the meter's calibration that stands against it, not its values.
  public var isOfCalibration: Bool {
    switch reason {
    case .notCalibrated, .calibration: true
    case .quality: false
    }
  }

  /// An obstacle; see the properties.
  public init(point: MeteringPoint.ID, span: Range<QuarterHour>, reason: Reason) {
    self.point = point
    self.span = span
    self.reason = reason
  }
}

extension BillingObstacle: CustomStringConvertible {
  /// A line for an operator.
  public var description: String {
    let time = "from \(span.lowerBound) until \(span.upperBound)"
    switch reason {
    case .notCalibrated:
      return
        "\(point): its meter is not calibrated; take a calibrated one, and write `calibrated: {until: DATE}` at the metering point"
    case .calibration(let days):
      let begin = days.from.map { " from \($0)" } ?? ""
      let end = days.until.map { " until \($0)" } ?? ""
      return "\(point): its meter is calibrated\(begin)\(end) only, not all the time \(time)"
    case .quality(let quality, let count):
      return "\(point): \(count) values are \(quality.name) \(time); see `energy-opt meter check` and `meter substitute`"
    }
  }
}

extension SharingSpell {
  /// What stands against a final bill of this time, metering point by metering point in the order of their names; empty where nothing does.
  public var billingObstacles: [BillingObstacle] {
    guard let last = span.last else { return [] }
    let days = [span.lowerBound, last].map { community.calendar.localDay(of: $0.start) }
    let calibrations = Dictionary(community.meteringPoints.map { ($0.id, $0.calibration) }) { first, _ in first }
    return energies.pointQualities.sorted { $0.key < $1.key }.flatMap { point, qualities in
      var reasons: [BillingObstacle.Reason] = []
      if let calibration = calibrations[point] ?? nil {
        if !days.allSatisfy(calibration.contains) { reasons.append(.calibration(calibration)) }
      } else {
        reasons.append(.notCalibrated)
      }
      for quality in IntervalEnergy.Quality.allCases where !quality.isBillable {
        if let count = qualities[quality] { reasons.append(.quality(quality, quarterHours: count)) }
      }
      return reasons.map { BillingObstacle(point: point, span: span, reason: $0) }
    }
  }
}
