import Charts
import MarketTime

extension MarketCalendar {
  /// Marks of a time axis whose slots are quarter hours from `start`: every `hours` hours of the wall clock, midnight by `midnight`'s word.
  func ticks(over span: Range<QuarterHour>, every hours: Int = 6, midnight: (LocalDay) -> String) -> [StackedChart.Tick] {
    span.enumerated().compactMap { position, quarter in
      let (day, time) = local(quarter.start)
      guard time.minutes % (hours * 60) == 0 else { return nil }
      return StackedChart.Tick(Double(position), time.minutes == 0 ? midnight(day) : "\(time.minutes / 60)")
    }
  }
}
