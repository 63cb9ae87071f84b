import LinearOptimization
import Testing

@Suite("Validation")
struct ValidationTests {
  @Test("passes infinite bounds, free rows and bounds the wrong way round")
  func sound() throws {
    var model = LinearModel()
    let free = model.addVariable(lower: -.infinity, upper: .infinity, cost: -1)
    _ = model.addVariable(lower: 3, upper: 2)
    model.addConstraint(.between(-.infinity, .infinity), 1 * free)
    model.addConstraint(.between(4, 1), 1 * free)
    try model.validate()
  }

  @Test("names the variable, its owner and step", arguments: [Double.nan, .infinity, -.infinity])
  func cost(value: Double) {
    var model = LinearModel()
    model.label = Label(owner: model.owner(named: "battery"), step: 5)
    let variable = model.addVariable(cost: value)
    let defect = refusal(of: model)
    #expect(defect?.role == .cost)
    #expect(defect?.place == model.place(of: variable))
    #expect(defect?.description == "cost of variable 0 (battery, step 5) is \(value): give a finite number")
  }

  @Test("refuses bounds of a variable that are no number or on the wrong side")
  func variableBounds() {
    #expect(refusal { _ = $0.addVariable(lower: .nan) }?.role == .lowerBound)
    #expect(refusal { _ = $0.addVariable(lower: .infinity) }?.role == .lowerBound)
    #expect(refusal { _ = $0.addVariable(upper: .nan) }?.role == .upperBound)
    #expect(refusal { _ = $0.addVariable(lower: -.infinity, upper: -.infinity) }?.role == .upperBound)
  }

  @Test("refuses bounds of a row that are no number or on the wrong side")
  func rowBounds() {
    #expect(refusal { $0.addConstraint(.equal(.nan)) }?.role == .lowerBound)
    #expect(refusal { $0.addConstraint(.atLeast(.infinity)) }?.role == .lowerBound)
    #expect(refusal { $0.addConstraint(.atMost(-.infinity)) }?.role == .upperBound)
  }

  @Test("names row and variable of a coefficient")
  func coefficient() {
    var model = LinearModel()
    let x = model.addVariable()
    let y = model.addVariable()
    model.addConstraint(.equal(0), 1 * x)
    model.label = Label(owner: model.owner(named: "heat balance"), step: 2)
    let row = model.addConstraint(.equal(0), 1 * x, .infinity * y)
    let defect = refusal(of: model)
    #expect(defect?.role == .coefficient(y))
    #expect(defect?.place == model.place(of: row))
    #expect(
      defect?.description == "coefficient of variable 1 in row 1 (heat balance, step 2) is inf: give a finite number")
  }

  @Test("refuses an offset that is no number")
  func offset() {
    #expect(refusal { $0.addOffset(.nan) }?.role == .offset)
  }

  @Test("refuses options out of range")
  func options() throws {
    try SolveOptions().validate()
    #expect(throws: SolverError.self) { try SolveOptions(timeLimit: .seconds(-1)).validate() }
    for change: (inout SolveOptions) -> Void in [
      { $0.relativeGap = -0.1 }, { $0.relativeGap = .nan }, { $0.absoluteGap = -1 }, { $0.feasibilityTolerance = 0 },
      { $0.integralityTolerance = .infinity }, { $0.threads = 0 }, { $0.randomSeed = -1 },
    ] {
      var options = SolveOptions()
      change(&options)
      #expect(throws: SolverError.self) { try options.validate() }
    }
  }

  private func refusal(of model: LinearModel) -> ModelDefect? {
    do throws(SolverError) {
      try model.validate()
      return nil
    } catch {
      guard case .invalidModel(let defect) = error else { return nil }
      return defect
    }
  }

  private func refusal(adding part: (inout LinearModel) -> Void) -> ModelDefect? {
    var model = LinearModel()
    part(&model)
    return refusal(of: model)
  }
}
