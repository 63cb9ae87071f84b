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
    /// Some of its values are neither measured nor substituted.
    case quality(IntervalEnergy.Quality, PointQualities.Count)
  }

  /// The metering point.
  public let point: MeteringPoint.ID
  /// The time that was looked at.
  public let span: Range<QuarterHour>
  /// What stands against it.
  public let reason: Reason

  /// An obstacle; see the properties.
  public init(point: MeteringPoint.ID, span: Range<QuarterHour>, reason: Reason) {
    self.point = point
    self.span = span
    self.reason = reason
  }
}

extension Sequence<BillingObstacle> {
  /// Lines for an operator, what to do in each; metering points that the same stands against share one.
  public var lines: [String] {
    var reasons: [String] = []
    var points: [String: [String]] = [:]
    for obstacle in self {
      let reason = obstacle.sentence
      if points[reason] == nil { reasons.append(reason) }
      points[reason, default: []].append(obstacle.point.text)
    }
    return reasons.map { reason in
      let names = (points[reason] ?? []).removingRepeats
      return names.joined(separator: ", ") + ": " + reason
    }
  }
}

extension BillingObstacle {
  /// What stands against it, without the metering point.
  fileprivate var sentence: String {
    switch reason {
    case .notCalibrated:
      return "not calibrated; take a calibrated meter, and write `calibrated: {until: DATE}` at the metering point"
    case .calibration(let days):
      let begin = days.from.map { " from \($0)" } ?? ""
      let end = days.until.map { " until \($0)" } ?? ""
      return "calibrated\(begin)\(end) only, not all the time from \(span.lowerBound) until \(span.upperBound)"
    case .quality(let quality, let found):
      let values = found.count == 1 ? "the value at \(found.first) is" : "\(found.count) values from \(found.first) on are"
      let remedy = quality.isKnown ? "import a better one" : "import it, or see `energy-opt meter substitute`"
      return "\(values) \(quality.name); \(remedy)"
    }
  }
}

extension [String] {
  fileprivate var removingRepeats: [String] {
    var known: Set<String> = []
    return filter { known.insert($0).inserted }
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
        if let found = qualities[quality] { reasons.append(.quality(quality, found)) }
      }
      return reasons.map { BillingObstacle(point: point, span: span, reason: $0) }
    }
  }
}
