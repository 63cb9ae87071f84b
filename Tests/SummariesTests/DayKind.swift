import CommunityModel
import MarketTime
import Quantities

@testable import Summaries

/// Ten kinds of day, each with its reader.
enum DayKind: String, CaseIterable {
  case sunny, fog
  case noDataSinceTuesday = "no-data-since-tuesday"
  case newMember = "new-member"
  case feedInOnly = "feed-in-only"
  case holidayFlat = "holiday-flat"
  case clockChange = "clock-change"
  case deadInverter = "dead-inverter"
  case heatOnly = "heat-only"
  case incomplete

  var reader: Member.ID {
    switch self {
    case .feedInOnly: "barn"
    case .heatOnly: "heat"
    case .sunny, .fog, .noDataSinceTuesday, .newMember, .holidayFlat, .clockChange, .deadInverter, .incomplete:
      Musterhof.member(1)
    }
  }

  /// The house on such a day. Days before are a little less sunny than the sunny one, so that there is something to compare with.
  var house: Musterhof {
    var house = Musterhof()
    let day = house.day
    house.sun = { $0 == day ? 212 : 170 }
    switch self {
    case .sunny: break
    case .fog:
      let november = date("2026-11-19")
      house.day = november
      house.sun = { $0 == november ? 3.1 : 38 }
    case .noDataSinceTuesday:
      let silent = house.clock.instant(of: LocalTime(minutes: 14 * 60) ?? .midnight, on: date("2026-06-16"))
      house.tells = { flat, quarter in flat != 1 || quarter.start < silent }
    case .newMember: house.joined = [1: date("2026-06-16")]
    case .feedInOnly: house.barn = { $0 == day ? 84 : 62 }
    case .holidayFlat: house.use = { flat, at in flat == 1 ? (at == day ? 0.62 : 8.34) : 9.57 }
    case .clockChange:
      house.day = date("2026-03-29")
      house.sun = { _ in 96 }
    case .deadInverter:
      house.sun = { $0 == day ? 0 : 170 }
      house.barn = { _ in 60 }
    case .heatOnly: house.heat = { $0 == day ? 12.4 : 14.1 }
    case .incomplete:
      let quarters = house.clock.quarterHours(of: day)
      let gap = quarters.lowerBound.advanced(by: 40)..<quarters.lowerBound.advanced(by: 60)
      house.tells = { flat, quarter in flat != 1 || !gap.contains(quarter) }
    }
    return house
  }
}
