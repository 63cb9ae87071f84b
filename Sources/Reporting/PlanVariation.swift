public import MarketTime
public import Planning
import Quantities

/// A plan under another condition: something fails or is added, everything else is as it was.
public struct PlanVariation: Sendable {
  /// What is other.
  public enum Change: String, Sendable {
    /// Something is not there, or stands still for a while: somebody asked.
    case without
    /// Something is there, too: somebody asked.
    case with
    /// Something fails: nobody asked, but it is worth knowing.
    case fails
  }

  /// What came of it.
  public enum Outcome: Sendable {
    /// A plan.
    case solved(Plan)
    /// None, and why.
    case failed(String)
    /// There was no time for one.
    case skipped
  }

  /// Whether there was no time for it.
  var isSkipped: Bool {
    if case .skipped = outcome { true } else { false }
  }

  /// What is other.
  public let change: Change
  /// The asset by its name, or what is added as it was asked for.
  public let subject: String
  /// What the subject stands for where it is no asset and nothing that is added; nil else.
  public let agreed: Agreed?
  /// For how long; nil for the whole plan.
  public let span: Range<QuarterHour>?
  /// What it was asked of which size pays best; none unless somebody asked that.
  public let candidates: [AssetCandidate]
  /// What came of it.
  public let outcome: Outcome

  /// A variation; see the properties.
  public init(
    _ change: Change, _ subject: String, agreed: Agreed? = nil, in span: Range<QuarterHour>? = nil,
    candidates: [AssetCandidate] = [], outcome: Outcome
  ) {
    self.agreed = agreed
    self.change = change
    self.subject = subject
    self.span = span
    self.candidates = candidates
    self.outcome = outcome
  }

  /// What stands for all exchange between sites, or all reserves, as a subject.
  public enum Agreed: String, CaseIterable, Sendable {
    case exchange
    case reserve
  }

  /// Whether the reserves themselves are left out: then it is no failure that they are not held.
  var isWithoutReserve: Bool { change == .without && agreed == .reserve }

  /// What sites exchange; nil where they do not, or there is no plan.
  var exchanged: Energy? { plan?.exchanged }

  /// The plan; nil where there is none.
  var plan: Plan? { if case .solved(let plan) = outcome { plan } else { nil } }

  /// What is not served here and is in `plan`; a breach that grows counts.
  func unserved(beside plan: Plan) -> [Breach] {
    func energy(_ breach: Breach, in plan: Plan) -> Double {
      plan.breaches.reduce(0) { $0 + ($1.kind == breach.kind && $1.subject == breach.subject ? $1.kilowattHours : 0) }
    }
    guard let other = self.plan else { return [] }
    return other.breaches.filter { energy($0, in: other) > energy($0, in: plan) + 0.01 }
  }
}

extension PlanReport {
  /// Of failures that nobody asked about, the one that hurts most: that leaves most unserved, else costs most. nil where none hurts.
  var weakestPoint: Int? {
    let harms = variations.enumerated().compactMap { number, variation -> (number: Int, unserved: Double, cost: Int64)? in
      guard variation.change == .fails, let other = variation.plan else { return nil }
      let unserved = variation.unserved(beside: plan).reduce(0) { $0 + $1.kilowattHours }
      return (number, unserved, (other.cost - plan.cost).count)
    }
    let worst = harms.max { ($0.unserved, $0.cost, $1.number) < ($1.unserved, $1.cost, $0.number) }
    return worst.flatMap { $0.unserved > 0 || $0.cost > 0 ? $0.number : nil }
  }
}

extension Plan {
  /// What sites take of each other over the horizon; nil where they do not exchange.
  var exchanged: Energy? {
    guard sites.contains(where: { !$0.shared.isEmpty }) else { return nil }
    return sites.reduce(.zero) { sum, site in
      site.shared.enumerated().reduce(sum) { $0 + max(.zero, $1.element).energy(over: horizon.duration(of: $1.offset)) }
    }
  }
}
