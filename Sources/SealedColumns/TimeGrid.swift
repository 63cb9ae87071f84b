/// The grid that a chunk's times lie on or near: the first time and a step.
struct TimeGrid {
  /// At least 1; modulo 2^64 where times span more than half of all numbers.
  let step: UInt64

  /// The grid of increasing `times`, at least two: the usual distance, corrected by the whole span.
  init(_ times: [Int64]) {
    let stride = max(1, (times.count - 1) / 31)
    let distances = Swift.stride(from: 1, to: times.count, by: stride).map { UInt64(bitPattern: times[$0] &- times[$0 - 1]) }
      .sorted()
    let usual = distances[distances.count / 2]
    var steps: UInt64 = 0
    for place in 1..<times.count {
      let distance = times[place] &- times[place - 1]
      // Nearly always one step, which takes no division to see.
      let isOne = (distance &- Int64(bitPattern: usual)).magnitude < usual / 2
      steps &+= isOne ? 1 : Self.rounded(UInt64(bitPattern: distance), by: usual)
    }
    let span = UInt64(bitPattern: times[times.count - 1] &- times[0])
    step = steps == 0 ? usual : max(1, Self.rounded(span, by: steps))
  }

  private static func rounded(_ number: UInt64, by divisor: UInt64) -> UInt64 {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder >= divisor - divisor / 2 ? quotient + 1 : quotient
  }

  /// Whether each of `times` but the first is a step after the one before.
  func isExact(for times: [Int64]) -> Bool {
    times.indices.dropFirst().allSatisfy { UInt64(bitPattern: times[$0] &- times[$0 - 1]) == step }
  }

  /// For each time but the first, how many steps beyond the one expected after the time before it is (missed samples), and how far
  /// it is from there.
  func places(of times: [Int64]) -> (missed: [Int64], errors: [Int64]) {
    var missed: [Int64] = []
    var errors: [Int64] = []
    missed.reserveCapacity(times.count)
    errors.reserveCapacity(times.count)
    var before: UInt64 = 0
    for time in times.dropFirst() {
      let distance = UInt64(bitPattern: time &- times[0])
      // Nearly always the next point.
      var place = before &+ 1
      if Int64(bitPattern: distance &- place &* step).magnitude >= step / 2 { place = Self.rounded(distance, by: step) }
      missed.append(Int64(bitPattern: place &- before &- 1))
      errors.append(Int64(bitPattern: distance &- place &* step))
      before = place
    }
    return (missed, errors)
  }
}
