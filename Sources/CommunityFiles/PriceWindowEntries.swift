import CommunityModel
import MarketTime
import Quantities
import Yams

/// Times of the day in which energy costs more.
extension Fields {
  /// The windows of a price; no two are open at the same time.
  func priceWindows() -> [PriceWindow] {
    var windows: [PriceWindow] = []
    for node in list("windows") {
      let fields = Fields(node, subject: "'windows' of \(subject)", problems: problems)
      guard let window = priceWindow(fields) else { continue }
      if let other = windows.first(where: { $0.overlaps(window) }) {
        problems.add(
          "the window from \(window.from) until \(window.until) overlaps the one from \(other.from) until \(other.until) on the "
            + "same day; let one end where the other begins", at: fields.place(of: "from"))
      } else {
        windows.append(window)
      }
    }
    return windows
  }

  private func priceWindow(_ fields: Fields) -> PriceWindow? {
    defer { fields.finish() }
    let from = quarterHourTime("from", fields)
    let until = quarterHourTime("until", fields)
    let range = EnergyPrice(count: -10_000_000)...EnergyPrice(count: 10_000_000)
    let plus = fields.quantity("plus", in: range, like: "6 ct/kWh")
    let days = fields.weekdays()
    guard let from, let until, let plus else { return nil }
    guard from != until else {
      problems.add(
        "'until' is the same time as 'from'; a window of a whole day is from \"00:00\" until \"24:00\"",
        at: fields.place(of: "until"))
      return nil
    }
    return PriceWindow(from: from, until: until, days: days, plus: plus)
  }

  private func quarterHourTime(_ key: String, _ fields: Fields) -> LocalTime? {
    guard let time = fields.time(key) else { return nil }
    if time.minutes.isMultiple(of: 15) { return time }
    problems.add(
      "'\(key)' is \(time); prices hold for whole quarter hours, so write a time such as \"17:15\"", at: fields.place(of: key))
    return nil
  }
}

extension PriceWindow {
  /// Whether both are open in some minute of a week on the wall clock.
  fileprivate func overlaps(_ other: PriceWindow) -> Bool { !minutesOfWeek.isDisjoint(with: other.minutesOfWeek) }

  /// The minutes of a week at which a quarter hour begins in which it is open.
  private var minutesOfWeek: Set<Int> {
    let day = 24 * 60
    let end = until > from ? until.minutes : until.minutes + day
    return days.reduce(into: []) { open, weekday in
      for minute in stride(from: from.minutes, to: end, by: 15) { open.insert((weekday.rawValue * day + minute) % (7 * day)) }
    }
  }
}
