import CHighs
import LinearOptimization

/// One HiGHS problem and solver in memory: created on `init`, freed at the end of its scope.
struct HighsInstance: ~Copyable {
  /// How a run ended, in this room's terms.
  enum Ending: Equatable {
    case optimal
    case infeasible
    case unbounded
    case infeasibleOrUnbounded
    /// At a limit of time or iterations, perhaps with a point.
    case stopped
    case failed(String)
  }

  /// A point as HiGHS reports it. The duals are empty unless there are any.
  struct Point {
    var values: [Double]
    var reducedCosts: [Double]
    var constraintDuals: [Double]
  }

  /// Version of the library, without HiGHS's leading "v" where it has one.
  static var version: String {
    let text = String(cString: Highs_version())
    return text.hasPrefix("v") ? String(text.dropFirst()) : text
  }

  private let highs: UnsafeMutableRawPointer
  /// HiGHS keeps its worker threads for the calling thread, and refuses another number of them until they are released.
  private let hasWorkers: Bool

  /// An empty problem. No other solve may be under way in this process if `threads` is above 1: HiGHS's own rule.
  /// - Throws: `SolverError.unavailable` if HiGHS does not start.
  init(threads: Int) throws(SolverError) {
    if threads > 1 { Highs_resetGlobalScheduler(1) }
    guard let created = Highs_create() else { throw .unavailable("HiGHS did not start") }
    hasWorkers = threads > 1
    highs = created
  }

  deinit {
    Highs_destroy(highs)
    if hasWorkers { Highs_resetGlobalScheduler(1) }
  }
}

// MARK: - Handing over

extension HighsInstance {
  /// Sets `options`, and silence.
  /// - Throws: `SolverError.unavailable` if this HiGHS does not know one of the options.
  func apply(_ options: SolveOptions) throws(SolverError) {
    try accept("output_flag", Highs_setBoolOptionValue(highs, "output_flag", 0))
    try set("time_limit", options.timeLimit.map { $0 / .seconds(1) } ?? .infinity)
    try set("mip_rel_gap", options.relativeGap)
    try set("mip_abs_gap", options.absoluteGap)
    try set("primal_feasibility_tolerance", options.feasibilityTolerance)
    try set("dual_feasibility_tolerance", options.feasibilityTolerance)
    try set("mip_feasibility_tolerance", options.integralityTolerance)
    try set("threads", options.threads)
    try set("random_seed", options.randomSeed)
    // It looks for a first feasible point, which models with priced wishes have at hand: a fifth of a small model's time for nothing.
    // Versions that do not know it do not do it.
    Highs_setBoolOptionValue(highs, "mip_heuristic_run_feasibility_jump", 0)
  }

  private func set(_ option: String, _ value: Double) throws(SolverError) {
    try accept(option, Highs_setDoubleOptionValue(highs, option, value))
  }

  private func set(_ option: String, _ value: Int) throws(SolverError) {
    try accept(option, Highs_setIntOptionValue(highs, option, HighsInt(value)))
  }

  private func accept(_ option: String, _ status: HighsInt) throws(SolverError) {
    guard status == kHighsStatusOk else {
      throw .unavailable("HiGHS \(Self.version) does not take the option \(option)")
    }
  }

  /// Hands over `model`, row by row.
  /// - Throws: `SolverError.refused` if HiGHS does not take its numbers.
  func load(_ model: LinearModel) throws(SolverError) {
    let matrix = model.rowMatrix()
    let integrality: [HighsInt]? =
      model.hasIntegers
      ? model.domains.map { $0 == .integer ? kHighsVarTypeInteger : kHighsVarTypeContinuous } : nil
    let status = Highs_passModel(
      highs, HighsInt(model.variableCount), HighsInt(model.constraintCount), HighsInt(matrix.columns.count), 0,
      kHighsMatrixFormatRowwise, kHighsHessianFormatTriangular, kHighsObjSenseMinimize, model.offset,
      model.costs, model.lowerBounds, model.upperBounds, model.rowLowerBounds, model.rowUpperBounds,
      matrix.rowStarts, matrix.columns, matrix.coefficients, nil, nil, nil, integrality)
    guard status != kHighsStatusError else {
      throw .refused("HiGHS takes no coefficient of 1e15 or more")
    }
  }

