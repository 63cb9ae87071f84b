import Testing

/// A local day on which the clock changes.
struct ClockChangeDay: Sendable, CustomTestStringConvertible {
  let zone: String
  let day: String
  let quarterHours: Int
  /// When the day begins, UTC.
  let start: String

  init(_ zone: String, _ day: String, _ quarterHours: Int, _ start: String) {
    self.zone = zone
    self.day = day
    self.quarterHours = quarterHours
    self.start = start
  }

  var testDescription: String { "\(zone) \(day)" }
}

extension ClockChangeDay {
  /// All of Europe/Berlin from 2024 to 2030, as computed with Python's zoneinfo (tzdata 2025b).
  static let berlin: [ClockChangeDay] = [
    ClockChangeDay("Europe/Berlin", "2024-03-31", 92, "2024-03-30T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2024-10-27", 100, "2024-10-26T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2025-03-30", 92, "2025-03-29T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2025-10-26", 100, "2025-10-25T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2026-03-29", 92, "2026-03-28T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2026-10-25", 100, "2026-10-24T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2027-03-28", 92, "2027-03-27T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2027-10-31", 100, "2027-10-30T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2028-03-26", 92, "2028-03-25T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2028-10-29", 100, "2028-10-28T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2029-03-25", 92, "2029-03-24T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2029-10-28", 100, "2029-10-27T22:00Z"),
    ClockChangeDay("Europe/Berlin", "2030-03-31", 92, "2030-03-30T23:00Z"),
    ClockChangeDay("Europe/Berlin", "2030-10-27", 100, "2030-10-26T22:00Z"),
  ]

  /// All of 2023 in zones that change the clock in other ways: at midnight, by half an hour, by two hours, in the other
  /// hemisphere, for a month of fasting. Python 3.11 zoneinfo, tzdata 2025b, the first instant of each local date.
  static let elsewhere: [ClockChangeDay] = [
    ClockChangeDay("Europe/Lisbon", "2023-03-26", 92, "2023-03-26T00:00Z"),
    ClockChangeDay("Europe/Lisbon", "2023-10-29", 100, "2023-10-28T23:00Z"),
    ClockChangeDay("America/New_York", "2023-03-12", 92, "2023-03-12T05:00Z"),
    ClockChangeDay("America/New_York", "2023-11-05", 100, "2023-11-05T04:00Z"),
    ClockChangeDay("America/St_Johns", "2023-03-12", 92, "2023-03-12T03:30Z"),
    ClockChangeDay("America/St_Johns", "2023-11-05", 100, "2023-11-05T02:30Z"),
    ClockChangeDay("Australia/Lord_Howe", "2023-04-02", 98, "2023-04-01T13:00Z"),
    ClockChangeDay("Australia/Lord_Howe", "2023-10-01", 94, "2023-09-30T13:30Z"),
    ClockChangeDay("Africa/Cairo", "2023-04-28", 92, "2023-04-27T22:00Z"),
    ClockChangeDay("Africa/Cairo", "2023-10-26", 100, "2023-10-25T21:00Z"),
    ClockChangeDay("Africa/Casablanca", "2023-03-19", 100, "2023-03-18T23:00Z"),
    ClockChangeDay("Africa/Casablanca", "2023-04-23", 92, "2023-04-23T00:00Z"),
    ClockChangeDay("America/Santiago", "2023-04-01", 100, "2023-04-01T03:00Z"),
    ClockChangeDay("America/Santiago", "2023-09-03", 92, "2023-09-03T04:00Z"),
    ClockChangeDay("America/Havana", "2023-03-12", 92, "2023-03-12T05:00Z"),
    ClockChangeDay("America/Havana", "2023-11-05", 100, "2023-11-05T04:00Z"),
    ClockChangeDay("Atlantic/Azores", "2023-03-26", 92, "2023-03-26T01:00Z"),
    ClockChangeDay("Atlantic/Azores", "2023-10-29", 100, "2023-10-29T00:00Z"),
    ClockChangeDay("Antarctica/Troll", "2023-03-26", 88, "2023-03-26T00:00Z"),
    ClockChangeDay("Antarctica/Troll", "2023-10-29", 104, "2023-10-28T22:00Z"),
    ClockChangeDay("Pacific/Chatham", "2023-04-02", 100, "2023-04-01T10:15Z"),
    ClockChangeDay("Pacific/Chatham", "2023-09-24", 92, "2023-09-23T11:15Z"),
    ClockChangeDay("Pacific/Auckland", "2023-04-02", 100, "2023-04-01T11:00Z"),
    ClockChangeDay("Pacific/Auckland", "2023-09-24", 92, "2023-09-23T12:00Z"),
  ]

  /// Pacific/Apia went from one side of the date line to the other at the end of 2011 and left out 30 December. Same origin.
  static let apia: [ClockChangeDay] = [
    ClockChangeDay("Pacific/Apia", "2011-09-24", 92, "2011-09-24T11:00Z"),
    ClockChangeDay("Pacific/Apia", "2011-12-29", 24 * 4, "2011-12-29T10:00Z"),
    ClockChangeDay("Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00Z"),
    ClockChangeDay("Pacific/Apia", "2011-12-31", 24 * 4, "2011-12-30T10:00Z"),
    ClockChangeDay("Pacific/Apia", "2012-04-01", 100, "2012-03-31T10:00Z"),
    ClockChangeDay("Pacific/Apia", "2012-09-30", 92, "2012-09-29T11:00Z"),
  ]

  /// Zones without any clock change in 2023.
  static let steadyZones = [
    "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "UTC",
  ]
}
