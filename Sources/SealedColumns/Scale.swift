/// The step that all values of a column lie apart from its first: the greatest common divisor of the differences, 0 if they are all equal.
struct Scale: Hashable, Sendable {
  var first: Int64 = 0
  var step: UInt64 = 0

  /// The value of a number of steps.
  @inline(__always)
  func value(_ steps: Int64) -> Int64 { first &+ Int64(bitPattern: step) &* steps }
}

/// Finds the greatest common divisor of many numbers, quickly once it is found: whether it divides another number takes a product,
/// not a division (Granlund and Montgomery 1994, section 9; Lemire, Kaser and Kurz 2019).
struct CommonDivisor {
  private(set) var value: UInt64 = 0
  private var power: UInt64 = 0
  private var inverse: UInt64 = 0
  private var largestQuotient: UInt64 = 0

  init() {}

  init(_ value: UInt64) { become(value) }

  private mutating func become(_ divisor: UInt64) {
    value = divisor
    guard divisor > 0 else { return }
    power = UInt64(divisor.trailingZeroBitCount)
    // Newton's steps modulo 2^64: an odd number is its own inverse in three bits, each step doubles them.
    let odd = divisor >> power
    inverse = odd
    for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
    largestQuotient = .max / divisor
  }

  /// The whole number of times that the divisor goes into `number`, which must be a multiple; modulo 2^64.
  @inline(__always)
  func quotient(_ number: Int64) -> Int64 { (number &>> Int64(bitPattern: power)) &* Int64(bitPattern: inverse) }

  /// Takes in a further number.
  @inline(__always)
  mutating func take(_ number: UInt64) {
    let product = number &* inverse
    let turned = product &>> power | product &<< (64 &- power)
    guard value == 0 || turned > largestQuotient else { return }
    takeSlowly(number)
  }

  private mutating func takeSlowly(_ number: UInt64) {
    var (larger, smaller) = (number, value)
    while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
    if larger != value { become(larger) }
  }
}

/// What a pass over a column's values finds.
struct ColumnSurvey {
  let statistics: ColumnStatistics
  let scale: Scale

  /// Of at least one value.
  init(_ values: UnsafeBufferPointer<Int64>) {
    let first = values[0]
    var (minimum, maximum) = (first, first)
    var sum: Int128 = 0
    for value in values {
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum &+= Int128(value)
    }
    var divisor = CommonDivisor()
    if maximum.subtractingReportingOverflow(minimum).overflow {
      divisor = CommonDivisor(1)
    } else {
      for value in values where divisor.value != 1 { divisor.take((value &- first).magnitude) }
    }
    statistics = ColumnStatistics(
      count: values.count, first: first, last: values[values.count - 1], minimum: minimum, maximum: maximum, sum: sum)
    scale = Scale(first: first, step: divisor.value)
  }
}
