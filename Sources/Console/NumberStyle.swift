import Glibc

/// How numbers are written for people: decimals, thousands, decimal mark. Whole-number arithmetic, rounded half away from zero.
///
/// Not for files that programs read: the minus is `−` (U+2212), the thousands are parted by a narrow blank (U+202F).
public struct NumberStyle: Hashable, Sendable {
  /// What stands before the decimals.
  public enum DecimalMark: String, Sendable {
    /// English: 12.3
    case point = "."
    /// German: 12,3
    case comma = ","
  }

  /// How many digits follow the mark, 0...9.
  public let decimals: Int
  /// What stands before the decimals.
  public let decimalMark: DecimalMark
  /// Whether three digits each stand apart: 12 345.
  public let groupsThousands: Bool

  /// A style; `decimals` outside 0...9 counts as the nearest of them.
  public init(decimals: Int, decimalMark: DecimalMark = .point, groupsThousands: Bool = true) {
    self.decimals = min(9, max(0, decimals))
    self.decimalMark = decimalMark
    self.groupsThousands = groupsThousands
  }

  /// The same style with `decimals`.
  public func with(decimals: Int) -> NumberStyle {
    NumberStyle(decimals: decimals, decimalMark: decimalMark, groupsThousands: groupsThousands)
  }

  /// The number `count / unit`, exactly rounded: `text(12_345_678, per: 1_000_000)` is 12.35 with two decimals. `unit` > 0.
  public func text(_ count: Int64, per unit: Int64 = 1) -> String {
    write(rounded(Int128(count) * power, over: Int128(unit)))
  }

  /// The number `value`; `–` for what is not a finite number or beyond 10^18.
  public func text(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e18 else { return "–" }
    return write(Int128((value * Double(power)).rounded(.toNearestOrAwayFromZero)))
  }

  /// The share `count / whole` in percent: `64.8 %`.
  ///
  /// Never flatters: what is not exactly all or nothing is not printed as 100 or 0 but as `>99.9 %` and `<0.1 %` (at one
  /// decimal), and what is a little above 100 % as `>100.0 %`. `whole` > 0.
  public func percent(_ count: Int64, per whole: Int64) -> String {
    let all = 100 * power
    let number = rounded(Int128(count) * all, over: Int128(whole))
    let text: String
    if number == all && count != whole {
      text = ">" + write(count < whole ? all - 1 : all)
    } else if number == 0 && count != 0 {
      text = count > 0 ? "<" + write(1) : ">" + write(-1)
    } else {
      text = write(number)
    }
    return text + " %"
  }

  /// An energy with its unit and as many decimals as make sense for its size: `12.34 kWh`, `123.4 kWh`, `12 346 kWh`.
  ///
  /// The style's own decimals do not count here.
  public func kilowattHours(_ milliwattHours: Int64) -> String {
    with(decimals: Self.energyDecimals(upTo: milliwattHours)).text(milliwattHours, per: 1_000_000) + " kWh"
  }

  /// Decimals that make sense for kilowatt-hours: 2 below 100 kWh, 1 below 10 000 kWh, else none.
  ///
  /// For a column, ask for its largest value, so that its numbers can be compared.
  public static func energyDecimals(upTo milliwattHours: Int64) -> Int {
    switch milliwattHours.magnitude {
    case ..<100_000_000: return 2
    case ..<10_000_000_000: return 1
    default: return 0
    }
  }

  /// An amount of money with two decimals: `12.34 EUR`. The style's own decimals do not count here.
  public func euros(_ microEuros: Int64) -> String { with(decimals: 2).text(microEuros, per: 1_000_000) + " EUR" }

  private var power: Int128 { (0..<decimals).reduce(Int128(1)) { power, _ in power * 10 } }

  /// `numerator / divisor`, half away from zero.
  private func rounded(_ numerator: Int128, over divisor: Int128) -> Int128 {
    let half = divisor / 2
    return (numerator + (numerator < 0 ? -half : half)) / divisor
  }

  /// The digits of `number`, its last `decimals` behind the mark.
  private func write(_ number: Int128) -> String {
    var digits = String(number.magnitude)
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var whole = String(digits.dropLast(decimals))
    if groupsThousands {
      var grouped = ""
      for (position, digit) in whole.enumerated() {
        if position > 0, (whole.count - position) % 3 == 0 { grouped.append("\u{202F}") }
        grouped.append(digit)
      }
      whole = grouped
    }
    let sign = number < 0 ? "−" : ""
    return decimals == 0 ? sign + whole : sign + whole + decimalMark.rawValue + digits.suffix(decimals)
  }
}
