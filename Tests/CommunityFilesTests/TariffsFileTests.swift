import CommunityFiles
import CommunityModel
import MarketTime
import Quantities
import Testing

@Suite("A file of tariffs")
struct TariffsFileTests {
  private static func hollow() throws -> Community {
    try community(try Documentation("community.md").example()).community
  }

  private static func read(_ text: String) throws -> AgreedPrices {
    try TariffsFile(bytes: Array(text.utf8), file: "tariffs.yaml", of: hollow()).prices
  }

  private static let head = "version: 1\ncommunity: hollow\n"

  @Test("says what its description's example says")
  func example() throws {
    let prices = try Self.read(Documentation("tariffs.md").example())
    #expect(prices.quantityDecimals == 6)
    #expect(prices.terms.count == 10 && prices.caps.count == 1 && prices.pots.count == 1)
    func term(_ id: PriceTerm.ID) throws -> PriceTerm { try #require(prices.terms.first { $0.id == id }) }
    let sun = try term("sun-2026")
    #expect(sun.validity == Validity(from: LocalDay(iso8601: "2026-01-01")))
    #expect(sun.members == ["m01"] && sun.vat == Fraction(0.19) && !sun.isNote)
    let weekdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
    let evening = try PriceWindow(
      from: #require(LocalTime(iso8601: "18:00")), until: #require(LocalTime(iso8601: "21:00")), days: weekdays,
      plus: EnergyPrice(count: 40_000))
    #expect(sun.price == .energy(.fixed(EnergyPrice(count: 240_000)), windows: [evening]))
    #expect(
      try term("sun-mill").price
        == .energy(.dynamic(file: "day-ahead.csv", plus: EnergyPrice(count: 30_000)), windows: []))
    #expect(try term("fee").price == .monthly(Money(count: 5_000_000)))
    // 57 % of 5.2 ct are 2.964 ct.
    let local = try term("local")
    #expect(local.price == .energy(.fixed(EnergyPrice(count: 29_640)), windows: []) && local.isNote)
    #expect(try term("roof-surcharge").price == .energy(.fixed(EnergyPrice(count: 24_200)), windows: []))
    let plant = try term("farm-plant")
    #expect(plant.site == "farm" && plant.members == ["m01"] && plant.line > 0)
    #expect(prices.curves == ["day-ahead.csv"])
    #expect(prices.caps.first?.monthly == Money(count: 12_500_000))
    #expect(prices.pots.first?.weights == ["m02": 1])
  }

  @Test("has every key of its description in its example")
  func keys() throws {
    let documentation = try Documentation("tariffs.md")
    let used = Set(try documentation.example().matches(of: /([a-z_]+):/).map { String($0.1) })
    #expect(documentation.keys.count > 15)
    #expect(documentation.keys.subtracting(used) == [])
  }

  @Test("is refused with line and column: another community, two prices for a day, names that are not there")
  func problems() throws {
    func faults(_ text: String) -> [String] { told { _ = try Self.read(text) } }
    let shown = try Documentation("tariffs.md").messages(of: "tariffs.yaml")
    let caused = faults(
      "version: 1\ncommunity: hallow\nshared:\n  - {id: sun-2025, price: 23 ct/kWh}\n  - {id: sun-2026, from: 2026-01-01, price: 24 ct/kWh}\n"
        + "  - {id: sun-3, price: 1 ct/kWh, members: [m1]}\n")
    #expect(shown.count == 3)
    #expect(shown.filter { !caused.contains($0) } == [], "\(caused)")
    #expect(
      faults(
        Self.head + "shared:\n  - {id: a, until: 2026-01-01, price: 23 ct/kWh}\n  - {id: b, from: 2026-01-01, price: 24 ct/kWh}\n"
      )
        == [])
    #expect(
      faults(Self.head + "producer:\n  - {id: a, site: fram, to: m01, price: 1 ct/kWh}\n").first?.contains("did you mean 'farm'?")
        == true)
    #expect(faults(Self.head + "lease:\n  - {id: a, monthly: 1 EUR}\n").first?.contains("lacks the key 'to'") == true)
    #expect(faults(Self.head + "base:\n  - {id: a, monthly: 5}\n").first?.contains("without a unit") == true)
    #expect(faults(Self.head + "shred:\n  - {id: a, price: 1 ct/kWh}\n").first?.contains("did you mean 'shared'?") == true)
    #expect(
      faults(
        Self.head
          + "tenant_power:\n  - {id: a, site: farm, to: m01, capacity: 50 kWp, steps: [{up_to: 40 kWp, rate: 1 ct/kWh}]}\n"
      )
      .first?.contains("the steps do not reach 'capacity'") == true)
    #expect(
      faults(Self.head + "solidarity:\n  - {id: a, from: 2026-01-15, share: 5 %, of: shared, weights: {m02: 1}}\n")
        .first?.contains("whole months") == true)
    #expect(
      faults(
        Self.head
          + "cap:\n  - {id: a, share: 90 %, monthly: 1 EUR, price: 1 ct/kWh}\n  - {id: b, share: 90 %, monthly: 1 EUR, price: 1 ct/kWh}\n"
      )
      .first?.contains("this cap holds on days on which 'a' in line 4 holds too") == true)
  }
}
