/// What the next value of a stream is expected to be, from the values before it. Only the difference is written.
///
/// The first three know whole values. The others follow a level that moves by a part of each difference, and a slope that
/// moves by a smaller one (the alpha-beta filter, also known as Holt's double exponential smoothing): noise around a level
/// costs up to half a bit a value less than by differences of neighbours, and the steps of a counter at steady power vanish.
/// Arithmetic is modulo 2^64, so that every difference can be undone, however large.
enum Predictor: UInt8, CaseIterable {
  /// The value before.
  case same = 0
  /// As much more than the value before as that was more than its own.
  case ramp = 1
  /// Zero.
  case zero = 2
  /// The value before and a slope, 1/4 of each difference going to the slope.
  case slope = 3
  /// 1/2 to the level, 1/16 to the slope.
  case quick = 4
  /// 1/4 to the level.
  case level = 5
  /// 1/8 to the level, 1/128 to the slope.
  case slow = 6
  /// 1/16 to the level.
  case steady = 7

  /// How many values share one predictor and one form.
  static let blockLength = 128

  /// The binary places of level and slope behind the point.
  static let fraction: Int64 = 10

  /// Those that know whole values.
  static let whole: [Predictor] = [.same, .ramp, .zero]
  /// Those that follow a level.
  static let following: [Predictor] = [.slope, .quick, .level, .slow, .steady]

  /// The part of a difference that moves the level, and the slope, as shifts; `hasSlope` is -1 for yes, 0 for no.
  typealias Gain = (level: Int64, slope: Int64, hasSlope: Int64)

  /// Means nothing for those that know whole values.
  @inline(__always)
  var gain: Gain {
    switch self {
    case .same, .ramp, .zero, .slope: (0, 2, -1)
    case .quick: (1, 4, -1)
    case .level: (2, 0, 0)
    case .slow: (3, 7, -1)
    case .steady: (4, 0, 0)
    }
  }
}

/// What a predictor knows of the values before a block.
struct Track {
  /// The last value and the one before it.
  var last: Int64 = 0
  var beforeLast: Int64 = 0
  /// In 1/1024.
  var level: Int64 = 0
  /// In 1/1024 a value.
  var slope: Int64 = 0

  /// The expected value, by level and slope.
  @inline(__always)
  private var expected: Int64 { (level &+ 1 &<< (Predictor.fraction - 1)) &>> Predictor.fraction }

  /// Takes in by how much a value differed from `expected`.
  @inline(__always)
  private mutating func follow(_ difference: Int64, _ gain: Predictor.Gain) {
    let scaled = difference &<< Predictor.fraction
    slope &+= (scaled &>> gain.slope) & gain.hasSlope
    level &+= (scaled &>> gain.level) &+ (slope & gain.hasSlope)
  }

  /// By how much `value` differs from `expected`; takes it in.
  @inline(__always)
  private mutating func difference(of value: Int64, _ gain: Predictor.Gain) -> Int64 {
    let difference = value &- expected
    follow(difference, gain)
    return difference
  }

  /// Ends a block of `values`.
  private mutating func end(_ predictor: Predictor, _ values: UnsafePointer<Int64>, _ count: Int) {
    beforeLast = count > 1 ? values[count - 2] : last
    last = values[count - 1]
    switch predictor {
    case .same, .ramp, .zero: level = last &<< Predictor.fraction
    case .slope, .quick, .level, .slow, .steady: break
    }
  }

  /// Writes by how much each of `values` differs from what `predictor`, one of `Predictor.whole`, expects.
  ///
  /// - Returns: what is known after them.
  func differences(
    _ predictor: Predictor, of values: UnsafePointer<Int64>, count: Int, into differences: UnsafeMutablePointer<Int64>
  ) -> Track {
    switch predictor {
    case .same:
      differences[0] = values[0] &- last
      for place in 1..<max(1, count) { differences[place] = values[place] &- values[place &- 1] }
    case .ramp:
      differences[0] = values[0] &- last &- (last &- beforeLast)
      if count > 1 { differences[1] = values[1] &- values[0] &- (values[0] &- last) }
      for place in 2..<max(2, count) {
        differences[place] = values[place] &- values[place &- 1] &- (values[place &- 1] &- values[place &- 2])
      }
    case .zero, .slope, .quick, .level, .slow, .steady: differences.update(from: values, count: count)
    }
    var track = self
    track.end(predictor, values, count)
    return track
  }

  /// Writes by how much each of `values` differs from what each of `Predictor.following` expects, into the row of `rows` that its
  /// number says, and what it knows after them, likewise into `tracks`. All at once, because each waits for its own last step.
  func differences(
    following values: UnsafePointer<Int64>, count: Int, rowLength: Int, into rows: UnsafeMutablePointer<Int64>,
    tracks: UnsafeMutablePointer<Track>
  ) {
    var (slope, quick, level, slow, steady) = (self, self, self, self, self)
    let first = rows + Int(Predictor.slope.rawValue) * rowLength
    for place in 0..<count {
      let value = values[place]
      first[place] = slope.difference(of: value, Predictor.slope.gain)
      first[place &+ rowLength] = quick.difference(of: value, Predictor.quick.gain)
      first[place &+ 2 &* rowLength] = level.difference(of: value, Predictor.level.gain)
      first[place &+ 3 &* rowLength] = slow.difference(of: value, Predictor.slow.gain)
      first[place &+ 4 &* rowLength] = steady.difference(of: value, Predictor.steady.gain)
    }
    slope.end(.slope, values, count)
    quick.end(.quick, values, count)
    level.end(.level, values, count)
    slow.end(.slow, values, count)
    steady.end(.steady, values, count)
    let firstTrack = tracks + Int(Predictor.slope.rawValue)
    (firstTrack[0], firstTrack[1], firstTrack[2], firstTrack[3], firstTrack[4]) = (slope, quick, level, slow, steady)
  }

  /// The same for only two of `Predictor.following`.
  func differences(
    following values: UnsafePointer<Int64>, by pair: (Predictor, Predictor), count: Int, rowLength: Int,
    into rows: UnsafeMutablePointer<Int64>, tracks: UnsafeMutablePointer<Track>
  ) {
    var (first, second) = (self, self)
    let (firstGain, secondGain) = (pair.0.gain, pair.1.gain)
    let firstRow = rows + Int(pair.0.rawValue) * rowLength
    let secondRow = rows + Int(pair.1.rawValue) * rowLength
    for place in 0..<count {
      firstRow[place] = first.difference(of: values[place], firstGain)
      secondRow[place] = second.difference(of: values[place], secondGain)
    }
    first.end(pair.0, values, count)
    second.end(pair.1, values, count)
    (tracks[Int(pair.0.rawValue)], tracks[Int(pair.1.rawValue)]) = (first, second)
  }

  /// The reverse: `values` holds differences and is given values.
  mutating func restore(_ predictor: Predictor, in values: UnsafeMutablePointer<Int64>, count: Int) {
    var track = self
    switch predictor {
    case .zero: break
    case .same:
      var value = last
      for place in 0..<count {
        value &+= values[place]
        values[place] = value
      }
    case .ramp:
      var value = last
      var step = last &- beforeLast
      for place in 0..<count {
        step &+= values[place]
        value &+= step
        values[place] = value
      }
    case .slope, .quick, .level, .slow, .steady:
      let gain = predictor.gain
      for place in 0..<count {
        let difference = values[place]
        values[place] = track.expected &+ difference
        track.follow(difference, gain)
      }
      self = track
    }
    end(predictor, values, count)
  }
}
