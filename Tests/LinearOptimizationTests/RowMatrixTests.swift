import LinearOptimization
import Testing

@Suite("Coefficients row by row")
struct RowMatrixTests {
  @Test("has one more row start than rows, also of an empty model")
  func empty() {
    #expect(LinearModel().rowMatrix().rowStarts == [0])
    #expect(LinearModel().rowMatrix().columns.isEmpty)
  }

  @Test("brings terms that were added to rows in any order into row order")
  func anyOrder() {
    var model = LinearModel()
    let x = (0..<3).map { _ in model.addVariable() }
    let first = model.addConstraint(.equal(0))
    let second = model.addConstraint(.equal(0))
    let third = model.addConstraint(.equal(0), 7 * x[2])
    model.add(1 * x[0], to: second)
    model.add(2 * x[1], to: first)
    model.add(3 * x[2], to: second)
    model.add(4 * x[0], to: third)
    let matrix = model.rowMatrix()
    #expect(matrix.rowStarts == [0, 1, 3, 5])
    #expect(matrix.columns == [1, 0, 2, 2, 0])
    #expect(matrix.coefficients == [2, 1, 3, 7, 4])
  }

  @Test("adds up the terms of one variable in a row")
  func duplicates() {
    var model = LinearModel()
    let x = model.addVariable()
    let y = model.addVariable()
    model.addConstraint(.equal(0), 1 * x, 2 * y, 0.5 * x)
    model.addConstraint(.equal(0), 4 * y)
    let matrix = model.rowMatrix()
    #expect(matrix.rowStarts == [0, 2, 3])
    #expect(matrix.columns == [0, 1, 1])
    #expect(matrix.coefficients == [1.5, 2, 4])
    #expect(model.termCount == 4)
  }

  @Test("drops terms that are zero or cancel, and keeps rows that lose all")
  func cancelling() {
    var model = LinearModel()
    let x = model.addVariable()
    let y = model.addVariable()
    model.addConstraint(.equal(0), 1 * x, -1 * x)
    model.addConstraint(.equal(0), 0 * x, 3 * y)
    model.addConstraint(.equal(0), 2 * x, 1 * y, -2 * x, 5 * x)
    let matrix = model.rowMatrix()
    #expect(matrix.rowStarts == [0, 0, 1, 3])
    #expect(matrix.columns == [1, 0, 1])
    #expect(matrix.coefficients == [3, 5, 1])
  }
}
