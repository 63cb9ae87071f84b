/// A figure that holds for every step of a system, or one for each step.
public enum Series: Sendable, Equatable {
  /// The same in every step.
  case constant(Double)
  /// One a step, in order.
  case steps([Double])

  /// The figure of `step`, from 0; traps on a step that it does not have.
  public subscript(step: Int) -> Double {
    switch self {
    case .constant(let value): value
    case .steps(let values): values[step]
    }
  }

  /// How many steps it speaks of; nil where it holds for any number of them.
  public var count: Int? {
    switch self {
    case .constant: nil
    case .steps(let values): values.count
    }
  }

  /// The figures that occur in it.
  public var values: [Double] {
    switch self {
    case .constant(let value): [value]
    case .steps(let values): values
    }
  }
}

extension Series: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The same in every step.
  public init(floatLiteral value: Double) { self = .constant(value) }
  /// The same in every step.
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
  /// One figure a step.
  public init(arrayLiteral elements: Double...) { self = .steps(elements) }
}
