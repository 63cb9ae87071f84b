import CommunityModel
import MarketTime
import Quantities
import Reporting

@testable import Summaries

/// A village with a heat network, and the heat of its members in October 2026, September 2026 and October 2025.
///
/// Each day and night is as warm as the other: a quarter hour takes the same energy in all of a month. In both Octobers clocks are put back,
/// so they have 31 days and an hour, 745 hours; September has 720.
struct HeatedVillage {
  var month = october
  var users = 8
  /// Wh of a user, counted from 1, in a quarter hour of a month.
  var use: (Int, LocalMonth) -> Int = { user, month in
    guard user == 1 else { return 100 + 10 * user }
    return month == october ? 138 : month == october.previous ? 62 : 150
  }
  /// Whether a user's meter tells something in a quarter hour.
  var tells: (Int, QuarterHour) -> Bool = { _, _ in true }
  /// Whether a substitute stands for its value.
  var standsIn: (Int, QuarterHour) -> Bool = { _, _ in false }
  /// When users became members; before them somebody else lived there.
  var joined: [Int: LocalDay] = [:]
  var hasNetwork = true
  var mix: [EnergySource: Fraction] = [.oil: Fraction(0.054), .woodChips: Fraction(0.82), .solarThermal: Fraction(0.126)]
  var normal: AverageHeatUser?

  static let october = LocalMonth(containing: date("2026-10-01"))
  static func member(_ user: Int) -> Member.ID { Member.ID("h0\(user)") }
  static func meter(_ user: Int) -> MeteringPoint.ID { MeteringPoint.ID("HEAT-\(user)") }

  func sources() -> HeatMonthSources {
    let wire = GridConnection(importLimit: Power(kilowatts: 100), exportLimit: .zero)
    var members: [Member] = []
    var points: [MeteringPoint] = []
    for user in 1...users {
      members.append(
        Member(
          id: Self.member(user), name: "Familie \(user)", site: "village", membership: Validity(from: joined[user])))
      var held = [Self.member(user)]
      if let day = joined[user] {
        let former = Member.ID("former-\(user)")
        members.append(Member(id: former, name: "Vormieter", site: "village", membership: Validity(until: day)))
        held.insert(former, at: 0)
      }
      points.append(MeteringPoint(id: Self.meter(user), site: "village", members: held, measures: .heat))
    }
    points.append(MeteringPoint(id: "PLANT", site: "village", measures: .heat))
    let community = Community(
      id: "village", name: "Dorf", calendar: Musterhof.calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "village", name: "Dorf", gridConnection: wire)], members: members, meteringPoints: points,
      heatNetworks: hasNetwork ? [HeatNetwork(id: "net", name: "Nahwärme", sites: ["village"])] : [])
    var sources = HeatMonthSources(community: community, month: month)
    for month in sources.months {
      let span = Musterhof.calendar.quarterHours(of: month.days)
      for user in 1...users {
        let energy = Energy(wattHours: use(user, month))
        sources.energies[month, default: [:]][Self.meter(user)] = TimeSeries(
          start: span.lowerBound,
          values: span.map { !tells(user, $0) ? .missing : standsIn(user, $0) ? .substituted(energy) : .measured(energy) })
      }
    }
    sources.mix = hasNetwork ? ["net": mix] : [:]
    sources.normal = normal
    return sources
  }

  func heat(of user: Int = 1) -> HeatMonth? { HeatMonths(from: sources()).month(of: Self.member(user)) }
}

/// Two kinds of month, each told to the first user.
enum HeatMonthKind: String, CaseIterable {
  /// All is known.
  case whole
  /// Three days are missing, some values of September are substitutes, the member joined in January, and there are five users only.
  case gaps

  var village: HeatedVillage {
    var village = HeatedVillage()
    switch self {
    case .whole:
      let months = (1...12).map { Energy(kilowattHours: $0 == 10 ? 640 : 1) }
      village.normal = AverageHeatUser(source: "Vergleichstest 2026", months: months)
    case .gaps:
      village.users = 5
      village.joined = [1: date("2026-01-15")]
      village.mix = [:]
      let silent = Musterhof.calendar.quarterHours(of: date("2026-10-29")..<date("2026-11-01"))
      village.tells = { user, quarter in user != 1 || !silent.contains(quarter) }
      // Half a day.
      let replaced = Musterhof.calendar.quarterHours(of: date("2026-09-03")).prefix(48)
      village.standsIn = { user, quarter in user == 1 && replaced.contains(quarter) }
    }
    return village
  }
}
