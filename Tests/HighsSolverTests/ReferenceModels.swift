import Foundation
import HighsSolver
import LinearOptimization
import TestSupport
import Testing

/// Reference models kept beside the checkout, too large to be part of it: free MPS, and optima by other solvers.
private struct ReferenceModel: CustomTestStringConvertible, Sendable {
  /// What is known of a model; `objective` by HiGHS 1.15.1, confirmed by CBC 2.10.8.
  struct Expectation: Decodable, Sendable {
    let rows: Int
    let columns: Int
    let integers: Int
    let nonzeros: Int
    let objective: Double
    let bestBound: Double
    let constantInObjective: Double

    enum CodingKeys: String, CodingKey {
      case rows, columns, integers, nonzeros, objective
      case bestBound = "best_bound"
      case constantInObjective = "constant_in_objective"
    }
  }

  let name: String
  let expected: Expectation
  var testDescription: String { name }

  /// `../shared/cases` beside the checkout that this file is in.
  private static let cases = projectFile("../shared/cases").standardizedFileURL

  static let areThere = FileManager.default.fileExists(atPath: cases.appending(path: "expected/mps.json").path)

  static func all() throws -> [ReferenceModel] {
    guard areThere else { return [] }
    let file = try Data(contentsOf: cases.appending(path: "expected/mps.json"))
    let expectations = try JSONDecoder().decode([String: Expectation].self, from: file)
    return expectations.map { ReferenceModel(name: $0.key, expected: $0.value) }.sorted { $0.name < $1.name }
  }

  func read() throws -> LinearModel {
    let gzip = Process()
    let output = Pipe()
    gzip.executableURL = URL(filePath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", Self.cases.appending(path: "mps/\(name).mps.gz").path]
    gzip.standardOutput = output
    try gzip.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    gzip.waitUntilExit()
    return try MPSReader.model(from: text)
  }
}

/// All ten together take seven seconds in a debug build, most of it village_winter, the one large model with integers.
@Suite(
  "HiGHS on the reference models",
  .enabled(if: ReferenceModel.areThere, "the reference models (../shared/cases/mps) are not beside this checkout"))
struct ReferenceModels {
  @Test("reaches the optimum that two solvers agree on", arguments: try ReferenceModel.all())
  private func optimum(reference: ReferenceModel) throws {
    let expected = reference.expected
    let model = try reference.read()
    #expect(model.constraintCount == expected.rows)
    #expect(model.variableCount == expected.columns)
    #expect(model.integerCount == expected.integers)
    #expect(model.rowMatrix().columns.count == expected.nonzeros)
    #expect(model.offset == expected.constantInObjective)

    let solution = try HighsSolver().solve(model)
    let scale = max(1, abs(expected.objective))
    #expect(solution.status == .optimal)
    #expect(FeasibilityCheck(of: solution.values, in: model).holds(within: 1e-6))
    #expect(abs(solution.objective - expected.objective) <= (expected.integers == 0 ? 1e-6 : 1e-4) * scale)
    #expect(solution.objective >= expected.bestBound - 1e-6 * scale)
    #expect(solution.bestBound <= expected.objective + 1e-6 * scale)
  }
}
