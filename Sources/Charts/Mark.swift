/// What is drawn on a picture's sheet, in CSS pixels from its upper left corner.
enum Mark: Hashable, Sendable {
  /// An area: SVG path data.
  case area(String, Paint)
  /// A stroke along SVG path data; one that is `cased` has an edge of paper, so that it shows on any area.
  case stroke(String, Paint, width: Double, isDashed: Bool = false, isCased: Bool = false)
  /// Cells of a grid in one colour: upright strokes a cell broad, in cells from the grid's corner at `x` and `y`, each of which is `width` by
  /// `height` pixels. So a year of hours takes few bytes.
  case cells(String, Paint, x: Double, y: Double, width: Double, height: Double)
  /// A line of text on the baseline `y`; `limit` is the width it must not exceed, nil for any.
  case text(String, x: Double, y: Double, Anchor = .start, isBold: Bool = false, limit: Double? = nil)

  enum Anchor: String, Hashable { case start, middle, end }

  /// A rectangle.
  static func box(x: Double, y: Double, width: Double, height: Double, _ paint: Paint) -> Mark {
    .area("M\(Path.number(x)) \(Path.number(y))h\(Path.number(width))v\(Path.number(height))h\(Path.number(-width))z", paint)
  }
}

/// What a mark is painted with.
enum Paint: Hashable, Sendable {
  /// A kind of energy, hatched.
  case ink(Ink)
  /// The same, so thin that what lies below shows.
  case veil(Ink)
  /// Its edge colour, for lines.
  case line(Ink)
  /// Where values are missing.
  case missing
  /// A time that is pointed out.
  case band
  /// The axis.
  case axis
  /// Lines across at round values.
  case rule
  /// A step of the heat scale, 0..<HeatScale.count; low to high.
  case heat(Int)
}

/// Numbers and path data, short: at most one decimal.
enum Path {
  /// `value` rounded to a tenth: `12`, `12.3`, `-.5`.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e7 else { return "0" }
    let tenths = Int((value * 10).rounded(.toNearestOrAwayFromZero))
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    let sign = tenths < 0 ? "-" : ""
    if rest == 0 { return sign + String(whole) }
    return sign + (whole == 0 ? "" : String(whole)) + "." + String(rest)
  }

  /// `value` rounded to a ten-thousandth, for scales.
  static func scale(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e7 else { return "0" }
    let parts = Int((value.magnitude * 10_000).rounded(.toNearestOrAwayFromZero))
    var rest = String(parts % 10_000 + 10_000).dropFirst()
    while rest.last == "0" { rest.removeLast() }
    return (value < 0 ? "-" : "") + String(parts / 10_000) + (rest.isEmpty ? "" : "." + rest)
  }

  /// Closed columns between two heights each.
  static func columns(_ columns: [(x: ClosedRange<Double>, top: Double, bottom: Double)]) -> String {
    columns.map { column in
      let (left, right) = (number(column.x.lowerBound), number(column.x.upperBound))
      return "M\(left) \(number(column.bottom))V\(number(column.top))H\(right)V\(number(column.bottom))z"
    }.joined()
  }
}
