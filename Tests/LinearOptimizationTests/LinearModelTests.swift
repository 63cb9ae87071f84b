import LinearOptimization
import Testing

@Suite("Linear model")
struct LinearModelTests {
  @Test("keeps variables and rows in the order they were added")
  func order() {
    var model = LinearModel()
    let charge = model.addVariable(upper: 5, cost: 0.01)
    let level = model.addVariable(lower: 1, upper: 10)
    let on = model.addBinary(cost: 2)
    let balance = model.addConstraint(.equal(3), 1 * level, -0.95 * charge)
    let limit = model.addConstraint(.atMost(0), [1 * charge, -5 * on])

    #expect([charge, level, on].map(\.index) == [0, 1, 2])
    #expect([balance, limit].map(\.index) == [0, 1])
    #expect(model.costs == [0.01, 0, 2])
    #expect(model.lowerBounds == [0, 1, 0])
    #expect(model.upperBounds == [5, 10, 1])
    #expect(model.domains == [.continuous, .continuous, .integer])
    #expect(model.integerCount == 1)
    #expect(model.rowLowerBounds == [3, -.infinity])
    #expect(model.rowUpperBounds == [3, 0])
  }

  @Test("turns each kind of row bound into a lower and an upper one")
  func rowBounds() {
    #expect(RowBounds.equal(2) == RowBounds.between(2, 2))
    #expect(RowBounds.atMost(2) == RowBounds.between(-.infinity, 2))
    #expect(RowBounds.atLeast(2) == RowBounds.between(2, .infinity))
  }

  @Test("adds costs and offsets up")
  func costs() {
    var model = LinearModel()
    let gas = model.addVariable(upper: 100, cost: 50)
    model.addCost(12, to: gas)
    model.addOffset(20)
    model.addOffset(-5)
    // (50 + 12) * 3 + 20 - 5 = 201
    #expect(model.objective(at: [3]) == 201)
  }

  @Test("labels what is added after the label is set")
  func labels() {
    var model = LinearModel()
    let unlabelled = model.addVariable()
    let battery = model.owner(named: "battery of house 3")
    model.label = Label(owner: battery, step: 12)
    let charge = model.addVariable()
    let limit = model.addConstraint(.atMost(5), 1 * charge)
    model.label = Label(owner: battery)
    let peak = model.addVariable()

    #expect(model.label(of: unlabelled) == Label())
    #expect(model.label(of: charge).owner == battery)
    #expect(model.label(of: charge).step == 12)
    #expect(model.label(of: limit).step == 12)
    #expect(model.label(of: peak).owner == battery)
    #expect(model.label(of: peak).step == nil)
    #expect(model.variableLabels.owners == [-1, 0, 0])
    #expect(model.variableLabels.steps == [-1, 12, -1])
  }

  @Test("knows an owner again by its name")
  func owners() {
    var model = LinearModel()
    let first = model.owner(named: "house 1")
    let second = model.owner(named: "house 2")
    #expect(first != second)
    #expect(model.owner(named: "house 1") == first)
    #expect(model.name(of: second) == "house 2")
    #expect(model.ownerNames == ["house 1", "house 2"])
  }

  @Test("says in words where a variable or row comes from")
  func places() {
    var model = LinearModel()
    let alone = model.addVariable()
    model.label = Label(step: 4)
    let row = model.addConstraint(.equal(0), 1 * alone)
    model.label = Label(owner: model.owner(named: "boiler"), step: 7)
    let heat = model.addVariable()
    #expect(model.place(of: alone).description == "variable 0")
    #expect(model.place(of: row).description == "row 0 (step 4)")
    #expect(model.place(of: heat).description == "variable 1 (boiler, step 7)")
  }
}
