import CommunityModel
import Forecasting
import Foundation
import MarketTime
import Quantities
import Reporting

@testable import Summaries

/// A house of flats under one roof, as `../shared/domain/summaries.md` section 7 has it, with a year of days that a test can change.
///
/// A roof's day has the shape of half a wave from 6 to 20 o'clock; a flat's day is flat with an evening from 17 to 22 o'clock.
struct Musterhof {
  var day = LocalDay(number: 20_622)  // Thursday, 18 June 2026
  /// Whether the week that ends with the day is told of.
  var isWeek = false
  var flats = 18
  /// The rule; a fixed key gives each flat a part that does not depend on anybody else.
  var rule = SharingAgreement.Rule.dynamic
  /// kWh of the roof on a day.
  var sun: (LocalDay) -> Double = { _ in 212 }
  /// kWh of a flat on a day; flats are counted from 1.
  var use: (Int, LocalDay) -> Double = { flat, _ in flat == 1 ? 8.34 : 9.57 }
  /// Whether a flat's meter tells something in a quarter hour.
  var tells: (Int, QuarterHour) -> Bool = { _, _ in true }
  /// Whether a substitute stands for a flat's value in a quarter hour.
  var standsIn: (Int, QuarterHour) -> Bool = { _, _ in false }
  /// kWh of a second plant, in the barn, that belongs to the member `barn`; nil for none.
  var barn: ((LocalDay) -> Double)?
  /// kWh of heat on a day of the member `heat`; nil for none.
  var heat: ((LocalDay) -> Double)?
  /// When a flat's tenant became a member.
  var joined: [Int: LocalDay] = [:]
  var boilers: [BoilerLog] = []
  var planned: TimeSeries<Power?>?

  static let calendar: MarketCalendar = {
    guard let calendar = MarketCalendar(timeZone: "Europe/Berlin") else { preconditionFailure("every system knows Berlin") }
    return calendar
  }()
  static func member(_ flat: Int) -> Member.ID { Member.ID("m" + (flat < 10 ? "0" : "") + "\(flat)") }
  static func meter(_ flat: Int) -> MeteringPoint.ID { MeteringPoint.ID("FLAT-\(flat)") }

  var clock: MarketCalendar { Self.calendar }

  func community() -> Community {
    var sites = [Site(id: "house", name: "Gartenstraße 5", gridConnection: Self.wire)]
    var members = (1...flats).map { flat in
      Member(id: Self.member(flat), name: "Wohnung \(flat)", site: "house", membership: Validity(from: joined[flat]))
    }
    var points = [MeteringPoint(id: "ROOF", site: "house", measures: .generation)]
    points += (1...flats).map {
      MeteringPoint(id: Self.meter($0), site: "house", member: Self.member($0), measures: .consumption)
    }
    if barn != nil {
      sites.append(Site(id: "barn", name: "Scheune", gridConnection: Self.wire, tariff: "grid"))
      members.append(Member(id: "barn", name: "Hof Yılmaz", site: "barn"))
      points.append(MeteringPoint(id: "BARN", site: "barn", member: "barn", measures: .generation))
    }
    if heat != nil {
      members.append(Member(id: "heat", name: "Frau Ōtani", site: "house"))
      points.append(MeteringPoint(id: "HEAT", site: "house", member: "heat", measures: .heat))
    }
    let tariff = Tariff(
      id: "grid", importPrice: .fixed(EnergyPrice(count: 345_000)), feedInPrice: .fixed(EnergyPrice(count: 80_000)))
    let keys = Dictionary(uniqueKeysWithValues: (1...flats).map { (Self.member($0), Fraction(1 / Double(flats + 1))) })
    return Community(
      id: "musterhof", name: "Energiegenossenschaft Musterhof", calendar: clock, holidayRegion: HolidayRegion(country: "DE"),
      sites: sites, members: members, meteringPoints: points, tariffs: [tariff],
      agreements: [SharingAgreement(rule: rule, keys: rule == .static ? keys : [:])])
  }

