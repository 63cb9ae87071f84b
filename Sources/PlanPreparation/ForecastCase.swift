import Forecasting
import Quantities

/// How sun, wind and loads turn out, as far as days before tell.
public enum ForecastCase: String, CaseIterable, Sendable {
  /// Little sun and wind, much use: what one day in ten falls short of, and one in ten exceeds.
  case p10
  /// As on the mean of the days before.
  case p50
  /// Much sun and wind, little use.
  case p90

  /// The quantile of what sun and wind give; nil for the mean.
  var yieldQuantile: Fraction? {
    switch self {
    case .p10: Fraction(0.1)
    case .p50: nil
    case .p90: Fraction(0.9)
    }
  }

  /// The quantile of what is used; nil for the mean.
  var loadQuantile: Fraction? { yieldQuantile.map { .one - $0 } }
}

extension PlanInputs {
  /// Whether days before tell anything, so that cases differ.
  public var hasHistory: Bool {
    sources.contains { source in
      guard case .forecast(_, let summary) = source else { return false }
      return summary.keys.contains { basis in
        switch basis {
        case .similarDays, .recentDays: true
        case .standardProfile, .shape, .file, .nothing: false
        }
      }
    }
  }
}
