public import CommunityModel
import EnergySystems
public import LinearOptimization
public import Quantities

/// What somebody wants instead of what a plan does with an asset in neighbouring steps.
public struct Overruling: Sendable, Equatable {
  /// What is wanted.
  public enum Wish: Sendable, Equatable {
    /// It rests.
    case rest
    /// A plant gives all that sun or wind allow.
    case giveAll
  }

  /// The asset.
  public let asset: AssetID
  /// What is wanted of it.
  public let wish: Wish
  /// When.
  public let steps: Range<Int>

  /// A wish; see the properties.
  public init(asset: AssetID, _ wish: Wish, in steps: Range<Int>) {
    self.asset = asset
    self.wish = wish
    self.steps = steps
  }

  /// What it comes to to have it so.
  public enum Price: Sendable, Equatable {
    /// The best plan in which it happens costs so much more; both are proven.
    case costs(Money)
    /// The difference is less than what the two plans are proven to: at most so much.
    case costsLessThan(Money)
    /// The best plan in which it happens breaks a limit that the plan keeps.
    case breaks(Breach.Kind)
    /// It cannot be: what must happen by a given time fits nowhere else, or the asset must run.
    case impossible
    /// The time did not do.
    case notComputed
  }
}

extension SystemDraft {
  /// Builds the wish in.
  ///
  /// - Throws: `PlanningError.contradiction` where it cannot be.
  mutating func overrule(_ wish: Overruling) throws(PlanningError) {
    let isHeld =
      switch wish.wish {
      case .rest: system.holdStill(wish.asset.text, in: wish.steps)
      case .giveAll: system.holdFull(wish.asset.text, in: wish.steps)
      }
    guard isHeld else { throw .contradiction(subject: "asset \(wish.asset)", reason: "cannot be overruled in these steps") }
  }
}

extension Planner {
  /// Half a cent: less is not printed.
  private static let noDifference = Money(count: 5000)

  /// What it costs to have `wish` instead of what `plan` of `problem` does: by solving again with it.
  public func price(of wish: Overruling, in plan: Plan, of problem: PlanningProblem, options: SolveOptions) -> Overruling.Price {
    guard case .solved(.optimal, let gap, _) = plan.origin, options.timeLimit.map({ $0 > .zero }) ?? true else {
      return .notComputed
    }
    do throws(PlanningError) {
      let other = try self.plan(problem, overruling: wish, after: plan, options: options)
      guard case .solved(.optimal, let otherGap, _) = other.origin else { return .notComputed }
      if let breach = other.breaches.first(where: { !plan.breaches.contains($0) }) { return .breaks(breach.kind) }
      guard let own = plan.objective, let others = other.objective else { return .notComputed }
      let proof = gap * abs(own) + otherGap * abs(others)
      let certain = max(Money(euros: proof.isFinite ? proof : 0), Self.noDifference)
      let difference = Money(euros: others - own)
      return difference > certain ? .costs(difference) : .costsLessThan(certain)
    } catch {
      return .impossible
    }
  }
}
