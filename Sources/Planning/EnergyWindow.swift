public import MarketTime
public import Quantities

/// An amount of energy that must flow between two instants, at no fixed time: a car's charge, a washing machine's run.
public struct EnergyWindow: Sendable, Hashable {
  /// The quarter hours in which it may flow.
  public let span: Range<QuarterHour>
  /// How much, at the point of use, zero or more.
  public let energy: Energy

  /// `energy` within `span`.
  public init(span: Range<QuarterHour>, energy: Energy) {
    self.span = span
    self.energy = energy
  }

  /// The energy due within `horizon`: all of it, or the window's share inside the horizon where it reaches out of it.
  ///
  /// What flowed before the horizon is not known here, and what can wait until after it has no price yet; the share by time
  /// neither promises twice nor puts everything off.
  func energyDue(within horizon: PlanningHorizon) -> Energy {
    let inside = span.clamped(to: horizon.span)
    guard inside != span, !span.isEmpty else { return energy }
    return Energy(count: scaled(energy.count, by: Int64(inside.count), over: Int64(span.count)))
  }
}

/// A window that opens every day at the same local times.
public struct DailyWindow: Sendable, Equatable {
  /// When it opens.
  public let from: LocalTime
  /// When it closes; at or before `from` means on the next day.
  public let until: LocalTime
  /// How much energy must flow in it.
  public let energy: Energy
  /// The days on which it opens; all of them unless told.
  public let days: Set<Weekday>

  /// A daily window; see the properties.
  public init(from: LocalTime, until: LocalTime, energy: Energy, days: Set<Weekday> = Set(Weekday.allCases)) {
    self.from = from
    self.until = until
    self.energy = energy
    self.days = days
  }

  /// The windows that touch `span`, on the wall clock of `calendar`, in order; each holds the quarter hours that lie wholly
  /// between opening and closing.
  public func windows(touching span: Range<QuarterHour>, calendar: MarketCalendar) -> [EnergyWindow] {
    let first = calendar.localDay(of: span.lowerBound.start).advanced(by: -1)
    let last = calendar.localDay(of: span.upperBound.start)
    return (first...last).compactMap { day in
      guard days.contains(day.weekday) else { return nil }
      let opening = calendar.instant(of: from, on: day)
      let first = QuarterHour(containing: opening)
      let opens = first.start < opening ? first.advanced(by: 1) : first
      let closingDay = until > from ? day : day.advanced(by: 1)
      let closes = QuarterHour(containing: calendar.instant(of: until, on: closingDay))
      guard opens < closes, (opens..<closes).overlaps(span) else { return nil }
      return EnergyWindow(span: opens..<closes, energy: energy)
    }
  }
}
