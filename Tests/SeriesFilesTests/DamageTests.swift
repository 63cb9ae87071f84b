import Forecasting
import SeriesFiles
import TestSupport
import Testing

@Suite("Damaged files")
struct DamageTests {
  private static let samples = [
    "time,A.energy_import [kWh],B.active_power [kW],C [Wh]\n2026-10-25T00:00Z,1.5,-2,3\n2026-10-25T00:15Z,,4,5\n",
    "time;A [kWh];B [W]\r\n25.10.2026 02:00;1,5;2\r\n25.10.2026 02:30;3,25;4\r\n25.10.2026 02:00;5;6\r\n",
    "time,point,channel,value,unit\n2026-10-25T00:00Z,A,energy_import,\"1\",kWh\n2026-10-25T01:00Z,A,energy_import,2,kWh\n",
    "time,price [EUR/MWh]\n2026-10-25T00:00:00+02:00,9.80\n2026-10-25T01:00:00+02:00,-1e2\n",
    "month,daytype,slot,start_local,H25\n1,WT,0,00:00,20.126\n", "month,slot,start_utc,w_per_kwp\n1,0,00:00,0.0\n",
    "term,coefficient,applies_to,note\nt^4,-3.92e-10,\"H0,H25\",x\n", "date,country,subdivision,scope\n2026-01-01,DE,NW,public\n",
  ]
  /// What damage is made of: what means something to some reader, and what means nothing to any.
  private static let pieces =
    "0123456789.,;:-+TZe\"[] \n\r\tkWhtime".utf8.map { [$0] } + [
      [0], [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], Array("9999999999999999999".utf8), Array("9999-12-31T23:59Z".utf8),
      Array("0000-01-01T00:00Z".utf8), Array("-9223372036854775808".utf8), Array("\n\n".utf8), Array("\"\"\"".utf8),
    ]

  @Test("are read or refused with a place, whatever the damage", arguments: UInt64(1)...8)
  func randomDamage(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var reader = SeriesFileReader(calendar: try berlin())
    for round in 0..<250 {
      var bytes = Array(try #require(Self.samples.randomElement(using: &random)).utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...4, using: &random))
        bytes.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &random) ?? [])
      }
      let input = CSVFile(name: "damaged.csv", bytes: bytes)
      reader.badLines = round % 2 == 0 ? .refuse : .skip
      reader.stamp = round % 3 == 0 ? .end : .start
      let attempts: [() throws -> Void] = [
        { try reader.readings(from: input) { _ in } }, { _ = try reader.intervalEnergies(from: input) },
        { _ = try reader.prices(from: input) }, { _ = try reader.forecasts(from: input) },
        { _ = try LoadProfileTable(file: input) }, { _ = try GenerationShape(file: input) },
        { _ = try Dynamisation(file: input) },
        { _ = try HolidayTable(file: input) },
      ]
      for attempt in attempts {
        do {
          try attempt()
        } catch {
          let failure = try #require(error as? SeriesFileErrors, "seed \(seed), round \(round)")
          #expect(!failure.errors.isEmpty, "seed \(seed), round \(round)")
          #expect(failure.errors.allSatisfy { !$0.description.isEmpty }, "seed \(seed), round \(round)")
        }
      }
    }
  }
}