  private static let wire = GridConnection(importLimit: Power(kilowatts: 100), exportLimit: Power(kilowatts: 100))

  /// Prices as in the example: 24 ct where the supplier asks 34.5 ct.
  static let prices = AgreedPrices(terms: [
    PriceTerm(id: "sun", item: .shared, price: .energy(.fixed(EnergyPrice(count: 240_000)), windows: [])),
    PriceTerm(id: "rest", item: .residual, price: .energy(.fixed(EnergyPrice(count: 345_000)), windows: [])),
  ])

  func sources() -> SummarySources {
    let span = SummarySources.span(for: days, on: clock)
    var energies = MeteredEnergies(over: span)
    energies["ROOF", .export] = series(over: span, Self.sunShape) { sun($0) }
    for flat in 1...flats {
      energies[Self.meter(flat), .import] = series(
        over: span, Self.useShape, tells: { tells(flat, $0) }, standsIn: { standsIn(flat, $0) }
      ) { use(flat, $0) }
    }
    if let barn { energies["BARN", .export] = series(over: span, Self.sunShape) { barn($0) } }
    var sources = SummarySources(
      community: community(), energies: energies, holidays: Holidays(days: [], years: Set(2020...2030)))
    if let heat { sources.heat["HEAT"] = series(over: span, { _ in 1 }) { heat($0) } }
    sources.prices = Self.prices
    sources.boilers = boilers
    sources.planned = planned
    return sources
  }

  /// What is told of.
  var days: Range<LocalDay> { day.advanced(by: isWeek ? -6 : 0)..<day.advanced(by: 1) }

  func summaries() throws -> MemberSummaries { try MemberSummaries(of: days, from: sources()) }

  /// The house with its week told of.
  func told(byWeek isWeek: Bool) -> Musterhof {
    var house = self
    house.isWeek = isWeek
    return house
  }

  /// Each day's kWh in the shape of its hours, to the mWh.
  private func series(
    over span: Range<QuarterHour>, _ shape: (Int) -> Double, tells: (QuarterHour) -> Bool = { _ in true },
    standsIn: (QuarterHour) -> Bool = { _ in false }, energy: (LocalDay) -> Double
  ) -> TimeSeries<IntervalEnergy> {
    var values: [IntervalEnergy] = []
    var at = span.lowerBound
    while at < span.upperBound {
      let day = clock.localDay(of: at.start)
      let quarters = clock.quarterHours(of: day)
      let weights = quarters.map { shape(clock.local($0.start).time.minutes) }
      let sum = weights.reduce(0, +)
      let whole = energy(day)
      for (quarter, weight) in zip(quarters, weights) {
        let energy = Energy(kilowattHours: whole * weight / sum)
        values.append(!tells(quarter) ? .missing : standsIn(quarter) ? .substituted(energy) : .measured(energy))
      }
      at = quarters.upperBound
    }
    return TimeSeries(start: span.lowerBound, values: values)
  }

  static func sunShape(_ minutes: Int) -> Double {
    let hour = (Double(minutes) + 7.5) / 60
    return hour < 6 || hour > 20 ? 0 : sin((hour - 6) / 14 * Double.pi)
  }

  static func useShape(_ minutes: Int) -> Double { (17 * 60..<22 * 60).contains(minutes) ? 2.5 : minutes < 6 * 60 ? 0.5 : 1 }
}

extension SummaryStyle {
  /// As Musterhof writes to Frau Yılmaz.
  static func musterhof(_ language: Language) -> SummaryStyle {
    var style = SummaryStyle(
      language: language, organisation: language.pick("Energiegenossenschaft Musterhof", "Musterhof Energy Cooperative"))
    style.contact = language.pick("Telefon 040 000000", "phone 040 000000")
    style.addressee = language.pick("Frau Yılmaz", "Ms Yılmaz")
    style.link = "https://energie.example/m"
    style.leaveLink = "https://energie.example/abmelden?t=x7Kq"
    return style
  }
}

/// A date as tests write it.
func date(_ text: String) -> LocalDay { LocalDay(iso8601: text) ?? LocalDay(number: 0) }
