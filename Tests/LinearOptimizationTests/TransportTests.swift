import LinearOptimization
import Testing

@Suite("Models and solutions on their way to another process")
struct TransportTests {
  private var model: LinearModel {
    var model = LinearModel()
    let house = model.owner(named: "Haus Süd")
    model.label = Label(owner: house, step: 2)
    let charge = model.addVariable(lower: -1.5, upper: .infinity, cost: 0.25)
    let isOn = model.addBinary(cost: 3)
    model.label = Label()
    model.addConstraint(.atLeast(2), 1 * charge, -4 * isOn)
    model.addConstraint(.between(-7, 8), 2 * isOn)
    // A term that comes late to the first row.
    model.add(0.5 * isOn, to: Constraint(index: 0))
    model.addOffset(12)
    model.prefer([2 * charge])
    return model
  }

  @Test("a model arrives as it was, with its names, its preferences and its options")
  func wholeModel() throws {
    var options = SolveOptions(timeLimit: .milliseconds(1500))
    options.relativeGap = 0.02
    options.threads = 2
    options.randomSeed = 9
    options.start = WarmStart(
      basis: Basis(variables: [.basic, .upper], constraints: [.lower, .nonbasic]), values: [1, 0])
    let request = try #require(SolveRequest(bytes: SolveRequest(model, options: options).bytes))
    #expect(request.options == options)
    let arrived = request.model
    #expect(arrived.offset == 12)
    #expect(arrived.costs == [0.25, 3])
    #expect(arrived.preferences == [2, 0])
    #expect(arrived.lowerBounds == [-1.5, 0])
    #expect(arrived.upperBounds == [.infinity, 1])
    #expect(arrived.domains == [.continuous, .integer])
    #expect(arrived.integerCount == 1)
    #expect(arrived.rowLowerBounds == [2, -7])
    #expect(arrived.rowUpperBounds == [.infinity, 8])
    #expect(arrived.rowMatrix() == model.rowMatrix())
    #expect(arrived.place(of: Variable(index: 1)).description == "variable 1 (Haus Süd, step 2)")
    #expect(arrived.label(of: Constraint(index: 1)) == Label())
    let unlimited = SolveRequest(LinearModel(), options: SolveOptions())
    #expect(SolveRequest(bytes: unlimited.bytes)?.options.timeLimit == nil)
  }

  @Test("a solution arrives as it was, whatever its status")
  func solution() {
    let statuses: [SolveStatus] = [
      .optimal, .feasible, .infeasible, .unbounded, .infeasibleOrUnbounded, .limitReached, .failed("no more memory"),
    ]
    for status in statuses {
      var solution = Solution(
        status: status, objective: -3.5, bestBound: -.infinity, values: [1, 0.1 + 0.2], constraintDuals: [4], reducedCosts: [],
        simplexIterations: 77, solveTime: .milliseconds(40))
      #expect(Solution(bytes: solution.bytes) == solution)
      solution.basis = Basis(variables: [.basic, .zero], constraints: [.upper])
      #expect(Solution(bytes: solution.bytes) == solution)
    }
  }

  @Test("bytes that are cut off or go on are refused")
  func truncated() {
    let request = SolveRequest(model, options: SolveOptions()).bytes
    let solution = Solution(status: .optimal, objective: 1, bestBound: 1, values: [1, 2]).bytes
    for length in 0..<request.count { #expect(SolveRequest(bytes: Array(request[..<length])) == nil) }
    for length in 0..<solution.count { #expect(Solution(bytes: Array(solution[..<length])) == nil) }
    #expect(SolveRequest(bytes: request + [0]) == nil)
    #expect(Solution(bytes: solution + [0]) == nil)
  }
}
