import Console
import MarketTime
import Planning
import Quantities

/// Whether the reserve for a failure of the grid is held.
enum EmergencyPower: Equatable {
  /// At any time.
  case covered
  /// Not in these hours, from the first that is not to the last.
  case uncovered(Range<QuarterHour>)
}

extension PlanVariation {
  /// Whether the reserves that `plan` or this one knows of are held; nil where both know of none, or nothing came of the variation, or the
  /// reserve was dropped because somebody asked what that changes.
  func emergencyPower(beside plan: Plan) -> EmergencyPower? {
    guard let other = self.plan, !isWithoutReserve else { return nil }
    let assets = (plan.sites + other.sites).flatMap(\.assets)
    guard assets.contains(where: { $0.reserve?.contains { $0 > .zero } ?? false }) else { return nil }
    let short = other.breaches.filter { $0.kind == .reserveMissing }.map(\.span)
    guard let from = short.map(\.lowerBound).min(), let until = short.map(\.upperBound).max() else { return .covered }
    return .uncovered(from..<until)
  }

  /// The same for programs.
  func emergencyPowerJSON(beside plan: Plan) -> JSONValue {
    switch emergencyPower(beside: plan) {
    case nil: .null
    case .covered: .object([("covered", .bool(true)), ("not_covered_from", .null), ("not_covered_until", .null)])
    case .uncovered(let span):
      .object([
        ("covered", .bool(false)), ("not_covered_from", .string(span.lowerBound.description)),
        ("not_covered_until", .string(span.upperBound.description)),
      ])
    }
  }
}

extension PlanPage {
  /// Whether emergency power is covered in `variation`; nil where nobody wants a reserve.
  func emergencyPower(in variation: PlanVariation) -> String? {
    switch variation.emergencyPower(beside: report.plan) {
    case nil: nil
    case .covered: language.emergencyCovered
    case .uncovered(let span) where span.upperBound >= report.plan.horizon.span.upperBound:
      language.emergencyUncovered(from: moment(span.lowerBound))
    case .uncovered(let span): language.emergencyUncovered("\(moment(span.lowerBound)) – \(moment(span.upperBound))")
    }
  }
}

extension Language {
  fileprivate var emergencyCovered: String { pick("Notstrom gedeckt", "emergency power covered") }
  fileprivate func emergencyUncovered(from time: String) -> String {
    pick("Notstrom NICHT gedeckt ab \(time)", "emergency power NOT covered from \(time)")
  }
  fileprivate func emergencyUncovered(_ span: String) -> String {
    pick("Notstrom NICHT gedeckt \(span)", "emergency power NOT covered \(span)")
  }
}