  /// Gives the variables at `positions` these values and no others.
  /// - Throws: `SolverError.refused` if HiGHS does not take the change.
  func fix(columns positions: [Int], at values: [Double]) throws(SolverError) {
    guard !positions.isEmpty else { return }
    let status = Highs_changeColsBoundsBySet(highs, HighsInt(positions.count), positions.map { HighsInt($0) }, values, values)
    guard status == kHighsStatusOk else { throw .refused("HiGHS does not take fixed values") }
  }

  /// Gives the rows at `positions` these sums and no others.
  /// - Throws: `SolverError.refused` if HiGHS does not take the change.
  func fix(rows positions: [Int], at sums: [Double]) throws(SolverError) {
    guard !positions.isEmpty else { return }
    let status = Highs_changeRowsBoundsBySet(highs, HighsInt(positions.count), positions.map { HighsInt($0) }, sums, sums)
    guard status == kHighsStatusOk else { throw .refused("HiGHS does not take fixed sums") }
  }

  /// Lets whole variables take any number; those that are fixed stay whole.
  /// - Throws: `SolverError.refused` if HiGHS does not take the change.
  func relax(columns positions: [Int]) throws(SolverError) {
    guard !positions.isEmpty else { return }
    let continuous = [HighsInt](repeating: kHighsVarTypeContinuous, count: positions.count)
    let status = Highs_changeColsIntegralityBySet(
      highs, HighsInt(positions.count), positions.map { HighsInt($0) }, continuous)
    guard status == kHighsStatusOk else { throw .refused("HiGHS does not take continuous variables") }
  }

  /// Replaces what a unit of each variable costs.
  /// - Throws: `SolverError.refused` if HiGHS does not take the change.
  func change(costs: [Double]) throws(SolverError) {
    guard Highs_changeColsCostByRange(highs, 0, HighsInt(costs.count - 1), costs) == kHighsStatusOk else {
      throw .refused("HiGHS does not take other costs")
    }
  }

  /// Makes every point of the loaded `model` cost nothing.
  /// - Throws: `SolverError.refused` if HiGHS does not take the change.
  func dropCosts(of model: LinearModel) throws(SolverError) {
    try change(costs: [Double](repeating: 0, count: model.variableCount))
  }
}

// MARK: - Beginning where an earlier solve ended

extension HighsInstance {
  /// Begins the next run at `start`, as far as it fits the loaded `model`; what HiGHS cannot use is left.
  func begin(at start: WarmStart, of model: LinearModel) {
    if model.hasIntegers {
      guard start.values.count == model.variableCount else { return }
      Highs_setSolution(highs, start.values, nil, nil, nil)
    } else if let basis = start.basis, basis.variables.count == model.variableCount,
      basis.constraints.count == model.constraintCount
    {
      Highs_setBasis(highs, basis.variables.map { HighsInt($0.rawValue) }, basis.constraints.map { HighsInt($0.rawValue) })
    }
  }

  /// The basis that the last run ended at; nil where there is none.
  func basis() -> Basis? {
    let columns = Int(Highs_getNumCol(highs))
    let rows = Int(Highs_getNumRow(highs))
    guard integer("basis_validity") == kHighsBasisValidityValid else { return nil }
    var ofColumns = [HighsInt](repeating: 0, count: columns)
    var ofRows = [HighsInt](repeating: 0, count: rows)
    guard Highs_getBasis(highs, &ofColumns, &ofRows) != kHighsStatusError else { return nil }
    let status = { (code: HighsInt) in Basis.Status(rawValue: UInt8(code)) ?? .nonbasic }
    return Basis(variables: ofColumns.map(status), constraints: ofRows.map(status))
  }
}

// MARK: - Running

extension HighsInstance {
  /// Solves what is loaded. The clocks start anew, so the time limit is that of this run.
  func run() -> Ending {
    Highs_zeroAllClocks(highs)
    let status = Highs_run(highs)
    let ending = Self.ending(Highs_getModelStatus(highs))
    if status == kHighsStatusError, ending == .optimal || ending == .stopped {
      return .failed("HiGHS ended with an error")
    }
    return ending
  }

