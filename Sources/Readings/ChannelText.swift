import Quantities

extension Channel {
  /// `count` as people read it, with its unit: `389.5 W`, `2.400 kW`, `230.100 V`, `12345.013 kWh`.
  ///
  /// Rounded half away from zero to three decimals, to one in W, VA, var and their hours; a bare number for states and flags.
  public func text(of count: Int64) -> String {
    let (number, symbol) = shown(count)
    return symbol.isEmpty ? number : "\(number) \(symbol)"
  }

  /// The number and the unit of `text(of:)`, for two columns of a table; the unit is empty for states and flags.
  public func shown(_ count: Int64) -> (number: String, symbol: String) {
    guard unit != .number else { return (String(count), "") }
    let shown = unit.fitting(count)
    let decimals = unit.hasPrefixes && shown.count == 1000 ? 1 : 3
    let rounded = (Int128(count) * power(decimals)).quotientAwayFromZero(Int128(shown.count))
    return (written(rounded, decimals: decimals), shown.symbol)
  }

  /// `count` with its unit and every digit, so that reading the text again gives `count`: `2.3995 kW`, `229.42 V`.
  public func exactText(of count: Int64) -> String {
    guard unit != .number else { return String(count) }
    let shown = unit.fitting(count)
    // All units that values are shown in are worth a power of ten.
    var decimals = 0
    while power(decimals) < shown.count { decimals += 1 }
    var text = written(Int128(count) * power(decimals) / Int128(shown.count), decimals: decimals)
    if decimals > 0 {
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
    }
    return "\(text) \(shown.symbol)"
  }

  private func power(_ decimals: Int) -> Int128 { (0..<decimals).reduce(1) { power, _ in power * 10 } }

  private func written(_ number: Int128, decimals: Int) -> String {
    guard decimals > 0 else { return String(number) }
    let magnitude = String(number.magnitude)
    let digits = String(repeating: "0", count: max(0, decimals + 1 - magnitude.count)) + magnitude
    return "\(number < 0 ? "-" : "")\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
  }
}

extension ChannelUnit {
  /// Whether values are shown in the bare unit below a thousand of it and in its thousands above: W and kW, Wh and kWh.
  fileprivate var hasPrefixes: Bool {
    switch self {
    case .milliwatt, .millivoltampere, .millivar, .milliwattHour, .millivarHour, .millivoltampereHour: true
    case .millivolt, .milliampere, .millionth, .millihertz, .millidegree, .millilitrePerHour, .millilitre, .gram, .second,
      .pascal,
      .ratio, .number:
      false
    }
  }

  /// The unit in which people read `count` of this one.
  fileprivate func fitting(_ count: Int64) -> UnitOfMeasure {
    let worth: Int64 = count.magnitude < 1_000_000 ? 1000 : 1_000_000
    guard hasPrefixes, let unit = symbols.first(where: { $0.count == worth && $0.per == 1 }) else { return customary }
    return unit
  }
}

extension Int128 {
  /// `self / divisor` to the nearest whole number, half away from zero; `divisor` is 1 or even.
  fileprivate func quotientAwayFromZero(_ divisor: Int128) -> Int128 {
    (self + (self < 0 ? -divisor / 2 : divisor / 2)) / divisor
  }
}
