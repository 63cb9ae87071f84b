/// The independent blocks of a model: parts that share no row, so that each can be solved alone.
///
/// Houses that trade only with the grid are such blocks. One shared row (a pool, a common peak) makes them one.
/// Solving blocks one by one is faster than the whole (simplex time grows with more than the square of the size)
/// and gives the same optimum: the objective is a sum over the blocks.
public struct BlockDecomposition: Sendable {
  /// A part of a model that shares no row with the rest.
  public struct Block: Sendable {
    /// The part as a model of its own: labels kept, offset 0 (the decomposition keeps that of the whole).
    public internal(set) var model: LinearModel
    /// For each variable of the part, the variable of the whole.
    public internal(set) var variables: [Variable]
    /// For each row of the part, the row of the whole.
    public internal(set) var constraints: [Constraint]
  }

  /// The blocks, in the order of their first variables. Variables that no row mentions and rows that mention no variable
  /// are together in one block, at the end.
  public let blocks: [Block]
  /// The whole model's offset, in the objective's unit.
  public let offset: Double
  private let variableCount: Int
  private let constraintCount: Int

  /// Finds the blocks of `model`, in time proportional to its size.
  ///
  /// Parts of fewer than `leastSize` variables are put together, in the order of their first variables, until they reach it: a house
  /// without a store falls into one part a step, and a solver call for each would cost more than solving it.
  public init(of model: LinearModel, leastSize: Int = 1) {
    offset = model.offset
    variableCount = model.variableCount
    constraintCount = model.constraintCount
    var membership = Membership(of: model)
    membership.bundle(leastSize: leastSize)
    blocks = membership.blockCount <= 1 ? [Block(whole: model)] : membership.split(model)
  }

  /// The solution of the whole from those of `blocks`, in the same order; traps unless there is one for each block.
  ///
  /// Objective and best bound are sums plus the offset, and the status is the worst. `.optimal` says that each block is: blocks with
  /// integers have a gap each, and where their objectives have different signs the sum's relative gap can be wider. Compare it.
  public func merge(_ solutions: [Solution]) -> Solution {
    precondition(solutions.count == blocks.count, "one solution for each block")
    let status = solutions.map(\.status).max { $0.severity < $1.severity } ?? .optimal
    let iterations = solutions.reduce(0) { $0 + $1.simplexIterations }
    let time = solutions.reduce(Duration.zero) { $0 + $1.solveTime }
    let bestBound =
      solutions.contains { $0.bestBound == -.infinity } ? -.infinity : solutions.reduce(offset) { $0 + $1.bestBound }
    guard status.hasValues else {
      return Solution(withoutValues: status, bestBound: bestBound, simplexIterations: iterations, solveTime: time)
    }
    var merged = Solution(
      status: status, objective: solutions.reduce(offset) { $0 + $1.objective }, bestBound: bestBound,
      values: [Double](repeating: 0, count: variableCount), simplexIterations: iterations, solveTime: time)
    if solutions.allSatisfy({ $0.basis != nil }) {
      merged.basis = Basis(
        variables: [Basis.Status](repeating: .nonbasic, count: variableCount),
        constraints: [Basis.Status](repeating: .basic, count: constraintCount))
    }
    let haveDuals = zip(blocks, solutions).allSatisfy { block, solution in
      solution.reducedCosts.count == block.variables.count && solution.constraintDuals.count == block.constraints.count
    }
    if haveDuals {
      merged.reducedCosts = [Double](repeating: 0, count: variableCount)
      merged.constraintDuals = [Double](repeating: 0, count: constraintCount)
    }
    for (block, solution) in zip(blocks, solutions) {
      for (local, variable) in block.variables.enumerated() {
        merged.values[variable.index] = solution.values[local]
        if haveDuals { merged.reducedCosts[variable.index] = solution.reducedCosts[local] }
        if let basis = solution.basis { merged.basis?.variables[variable.index] = basis.variables[local] }
      }
      for (local, constraint) in block.constraints.enumerated() {
        if haveDuals { merged.constraintDuals[constraint.index] = solution.constraintDuals[local] }
        if let basis = solution.basis { merged.basis?.constraints[constraint.index] = basis.constraints[local] }
      }
    }
    return merged
  }
}

extension BlockDecomposition.Block {
  /// The block's part of where the whole begins.
  func part(of start: WarmStart) -> WarmStart {
    WarmStart(
      basis: start.basis.map { basis in
        Basis(
          variables: variables.map { basis.variables[$0.index] }, constraints: constraints.map { basis.constraints[$0.index] })
      }, values: start.values.isEmpty ? [] : variables.map { start.values[$0.index] })
  }

  /// The only block of `model`.
  fileprivate init(whole model: LinearModel) {
    self.model = model
    self.model.offset = 0
    variables = (0..<model.variableCount).map { Variable(index: $0) }
    constraints = (0..<model.constraintCount).map { Constraint(index: $0) }
  }

