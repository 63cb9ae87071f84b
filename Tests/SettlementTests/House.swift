import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import Testing

@testable import Settlement

/// What a test has written down, which cannot be wrong but by a slip of the pen.
func written<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("written wrong") }
  return value
}

/// A house with a roof and its tenants, of which a few quarter hours are worth telling; in all others nothing flows.
struct House {
  /// What flowed in a quarter hour, in Wh.
  struct Moment {
    /// Its start.
    let start: String
    /// What the roof made.
    let made: Int
    /// What each tenant used.
    let used: [String: Int]
    /// What the battery took and gave.
    var charged = 0
    var discharged = 0
    /// How the roof's value is known.
    var quality = IntervalEnergy.Quality.measured
  }

  var members: [Member]
  var agreements = [SharingAgreement(rule: .dynamic)]
  var moments: [Moment]
  var hasBattery = false
  /// A quarter hour in which nothing is known of a tenant.
  var silent: (member: String, start: String)?

  static let berlin = written(MarketCalendar(timeZone: "Europe/Berlin"))

  static func day(_ text: String) -> LocalDay { written(LocalDay(iso8601: text)) }
  static func month(_ text: String) -> LocalMonth { written(LocalMonth(iso8601: text)) }

  static func member(_ id: String, joined: String? = nil, left: String? = nil) -> Member {
    Member(
      id: Member.ID(id), name: "Name of \(id)", site: "house",
      membership: Validity(from: joined.map(day), until: left.map(day)))
  }

  var community: Community {
    let roof = MeteringPoint(id: "ROOF", site: "house", measures: .generation)
    let battery = hasBattery ? [MeteringPoint(id: "BATTERY", site: "house", measures: .storage)] : []
    let homes = members.filter { $0.id != "o" }.map {
      MeteringPoint(id: .init("P-\($0.id)"), site: "house", member: $0.id, measures: .consumption)
    }
    return Community(
      id: "hollow", name: "Hollow", calendar: Self.berlin, holidayRegion: HolidayRegion(country: "DE"),
      sites: [
        Site(
          id: "house", name: "House",
          gridConnection: GridConnection(importLimit: Power(kilowatts: 50), exportLimit: Power(kilowatts: 50)))
      ], members: members, meteringPoints: [roof] + battery + homes, agreements: agreements)
  }

  func account(_ month: String) throws -> MonthAccount {
    let month = Self.month(month)
    let community = self.community
    let span = Self.berlin.quarterHours(of: month.days)
    func series(_ value: (Moment) -> (Int, IntervalEnergy.Quality)) -> TimeSeries<IntervalEnergy> {
      var series = TimeSeries(repeating: IntervalEnergy.measured(.zero), over: span)
      for moment in moments {
        let quarter = QuarterHour(containing: written(Timestamp(iso8601: moment.start)))
        guard span.contains(quarter) else { continue }
        let (wattHours, quality) = value(moment)
        series.values[span.lowerBound.distance(to: quarter)] = IntervalEnergy(Energy(wattHours: wattHours), quality: quality)
      }
      return series
    }
    var energies = MeteredEnergies(over: span)
    energies["ROOF", .export] = series { ($0.made, $0.quality) }
    if hasBattery {
      energies["BATTERY", .import] = series { ($0.charged, .measured) }
      energies["BATTERY", .export] = series { ($0.discharged, .measured) }
    }
    for member in members where member.id != "o" {
      var used = series { ($0.used[member.id.text] ?? 0, .measured) }
      if let silent, silent.member == member.id.text, let time = Timestamp(iso8601: silent.start) {
        let quarter = QuarterHour(containing: time)
        if span.contains(quarter) { used.values[span.lowerBound.distance(to: quarter)] = .missing }
      }
      energies[.init("P-\(member.id)"), .import] = used
    }
    return try MonthAccount(month, of: community, spells: SharingSpell.all(of: community, energies), energies: energies)
  }

  /// Three tenants in March 2026: `a` all month, `b` from the 12th, `c` until the 19th; `o` owns the roof.
  static let march = House(
    members: [member("a"), member("b", joined: "2026-03-12"), member("c", left: "2026-03-20"), member("o")],
    moments: [
      Moment(start: "2026-03-05T12:00:00+01:00", made: 2400, used: ["a": 300, "b": 500, "c": 900]),
      Moment(start: "2026-03-15T18:30:00+01:00", made: 2400, used: ["a": 300, "b": 900, "c": 1500]),
      // An hour after clocks were set forward.
      Moment(start: "2026-03-29T03:30:00+02:00", made: 1000, used: ["a": 1000, "b": 1000, "c": 700]),
    ])
}

/// Prices of a house, one short line each.
enum Agreed {
  static func price(
    _ id: String, _ item: PriceTerm.Item, _ price: PriceTerm.Price, from: String? = nil, until: String? = nil,
    vat: Double = 0.19, to payee: Member.ID? = nil
  ) -> PriceTerm {
    PriceTerm(
      id: .init(id), item: item, validity: Validity(from: from.map(House.day), until: until.map(House.day)), price: price,
      vat: Fraction(vat), members: payee.map { [$0] }, site: [.producer, .feedIn, .tenantPower].contains(item) ? "house" : nil)
  }

  static func cents(_ cents: Double, _ windows: [PriceWindow] = []) -> PriceTerm.Price {
    .energy(.fixed(EnergyPrice(count: Int64(cents * 10_000))), windows: windows)
  }

  static let evening = PriceWindow(
    from: written(LocalTime(iso8601: "18:00")), until: written(LocalTime(iso8601: "21:00")), plus: EnergyPrice(count: 40_000))

  /// 24 ct until 15 March, 26 ct from the 16th, in the evening 4 ct more; 6.20 EUR a month; tax 19 %.
  static let tenants = [
    price("sun-1", .shared, cents(24, [evening]), until: "2026-03-16"),
    price("sun-2", .shared, cents(26, [evening]), from: "2026-03-16"),
    price("base", .base, .monthly(Money(count: 6_200_000))),
  ]

  /// The owner of the roof: 10 ct for what tenants got, 8 ct for the rest, 2.42 ct surcharge, 25 EUR for the roof; no tax.
  static let owner = [
    price("plant", .producer, cents(10), vat: 0, to: "o"), price("grid", .feedIn, cents(8), vat: 0, to: "o"),
    price("surcharge", .tenantPower, cents(2.42), vat: 0, to: "o"),
    price("roof", .lease, .monthly(Money(count: 25_000_000)), vat: 0, to: "o"),
  ]
}

extension Settlement {
  /// A member's lines in short: item, term, zone, net and tax in cents.
  func lines(of member: Member.ID) -> [String] {
    (parts.first { $0.member == member }?.lines ?? []).map { line in
      let zone = line.zone == "*" ? "" : " \(line.zone)"
      let corrects = line.corrects.map { " corrects \($0)" } ?? ""
      return "\(line.kind.rawValue) \(line.term)\(zone) \(line.net.count / 10_000) \(line.vat.count / 10_000)\(corrects)"
    }
  }

  func cents(of member: Member.ID) -> [Int64] {
    (parts.first { $0.member == member }?.sums).map { [$0.net, $0.vat, $0.gross].map { $0.count / 10_000 } } ?? []
  }
}
