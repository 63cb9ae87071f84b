import CaseFiles
import EnergySystems
import Foundation
import HighsSolver
import LinearOptimization
import TestSupport
import Testing

/// `Cases/micro.json`: small cases with their optimum and the reasoning behind it, worked out by hand.
@Suite("A case worked out by hand")
struct MicroCasesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let why: String
    let bytes: [UInt8]
    let expected: [String: Double]

    var testDescription: String { "\(id): \(why)" }
  }

  static let cases: [Case] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/micro.json")
    guard let data = try? Data(contentsOf: url),
      let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [] }
    return list.compactMap { entry in
      guard let id = entry["id"] as? String, let why = entry["why"] as? String, let body = entry["case"],
        let bytes = try? JSONSerialization.data(withJSONObject: body), let expected = entry["expected"] as? [String: Double]
      else { return nil }
      return Case(id: id, why: why, bytes: [UInt8](bytes), expected: expected)
    }
  }()

  @Test("are all there")
  func all() { #expect(Self.cases.count == 26) }

  @Test("comes to its optimum", arguments: cases)
  func optimum(of micro: Case) throws {
    let system = try CaseFile(micro.bytes).system
    var options = SolveOptions()
    options.relativeGap = 0
    let outcome = try SystemSolver(HighsSolver()).solve(system, options: options)
    #expect(outcome.status == .optimal)
    for (figure, expected) in micro.expected {
      let found =
        switch figure {
        case "cost_eur": outcome.cost
        case "co2_kg": outcome.emissions
        case "objective": outcome.levels.last?.objective ?? .nan
        default: Double.nan
        }
      #expect(abs(found - expected) <= 1e-6 * max(1, abs(expected)), "\(figure) is \(found), expected \(expected)")
    }
  }
}
