public import MarketTime
public import Quantities

/// When a month's heat information goes out, in the first days of the month after. Knows no clock of its own.
///
/// | day of the month | how many values of the month's last day are there | |
/// |---|---|---|
/// | 1, 2 | `coverage` of `summaries.yaml` or more | send |
/// | 1, 2 | less | wait for the next day |
/// | 3 to 7 | any | send, and say what is missing: it must be told |
/// | later | any | nothing goes by itself any more |
public enum HeatMonthRule {
  /// The first day of the month on which it goes out whatever is missing.
  static let latest = 3
  /// The last one on which it goes out at all, for who was not told before.
  static let end = 7

  /// The month whose heat is told of on `sending`; nil where that is too late in the month.
  public static func month(toldOn sending: LocalDay) -> LocalMonth? {
    sending.components.day <= end ? LocalMonth(containing: sending).previous : nil
  }

  /// Whether it goes out on `sending` with so many of the values of the month's last day.
  ///
  /// - Parameter coverage: nil where nothing is measured, which is none of them.
  public static func goesOut(on sending: LocalDay, coverage: Fraction?, least: Fraction) -> Bool {
    sending.components.day >= latest || (coverage ?? .zero) >= least
  }
}