  /// The same, and tells of each better point of a model with integers, with the bound proved so far and the time it took.
  func run(isTold: Bool, whenBetter: (_ values: [Double], _ bestBound: Double, _ time: Duration) -> Void) -> Ending {
    guard isTold else { return run() }
    return withoutActuallyEscaping(whenBetter) { whenBetter in
      let listener = ImprovementListener(columns: Int(Highs_getNumCol(highs)), whenBetter)
      return withExtendedLifetime(listener) {
        let told: HighsCCallbackType = { _, _, report, _, listener in
          guard let report, let listener else { return }
          Unmanaged<ImprovementListener>.fromOpaque(listener).takeUnretainedValue().hear(report.pointee)
        }
        guard Highs_setCallback(highs, told, Unmanaged.passUnretained(listener).toOpaque()) == kHighsStatusOk,
          Highs_startCallback(highs, kHighsCallbackMipImprovingSolution) == kHighsStatusOk
        else { return run() }
        defer { Highs_stopCallback(highs, kHighsCallbackMipImprovingSolution) }
        return run()
      }
    }
  }

  private static func ending(_ modelStatus: HighsInt) -> Ending {
    switch modelStatus {
    case kHighsModelStatusOptimal: .optimal
    case kHighsModelStatusInfeasible: .infeasible
    case kHighsModelStatusUnbounded: .unbounded
    case kHighsModelStatusUnboundedOrInfeasible: .infeasibleOrUnbounded
    case kHighsModelStatusTimeLimit, kHighsModelStatusIterationLimit, kHighsModelStatusSolutionLimit,
      kHighsModelStatusInterrupt:
      .stopped
    case kHighsModelStatusLoadError: .failed("HiGHS could not load the model")
    case kHighsModelStatusModelError: .failed("HiGHS found an error in the model")
    case kHighsModelStatusPresolveError: .failed("HiGHS failed in presolve")
    case kHighsModelStatusSolveError: .failed("HiGHS failed while solving")
    case kHighsModelStatusPostsolveError: .failed("HiGHS failed in postsolve")
    // Numerical trouble, mostly. Later versions of HiGHS may know codes that this list does not.
    default: .failed("HiGHS ended without an answer (model status \(modelStatus))")
    }
  }
}

// MARK: - Reading back

extension HighsInstance {
  /// Wall-clock time of the last run.
  var runTime: Duration { .seconds(Highs_getRunTime(highs)) }

  /// Simplex iterations of the last run; 0 where HiGHS counted none.
  var simplexIterations: Int { max(0, Int(integer("simplex_iteration_count") ?? 0)) }

  /// Proved lower bound of a model with integers; `-.infinity` where there is none, and for an LP, of which HiGHS reports none.
  func bestBound(of model: LinearModel) -> Double {
    guard model.hasIntegers, let bound = number("mip_dual_bound"), !bound.isNaN else { return -.infinity }
    return bound
  }

  /// The point that the last run ended at; nil unless HiGHS calls it feasible.
  func point() -> Point? {
    guard integer("primal_solution_status") == kHighsSolutionStatusFeasible else { return nil }
    let hasDuals = integer("dual_solution_status") == kHighsSolutionStatusFeasible
    let columns = Int(Highs_getNumCol(highs))
    let rows = Int(Highs_getNumRow(highs))
    var point = Point(
      values: [Double](repeating: 0, count: columns), reducedCosts: [Double](repeating: 0, count: columns),
      constraintDuals: [Double](repeating: 0, count: rows))
    var rowSums = [Double](repeating: 0, count: rows)
    let status = Highs_getSolution(highs, &point.values, &point.reducedCosts, &rowSums, &point.constraintDuals)
    guard status != kHighsStatusError else { return nil }
    if !hasDuals {
      point.reducedCosts = []
      point.constraintDuals = []
    }
    return point
  }

  private func integer(_ info: String) -> HighsInt? {
    var value: HighsInt = 0
    return Highs_getIntInfoValue(highs, info, &value) == kHighsStatusError ? nil : value
  }

  private func number(_ info: String) -> Double? {
    var value = 0.0
    return Highs_getDoubleInfoValue(highs, info, &value) == kHighsStatusError ? nil : value
  }
}

/// Hears of better points while HiGHS runs.
private final class ImprovementListener {
  private let columns: Int
  private let tell: (_ values: [Double], _ bestBound: Double, _ time: Duration) -> Void

  init(columns: Int, _ tell: @escaping (_ values: [Double], _ bestBound: Double, _ time: Duration) -> Void) {
    self.columns = columns
    self.tell = tell
  }

  func hear(_ report: HighsCallbackDataOut) {
    guard let point = report.mip_solution else { return }
    let bound = report.mip_dual_bound
    tell(
      Array(UnsafeBufferPointer(start: point, count: columns)), bound.isNaN ? -.infinity : bound,
      .seconds(report.running_time))
  }
}
