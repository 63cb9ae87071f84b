package import MarketTime

/// One local day, quarter hour by quarter hour, against the clock on the wall: slot 0 begins at 00:00, slot 4 at 01:00.
///
/// Asks the calendar only for the days of a clock change.
package struct DayClock {
  /// Its quarter hours, in order.
  package let quarters: Range<QuarterHour>
  /// The slot of each quarter hour where the clock changes; nil for a day whose slots simply count up.
  private let slots: [Int]?

  package init(_ day: LocalDay, in calendar: MarketCalendar) {
    quarters = calendar.quarterHours(of: day)
    if quarters.count == LoadProfileTable.slotsPerDay {
      slots = nil
    } else {
      slots = quarters.map { calendar.local($0.start).time.minutes / 15 }
    }
  }

  /// The slot that the clock shows in `quarter`, one of `quarters`.
  package func slot(of quarter: QuarterHour) -> Int {
    let position = quarters.lowerBound.distance(to: quarter)
    return slots?[position] ?? position
  }

  /// The quarter hour in which the clock shows `slot`; the first of two; nil where it is left out.
  package func quarter(at slot: Int) -> QuarterHour? {
    guard let slots else { return quarters.lowerBound.advanced(by: slot) }
    return slots.firstIndex(of: slot).map { quarters.lowerBound.advanced(by: $0) }
  }
}