  /// An empty block that knows the owners of `model`.
  fileprivate init(ownersOf model: LinearModel) {
    self.model = LinearModel()
    self.model.ownerNames = model.ownerNames
    self.model.ownersByName = model.ownersByName
    variables = []
    constraints = []
  }
}

/// Which block each variable and row of a model is in.
private struct Membership {
  private(set) var blockCount = 0
  private var blockOfVariable: [Int]
  private var blockOfRow: [Int]

  init(of model: LinearModel) {
    let unassigned = -1
    blockOfVariable = [Int](repeating: unassigned, count: model.variableCount)
    blockOfRow = [Int](repeating: unassigned, count: model.constraintCount)
    let entries = model.entries
    let nowhere: Int32 = -1
    var firstColumn = [Int32](repeating: nowhere, count: model.constraintCount)
    var isInRow = [Bool](repeating: false, count: model.variableCount)
    var groups = DisjointSets(count: model.variableCount)
    for entry in 0..<entries.count {
      let row = Int(entries.rows[entry])
      let column = entries.columns[entry]
      isInRow[Int(column)] = true
      if firstColumn[row] == nowhere {
        firstColumn[row] = column
      } else {
        groups.merge(firstColumn[row], column)
      }
    }
    // The representative is the group's least column, so it comes first and opens the block.
    for column in 0..<model.variableCount where isInRow[column] {
      let representative = Int(groups.representative(of: Int32(column)))
      if representative == column {
        blockOfVariable[column] = blockCount
        blockCount += 1
      } else {
        blockOfVariable[column] = blockOfVariable[representative]
      }
    }
    for row in 0..<model.constraintCount where firstColumn[row] != nowhere {
      blockOfRow[row] = blockOfVariable[Int(firstColumn[row])]
    }
    gatherTheUnconnected(unassigned)
  }

  /// Puts variables without rows and rows without variables into one last block.
  private mutating func gatherTheUnconnected(_ unassigned: Int) {
    guard blockOfVariable.contains(unassigned) || blockOfRow.contains(unassigned) else { return }
    for column in blockOfVariable.indices where blockOfVariable[column] == unassigned {
      blockOfVariable[column] = blockCount
    }
    for row in blockOfRow.indices where blockOfRow[row] == unassigned {
      blockOfRow[row] = blockCount
    }
    blockCount += 1
  }

  /// Puts blocks of fewer than `leastSize` variables together until they reach it, and numbers the blocks anew.
  mutating func bundle(leastSize: Int) {
    guard leastSize > 1, blockCount > 1 else { return }
    var sizes = [Int](repeating: 0, count: blockCount)
    for block in blockOfVariable { sizes[block] += 1 }
    var numbers = [Int](repeating: 0, count: blockCount)
    var openBundle: (number: Int, size: Int)?
    var next = 0
    for block in sizes.indices {
      if sizes[block] >= leastSize {
        numbers[block] = next
        next += 1
        continue
      }
      var bundle = openBundle ?? (next, 0)
      if openBundle == nil { next += 1 }
      numbers[block] = bundle.number
      bundle.size += sizes[block]
      openBundle = bundle.size >= leastSize ? nil : bundle
    }
    blockCount = next
    for column in blockOfVariable.indices { blockOfVariable[column] = numbers[blockOfVariable[column]] }
    for row in blockOfRow.indices { blockOfRow[row] = numbers[blockOfRow[row]] }
  }

  func split(_ model: LinearModel) -> [BlockDecomposition.Block] {
    var blocks = [BlockDecomposition.Block](repeating: .init(ownersOf: model), count: blockCount)
    var preferences = [[Double]](repeating: [], count: blockCount)
    var localColumn: [Int32] = []
    localColumn.reserveCapacity(model.variableCount)
    for column in 0..<model.variableCount {
      let block = blockOfVariable[column]
      blocks[block].model.label = model.variableLabels[column]
      let local = blocks[block].model.addVariable(
        lower: model.lowerBounds[column], upper: model.upperBounds[column], cost: model.costs[column],
        domain: model.domains[column])
      localColumn.append(local.position)
      blocks[block].variables.append(Variable(index: column))
      if !model.preferences.isEmpty { preferences[block].append(model.preferences[column]) }
    }
    for block in blocks.indices { blocks[block].model.preferences = preferences[block] }
    var localRow: [Int32] = []
    localRow.reserveCapacity(model.constraintCount)
    for row in 0..<model.constraintCount {
      let block = blockOfRow[row]
      blocks[block].model.label = model.constraintLabels[row]
      let local = blocks[block].model.addConstraint(.between(model.rowLowerBounds[row], model.rowUpperBounds[row]))
      localRow.append(local.position)
      blocks[block].constraints.append(Constraint(index: row))
    }
    let entries = model.entries
    for entry in 0..<entries.count {
      let row = Int(entries.rows[entry])
      let column = Int(entries.columns[entry])
      blocks[blockOfRow[row]].model.entries.append(
        row: localRow[row], column: localColumn[column], coefficient: entries.coefficients[entry])
    }
    return blocks
  }
}
