import Console

extension PlanReport.Inputs {
  /// How old the last readings of the metering points are at the plan's start.
  public struct Ages: Sendable, Equatable {
    /// How many points have any.
    public let read: Int
    /// Of these, how many were read in the last quarter of an hour.
    public let fresh: Int
    /// The age of the one that was read longest ago.
    public let oldest: Duration

    /// A point read longer ago is not fresh.
    public static let fresh = Duration.seconds(900)

    /// The ages of these points; nil where there are none.
    public init?(_ ages: [Duration]) {
      guard let oldest = ages.max() else { return nil }
      self.oldest = oldest
      read = ages.count
      fresh = ages.count { $0 <= Self.fresh }
    }

    var json: JSONValue {
      .object([
        ("read", .integer(read)), ("fresh", .integer(fresh)),
        ("oldest_seconds", .integer(Int(oldest.components.seconds))),
      ])
    }
  }
}

extension Language {
  func ages(_ ages: PlanReport.Inputs.Ages) -> String {
    let old = ages.fresh == ages.read ? "" : " (\(pick("ältester", "oldest")) \(age(ages.oldest)))"
    return pick(
      "\(ages.fresh) von \(ages.read) Messpunkten frisch", "\(ages.fresh) of \(ages.read) metering points fresh") + old
  }

  /// `40 min`, `3 h`, `12 d`.
  private func age(_ age: Duration) -> String {
    let minutes = age.components.seconds / 60
    if minutes < 120 { return "\(minutes) min" }
    return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / 1440) d"
  }
}
