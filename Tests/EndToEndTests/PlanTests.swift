import Foundation
import Testing

@Suite("The reference community's plan")
struct PlanTests {
  /// Two hours of the day are rehearsed and four weeks imported; the plan begins where the readings end.
  private static let start = "2016-06-28T02:00:00Z"

  @Test(
    "comes from readings over real Modbus TCP and imported weeks; powers balance and costs add up exactly, from the file of prices on"
  )
  func plan() async throws {
    let community = try CommunityCopy()
    let morning = try community.cutReadings(to: "morning.csv", until: Self.start)
    let rehearsal = try await ChildProcess.run(
      .collector, "run", community.path("collector.yaml"), "--rehearse", morning, "--store", community.path("readings.sqlite"))
    #expect(rehearsal.status == 0, "\(rehearsal.errors)")
    try await holdRehearsal(at: community, against: morning, saying: rehearsal.output)
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    let store = try await community.energyOpt("store").output
    #expect(store.contains("readings.sqlite: 74 series"))
    #expect(store.contains("community.sqlite: 45 series, 116640 quarter hours"))

    let text = try await community.energyOpt("plan", "--from", Self.start, "--hours", "24")
    #expect(text.status == 0)
    #expect(text.output.contains("proven optimal"))
    #expect(text.output.contains("batteries: measured 5"))
    let json = try await community.energyOpt("plan", "--from", Self.start, "--hours", "24", "--format", "json")
    let plan = try PlanJSON.read(json.output)
    #expect(plan.start == Self.start)
    #expect(plan.end == "2016-06-29T02:00:00Z")
    #expect(plan.status.provenOptimal)
    #expect(plan.breaches.isEmpty)
    #expect(plan.inputs.loads["history"] == 13)
    #expect(plan.inputs.batteries["measured"] == 5)
    #expect(plan.plan.costEur <= plan.standingRule.costEur)
    for site in plan.sites {
      #expect(site.costEur == site.gridCostEur + site.peakCostEur + site.wearCostEur - site.storedValueEur, "\(site.siteId)")
    }
    #expect(plan.sites.reduce(0) { $0 + $1.costEur } == plan.plan.costEur)

    let csv = try await community.energyOpt("plan", "--from", Self.start, "--hours", "24", "--format", "csv")
    try hold(CSVTable(csv.output), against: plan, of: community)
  }

  /// The readings at the file's own times are the file's values, to a step of the devices' registers.
  private func holdRehearsal(at community: CommunityCopy, against file: String, saying output: String) async throws {
    let stored = try await StoredReadings.read(community.path("readings.sqlite"))
    #expect(output.contains("\(stored.readings.count) readings, \(stored.readings.count) stored"))
    #expect(stored.integrity == "ok")
    let values = Dictionary(stored.readings.map { ("\($0.series) \($0.time)", $0.value) }) { first, _ in first }
    let table = try CSVTable(Checkout.text(file))
    var compared = 0
    for row in table.rows {
      let time = try Self.milliseconds(row[0])
      for (name, cell) in zip(table.header, row).dropFirst() {
        let series = name.prefix { $0 != " " }
        guard let value = values["\(series) \(time)"], let thousandths = decimal(cell, digits: 3) else { continue }
        let expected = name.hasSuffix("[%]") ? thousandths * 10 : thousandths
        #expect(
          abs(value - expected) <= registerStep(of: name) / 2, "\(series) at \(row[0]) is \(value), the file says \(expected)")
        compared += 1
      }
    }
    #expect(compared == 74 * table.rows.count)
  }

  /// The rows of the CSV: balance, energies, prices from the community's own file, costs and their sums.
  private func hold(_ csv: CSVTable, against plan: PlanJSON, of community: CommunityCopy) throws {
    let prices = try CSVTable(Checkout.text(community.path("prices.csv")))
    let spot = Dictionary(uniqueKeysWithValues: prices.rows.map { ($0[0].prefix(13), decimal($0[1], digits: 3) ?? .min) })
    let fixed = ["bus-06", "bus-07", "bus-09", "bus-13", "bus-14"]
    var balance: [String: Int64] = [:]
    var cost: [String: Int64] = [:]
    var taken: Int64 = 0
    var given: Int64 = 0
    for row in csv.rows {
      let (start, site, role) = (row[0], row[2], row[4])
      let power = try #require(decimal(row[5], digits: 6))
      let energy = try #require(decimal(row[6], digits: 6))
      #expect(abs(energy * 4 - power) <= 2, "a quarter hour's energy is a quarter of the power, rounded once")
      guard role == "grid" else {
        balance["\(start) \(site)", default: 0] += power
        continue
      }
      #expect(balance["\(start) \(site)"] == power, "\(site) at \(start): the assets' sum is not the grid's power")
      let price = try #require(decimal(row[8], digits: 6))
      let expected: Int64
      if energy <= 0 {
        expected = 78_600  // 7.86 ct/kWh for all
      } else if fixed.contains(site) {
        expected = 320_000  // 32 ct/kWh
      } else {
        // EUR/MWh with three decimals are micro-euros a kWh; 18 ct come on top.
        expected = try #require(spot[start.prefix(13)]) + 180_000
      }
      #expect(price == expected, "\(site) at \(start)")
      let money = try #require(decimal(row[9], digits: 6))
      #expect(
        abs(energy * price - money * 1_000_000) <= 500_000, "\(site) at \(start): the cost is energy times price, rounded once")
      cost[site, default: 0] += money
      if energy > 0 { taken += energy } else { given -= energy }
    }
    #expect(csv.rows.count == balance.count + csv.rows.count { $0[4] != "grid" })
    #expect(balance.count == 96 * plan.sites.count)
    for site in plan.sites {
      #expect(cost[site.siteId].map { Decimal($0) / 1_000_000 } == site.gridCostEur, "\(site.siteId)")
    }
    #expect(Decimal(taken) / 1_000_000 == plan.plan.gridImportKwh)
    #expect(Decimal(given) / 1_000_000 == plan.plan.gridExportKwh)
  }

  private static func milliseconds(_ text: String) throws -> Int64 {
    Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970) * 1000
  }
}
