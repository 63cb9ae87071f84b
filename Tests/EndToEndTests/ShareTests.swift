import Foundation
import Testing

@Suite("The reference community's shares")
struct ShareTests {
  /// What a day's rows of `history.csv` say, in Wh: a row a quarter hour.
  private struct Day {
    let members: [String]
    /// What each member takes.
    let imports: [[Int64]]
    /// What all sites give together.
    let exports: [Int64]

    /// The local day of Berlin that begins at `start`.
    init(_ community: CommunityCopy, from start: String, until end: String) throws {
      let table = try CSVTable(Checkout.text(community.path("history.csv")))
      let rows = table.rows.filter { (start..<end).contains($0[0]) }
      func columns(_ ending: String) -> [Int] { table.header.indices.filter { table.header[$0].hasSuffix(ending) } }
      let taken = columns("-GRID.energy_import [Wh]")
      // `B05-GRID` is m05's.
      members = taken.map { "m" + table.header[$0].dropFirst().prefix(2) }
      imports = rows.map { row in taken.map { Int64(row[$0]) ?? 0 } }
      exports = rows.map { row in columns("-GRID.energy_export [Wh]").reduce(0) { $0 + (Int64(row[$1]) ?? 0) } }
    }
  }

  private struct Sums: Decodable {
    let rule: String
    let generationKwh: Decimal
    let surplusKwh: Decimal
    let usedKwh: Decimal
    let ownKwh: Decimal
    let members: [Member]
    let less: Int?

    struct Member: Decodable {
      let memberId: String
      let usedKwh: Decimal
      let ownKwh: Decimal
      let boughtKwh: Decimal
    }
  }

  private struct Answer: Decodable {
    let quarterHours: Int
    let heldQuarterHours: Int
    let shares: Sums?
    let rules: [Sums]?
  }

  private func imported() async throws -> CommunityCopy {
    let community = try CommunityCopy()
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    return community
  }

  @Test("of a day are what the file's rows give in proportion to use, to the mWh a quarter hour, and add up")
  func day() async throws {
    let community = try await imported()
    let day = try Day(community, from: "2016-06-09T22:00:00Z", until: "2016-06-10T22:00:00Z")
    let told = try Answer.read(try await community.energyOpt("share", "--day", "2016-06-10", "--format", "json").output)
    let shares = try #require(told.shares)
    #expect((told.quarterHours, told.heldQuarterHours, day.exports.count) == (96, 0, 96))
    let kilo = { (wattHours: Int64) in Decimal(wattHours) / 1000 }
    let shared = zip(day.imports, day.exports).reduce(Int64(0)) { $0 + min($1.0.reduce(0, +), $1.1) }
    #expect(shares.generationKwh == kilo(day.exports.reduce(0, +)))
    #expect(shares.ownKwh == kilo(shared))
    #expect(shares.surplusKwh == shares.generationKwh - shares.ownKwh)
    #expect(shares.members.map(\.memberId) == day.members)
    #expect(shares.members.reduce(Decimal(0)) { $0 + $1.ownKwh } == shares.ownKwh)
    for (place, member) in shares.members.enumerated() {
      #expect(member.usedKwh == kilo(day.imports.reduce(0) { $0 + $1[place] }))
      #expect(member.ownKwh + member.boughtKwh == member.usedKwh)
      // Fractions in Double: 96 quarter hours, each rounded by less than 1 mWh.
      let exact = zip(day.imports, day.exports).reduce(0.0) { sum, row in
        let all = Double(row.0.reduce(0, +))
        return all > 0 ? sum + Double(row.0[place]) * min(1, Double(row.1) / all) : sum
      }
      #expect(abs(NSDecimalNumber(decimal: member.ownKwh).doubleValue - exact / 1000) < 96e-6, "\(member.memberId)")
    }
    let csv = try CSVTable(try await community.energyOpt("share", "--day", "2016-06-10", "--format", "csv").output)
    #expect(try csv["own_kwh"].map { Decimal(string: $0) } == shares.members.map(\.ownKwh))
  }

  @Test("are explained for a member, compared with other rules, and refused where nothing can be meant")
  func words() async throws {
    let community = try await imported()
    let noon = "2016-06-10T10:15:00Z"
    let why = try await community.energyOpt("share", "--explain", "m09", noon, "--lang", "de")
    #expect(why.status == 0)
    #expect(why.output.contains("10.06.2016 12:15 · nach Verbrauch der Viertelstunde"))
    // With a daily cap a single quarter hour is shared too.
    let capped = try community.variant(
      "capped.yaml", replacing: "rule: dynamic", with: "rule: dynamic\n  daily_caps: {m09: 1 kWh}", behind: "\nsharing:")
    let noonShares = try Answer.read(
      try await community.energyOpt("share", "-c", capped, "--at", noon, "--format", "json").output)
    #expect(noonShares.quarterHours == 1)
    #expect(try #require(noonShares.shares?.members.first { $0.memberId == "m09" }).ownKwh == 0)
    let rules = try #require(
      try Answer.read(
        try await community.energyOpt(
          "share", "--day", "2016-06-10", "--compare", "equal,waterfill,static", "--key", "m01=50", "--format", "json"
        ).output
      ).rules)
    #expect(rules.map(\.rule) == ["dynamic", "equal", "waterfill", "static"])
    // What one level gives in all is what use gives in all; keys that nobody uses give less.
    #expect(rules[2].ownKwh == rules[0].ownKwh)
    #expect(rules[3].ownKwh < rules[0].ownKwh)
    #expect(rules[3].members.filter { $0.ownKwh > 0 }.map(\.memberId) == ["m01"])
    for (arguments, status) in [
      (["--day", "2016-06-10", "--compare", "static"], 64), (["--day", "2016-06-10", "--compare", "fair"], 64),
      (["--explain", "m09"], 64), (["--explain", "m09", noon, "--day", "2016-06-10"], 64), (["--explain", "m99", noon], 64),
      ([], 64),
      (["--explain", "m09", "2020-01-01T00:00:00Z"], 1),
    ] as [([String], Int32)] {
      let refused = try await ChildProcess(Checkout.program(.energyOpt), ["share", "-c", community.file] + arguments).end()
      #expect(refused.status == status, "\(arguments): \(refused.output)")
    }
  }
}
