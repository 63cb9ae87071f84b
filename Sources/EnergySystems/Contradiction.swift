/// Why no schedule can serve a system: what is asked for and cannot be.
public struct Contradiction: Sendable, Equatable {
  /// What cannot be.
  public enum Kind: String, Sendable {
    /// A bus gets less than is asked of it, whatever is done.
    case missing
    /// A bus gets more than it can pass on, whatever is done.
    case tooMuch = "too_much"
    /// A store cannot hold what it must at the end, or holds more than it may.
    case content
    /// A car cannot leave with what it is to hold.
    case charging
    /// A use's energy does not fit into its window.
    case window
  }

  /// What cannot be.
  public let kind: Kind
  /// The bus or part, by name.
  public let part: String
  /// The steps.
  public let steps: Range<Int>
  /// How much is missing or too much, kWh.
  public let energy: Double

  /// A contradiction; see the properties.
  public init(_ kind: Kind, _ part: String, steps: Range<Int>, energy: Double) {
    self.kind = kind
    self.part = part
    self.steps = steps
    self.energy = energy
  }

  /// A kilowatt-hour of which this is a small part is not told.
  private static let dust = 1e-6

  /// Where `power` (kW) is above nothing; neighbouring steps as one.
  static func spans(_ kind: Kind, at part: String, _ power: [Double], _ hours: [Double]) -> [Contradiction] {
    var found: [Contradiction] = []
    for (step, power) in power.enumerated() where power * hours[step] > dust {
      if let last = found.last, last.steps.upperBound == step {
        found[found.count - 1] = Contradiction(
          kind, part, steps: last.steps.lowerBound..<step + 1, energy: last.energy + power * hours[step])
      } else {
        found.append(Contradiction(kind, part, steps: step..<step + 1, energy: power * hours[step]))
      }
    }
    return found
  }
}

extension Contradiction: CustomStringConvertible {
  /// What cannot be, where, when and by how much.
  public var description: String {
    let what =
      switch kind {
      case .missing: "is missing"
      case .tooMuch: "is too much"
      case .content: "is what the content cannot reach or hold"
      case .charging: "is what the car cannot get while it is there"
      case .window: "does not fit into its window"
      }
    return "\(part), steps \(steps.lowerBound) to \(steps.upperBound - 1): \(energy) kWh \(what)"
  }
}

extension EnergySystem {
  /// What single parts ask for and cannot have, whatever the others do.
  func contradictions() -> [Contradiction] {
    stores.flatMap { $0.contradictions(over: hours) } + chargingPoints.flatMap { $0.contradictions(over: hours) }
      + flexibleUses.flatMap { $0.contradictions(over: hours) }
  }
}

extension Store {
  /// Where the content must leave its band: at full power, or with nothing flowing but what must.
  fileprivate func contradictions(over hours: [Double]) -> [Contradiction] {
    guard size == nil else { return [] }
    for step in hours.indices {
      let (least, most) = band(at: step, of: hours.count)
      if least > most { return [Contradiction(.content, id, steps: step..<step + 1, energy: least - most)] }
    }
    guard case .content(let energy) = opening else { return [] }
    var (fullest, emptiest) = (energy, energy)
    for (step, length) in hours.enumerated() {
      let (least, most) = band(at: step, of: hours.count)
      let besides = length * inflow[step]
      fullest = fullest * keep(over: length) + besides + chargeEfficiency * length * (charge?[step] ?? .infinity)
      emptiest = emptiest * keep(over: length) + besides - length * (discharge?[step] ?? .infinity) / dischargeEfficiency
      let tolerance = 1e-7 * Swift.max(1, most < .infinity ? most : least)
      if fullest < least - tolerance { return [Contradiction(.content, id, steps: 0..<step + 1, energy: least - fullest)] }
      if emptiest > most + tolerance { return [Contradiction(.content, id, steps: 0..<step + 1, energy: emptiest - most)] }
      fullest = Swift.min(fullest, most)
      emptiest = Swift.max(emptiest, least)
    }
    return []
  }
}

extension ChargingSessions {
  fileprivate func contradictions(over hours: [Double]) -> [Contradiction] {
    sessions.compactMap { session in
      let reached = most(in: session, over: hours)
      let wanted = max(session.atDeparture, session.leastContent)
      guard reached < wanted - 1e-7 * max(1, wanted) else { return nil }
      return Contradiction(.charging, id, steps: session.steps, energy: wanted - reached)
    }
  }
}

extension FlexibleUse {
  fileprivate func contradictions(over hours: [Double]) -> [Contradiction] {
    windows.compactMap { window in
      let most = window.steps.enumerated().reduce(0) { sum, step in
        sum + hours[step.element] * Swift.min(max[step.element], window.max?[step.offset] ?? .infinity)
      }
      guard window.energy > most + 1e-7 * Swift.max(1, most) else { return nil }
      return Contradiction(.window, id, steps: window.steps, energy: window.energy - most)
    }
  }
}
