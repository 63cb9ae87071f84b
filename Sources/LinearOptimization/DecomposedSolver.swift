/// Solves the independent blocks of a model one by one with another solver, and puts the whole together.
///
/// Seventeen houses that share no row are solved as seventeen small models; a model of one piece goes to the other solver as it is.
public struct DecomposedSolver<Inner: Solver>: Solver {
  private let inner: Inner
  private let leastBlockSize: Int

  /// Solves each block with `inner`; parts of fewer than `leastBlockSize` variables are solved together.
  public init(_ inner: Inner, leastBlockSize: Int = 1) {
    self.inner = inner
    self.leastBlockSize = leastBlockSize
  }

  /// Solves `model` block by block, the smallest first.
  ///
  /// A block may use the share of the time left that is its share of the variables left, but a twentieth at least; what it does
  /// not use, the others have. Blocks that ran out of time have a second go if that can give them twice the time or more.
  /// The absolute gap is shared out evenly. Should the sum of the blocks miss the gap asked for although each block
  /// reached it, the status is `.feasible`. The first infeasible block ends the solve: it settles the whole.
  /// - Throws: `SolverError` if model or options are not usable, or the inner solver is not there.
  public func solve(_ model: LinearModel, options: SolveOptions) throws(SolverError) -> Solution {
    try solve(model, options: options) { _ in }
  }

  /// The same; points of the whole are told once each block has one.
  public func solve(
    _ model: LinearModel, options: SolveOptions, whenBetter: (Solution) -> Void
  ) throws(SolverError) -> Solution {
    try model.validate()
    try options.validate()
    let decomposition = BlockDecomposition(of: model, leastSize: leastBlockSize)
    guard decomposition.blocks.count > 1 else {
      return try inner.solve(model, options: options, whenBetter: whenBetter)
    }
    let tell = { (blocks: [Solution]) in
      guard blocks.allSatisfy(\.status.hasValues) else { return }
      var whole = decomposition.merge(blocks)
      whole.status = .feasible
      whenBetter(whole)
    }
    var round = Round(blocks: decomposition.blocks, solver: inner, options: options)
    let bySize = decomposition.blocks.indices.sorted { round.size(of: $0) < round.size(of: $1) }
    let stopped = try round.solve(bySize, whenBetter: tell)
    _ = try round.solve(stopped, onlyWithTwiceTheTime: true, whenBetter: tell)

    var merged = decomposition.merge(round.solutions)
    if merged.status == .optimal, !options.accept(objective: merged.objective, bestBound: merged.bestBound) {
      merged.status = .feasible
    }
    return merged
  }
}

/// The blocks with their solutions so far, and the time that is left for them.
private struct Round<Inner: Solver> {
  private(set) var solutions: [Solution]
  private let blocks: [BlockDecomposition.Block]
  private let solver: Inner
  private var options: SolveOptions
  private let start: WarmStart?
  /// nil where there is no time limit.
  private var timeLeft: Duration?
  /// What each block was given last.
  private var timeGiven: [Duration]

  init(blocks: [BlockDecomposition.Block], solver: Inner, options: SolveOptions) {
    self.blocks = blocks
    self.solver = solver
    self.options = options
    self.options.absoluteGap = options.absoluteGap / Double(blocks.count)
    start = options.start
    timeLeft = options.timeLimit
    timeGiven = [Duration](repeating: .zero, count: blocks.count)
    solutions = [Solution](repeating: Solution(withoutValues: .limitReached), count: blocks.count)
  }

  /// Size by which time is shared out: a block's variables.
  func size(of block: Int) -> Int { blocks[block].variables.count }

  /// Solves the blocks at `indices` in this order, up to the first infeasible one; returns those that ran out of time.
  ///
  /// - Parameter whenBetter: is told of all blocks' solutions when one has a better point.
  mutating func solve(
    _ indices: [Int], onlyWithTwiceTheTime: Bool = false, whenBetter: ([Solution]) -> Void
  ) throws(SolverError) -> [Int] {
    var stopped: [Int] = []
    var sizeLeft = indices.reduce(0) { $0 + size(of: $1) }
    for index in indices {
      let share = max(0.05, Double(size(of: index)) / Double(max(1, sizeLeft)))
      sizeLeft -= size(of: index)
      options.timeLimit = timeLeft.map { $0 * share }
      if onlyWithTwiceTheTime, let limit = options.timeLimit, limit < timeGiven[index] * 2 { continue }
      options.start = start.map { blocks[index].part(of: $0) }
      let soFar = solutions
      let solution = try solver.solve(blocks[index].model, options: options) { better in
        var all = soFar
        all[index] = better
        whenBetter(all)
      }
      record(solution, at: index)
      switch solution.status {
      case .infeasible: return []
      case .feasible, .limitReached: if timeLeft != nil { stopped.append(index) }
      case .optimal, .unbounded, .infeasibleOrUnbounded, .failed: break
      }
    }
    return stopped
  }

  /// Takes over a block's solution; its effort adds to that of an earlier go.
  private mutating func record(_ solution: Solution, at index: Int) {
    timeGiven[index] = options.timeLimit ?? .zero
    timeLeft = timeLeft.map { max(.zero, $0 - solution.solveTime) }
    let earlier = solutions[index]
    solutions[index] = solution
    solutions[index].simplexIterations += earlier.simplexIterations
    solutions[index].solveTime += earlier.solveTime
  }
}
