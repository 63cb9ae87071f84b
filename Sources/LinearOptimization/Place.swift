/// A variable or row of a model in words: for errors, and for telling the operator which limits clash.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  /// What is meant.
  public enum Element: Hashable, Sendable {
    /// The part of the objective that no variable changes.
    case objective
    /// A variable.
    case variable(Variable)
    /// A row.
    case constraint(Constraint)
  }

  /// What is meant.
  public let element: Element
  /// Name of the owner; nil where it is nobody's.
  public let owner: String?
  /// Step of the horizon, from 0; nil where it is of none.
  public let step: Int?

  /// "row 7 (heat balance of house 3, step 12)".
  public var description: String {
    let what =
      switch element {
      case .objective: "objective"
      case .variable(let variable): "variable \(variable.index)"
      case .constraint(let constraint): "row \(constraint.index)"
      }
    let origin = [owner, step.map { "step \($0)" }].compactMap { $0 }.joined(separator: ", ")
    return origin.isEmpty ? what : "\(what) (\(origin))"
  }
}

extension LinearModel {
  /// Where `variable` comes from.
  public func place(of variable: Variable) -> Place {
    place(.variable(variable), label(of: variable))
  }

  /// Where `constraint` comes from.
  public func place(of constraint: Constraint) -> Place {
    place(.constraint(constraint), label(of: constraint))
  }

  private func place(_ element: Place.Element, _ label: Label) -> Place {
    Place(element: element, owner: label.owner.map { name(of: $0) }, step: label.step)
  }
}
