import Readings

extension CollectorReader {
  /// How long what is stored is kept, by class; a class that is not named for ever.
  func retention(_ fields: Fields) -> Retention {
    defer { fields.finish() }
    let retention = Retention(
      readings: limit("readings", fields), quarterHours: limit("quarter_hours", fields), events: limit("events", fields))
    if retention.dropsQuarterHoursFirst {
      problems.add(
        "'readings' (\(retention.readings)) may be kept longer than 'quarter_hours' (\(retention.quarterHours)), which are made of "
          + "them; keep readings no longer than these", at: fields.place(of: "quarter_hours"))
    }
    return retention
  }

  private func limit(_ key: String, _ fields: Fields) -> Retention.Limit {
    guard fields.has(key), let text = fields.text(key) else { return .forever }
    if let limit = Retention.Limit(text) { return limit }
    let days: ClosedRange<Int> = Retention.Limit.days
    problems.add(
      "'\(key)' is '\(text)'; expected a time from \(days.lowerBound) d to \(days.upperBound) d such as `90 d`, `by_law` or `forever`",
      at: fields.place(of: key))
    return .forever
  }
}
