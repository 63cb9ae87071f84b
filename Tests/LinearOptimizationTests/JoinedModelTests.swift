import LinearOptimization
import Testing

@Suite("Models joined to one")
struct JoinedModelTests {
  @Test("keep variables, rows, costs and preferences, and share owners of one name")
  func joined() {
    func model(cost: Double) -> LinearModel {
      var model = LinearModel()
      model.label = Label(owner: model.owner(named: "battery"), step: 0)
      let flow = model.addVariable(upper: 5, cost: cost)
      let state = model.addBinary()
      model.addConstraint(.atMost(0), 1 * flow, -5 * state)
      model.prefer([1 * flow])
      model.addOffset(1)
      return model
    }
    var both = model(cost: 2)
    let start = both.append(model(cost: 3))
    #expect(start == 2)
    #expect(both.costs == [2, 0, 3, 0])
    #expect(both.upperBounds == [5, 1, 5, 1])
    #expect(both.preferences == [1, 0, 1, 0])
    #expect(both.offset == 2)
    #expect(both.integerCount == 2)
    #expect(both.ownerNames == ["battery"])
    #expect(both.rowMatrix().columns == [0, 1, 2, 3])
    #expect(both.rowMatrix().rowStarts == [0, 2, 4])
    #expect(both.continuousVariables(of: "battery", step: 0).map(\.index) == [0, 2])
    #expect(both.continuousVariables(of: "car", step: 0).isEmpty)
  }

  @Test("a model with its whole variables fixed is a linear program with the same rows")
  func fixed() {
    var model = LinearModel()
    let flow = model.addVariable(upper: 5, cost: 2)
    let state = model.addBinary()
    model.addConstraint(.atMost(0), 1 * flow, -5 * state)
    model.prefer([1 * flow])
    let fixed = model.withWholesFixed(at: [3.2, 0.9999999])
    #expect(!fixed.hasIntegers)
    #expect(fixed.lowerBounds == [0, 1])
    #expect(fixed.upperBounds == [5, 1])
    #expect(fixed.preferences.isEmpty)
    #expect(fixed.rowMatrix() == model.rowMatrix())
  }
}
