import CaseFiles
import EnergySystems
import HighsSolver
import LinearOptimization
import Testing

@Suite("A case with rules of the grid")
struct GridCasesTests {
  private func solved(_ text: String) throws -> SystemOutcome {
    let system = try CaseFile(
      Array(#"{"steps": 2, "dt_h": 1, "buses": ["el"], "imports": [{"id": "grid", "bus": "el", "price": 0.1}], \#(text)}"#.utf8)
    ).system
    return try SystemSolver(HighsSolver()).solve(system)
  }

  @Test("bills a share of an earlier step's power")
  func lookBack() throws {
    // 10 kW, then 2: of the second step's charge at least 60 % of 10 are 6 kW. 12 kWh at 0.1, 6 kW at 5 EUR.
    let peak =
      #""peaks": [{"id": "p", "imports": ["grid"], "price": 5, "steps": [1], "look_back": {"share": 0.6, "steps": [0]}}]"#
    let outcome = try solved(#""demands": [{"bus": "el", "kw": [10, 2]}], "# + peak)
    #expect(outcome.schedule?.peaks == [6])
    #expect(abs(outcome.cost - 31.2) < 1e-6)
  }

  @Test("limits what stores take, and may be passed at a penalty")
  func penalty() throws {
    // 5 kWh for the store's end, at most 2 kW: 2 + 2 kWh and 1 kWh beyond, at 3 EUR.
    let limit = #""limits": [{"id": "l", "flows": ["s"], "max": 2, "penalty": 3}]"#
    let store = #""storages": [{"id": "s", "bus": "el", "kwh": 9, "charge_kw": 9, "discharge_kw": 9, "start": 0, "end_min": 5}]"#
    let outcome = try solved(store + ", " + limit)
    #expect(abs((outcome.levels.last?.objective ?? .nan) - (0.5 + 3)) < 1e-6)
    #expect(abs(outcome.cost - 0.5) < 1e-6)
  }
}
