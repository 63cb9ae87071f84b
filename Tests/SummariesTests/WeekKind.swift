import MarketTime
import Quantities

/// Three kinds of week, told to the first flat; each ends on a Sunday.
enum WeekKind: String, CaseIterable {
  case sunny, gap
  case clockChange = "clock-change"

  /// The house in such a week. The weeks before were a little less sunny.
  var house: Musterhof {
    var house = Musterhof()
    house.isWeek = true
    house.day = date("2026-06-21")
    house.sun = { $0 >= date("2026-06-15") ? [150, 190, 212, 205, 90, 188, 285][($0.number + 3) % 7] : 130 }
    house.use = { flat, at in flat == 1 ? [8.34, 7.9, 8.1, 12.2, 8.8, 14.6, 10.3][(at.number + 3) % 7] : 9.57 }
    switch self {
    case .sunny: break
    case .gap:
      // Nothing on Wednesday, Thursday only until 19 o'clock, substitutes on Friday until noon; another flat silent since Tuesday.
      let clock = house.clock
      let wednesday = clock.quarterHours(of: date("2026-06-17"))
      let evening = clock.quarterHours(of: date("2026-06-18")).suffix(20)
      let morning = clock.quarterHours(of: date("2026-06-19")).prefix(48)
      let tuesday = clock.quarterHours(of: date("2026-06-16"))
      house.tells = { flat, quarter in
        flat == 1 ? !wednesday.contains(quarter) && !evening.contains(quarter) : flat != 7 || quarter < tuesday.lowerBound
      }
      house.standsIn = { flat, quarter in flat == 1 && morning.contains(quarter) }
    case .clockChange: house.day = date("2026-03-29")
    }
    return house
  }
}
