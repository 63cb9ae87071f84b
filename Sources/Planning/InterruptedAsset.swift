public import CommunityModel
import EnergySystems
public import MarketTime
import Quantities

/// An asset that stands still for a while: what it could take, give, charge and discharge is zero there, or in a step of which only a part is
/// concerned that part less. What a store holds stays in it.
struct InterruptedAsset: WrappedAsset {
  let asset: any Asset
  let span: Range<QuarterHour>

  func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let shares = draft.horizon.steps.map { step in
      1 - Double(step.clamped(to: span).count) / Double(step.count)
    }
    let before = draft.system
    let reader = try asset.add(to: &draft)
    for place in before.sources.count..<draft.system.sources.count { draft.system.sources[place].reduce(to: shares) }
    for place in before.converters.count..<draft.system.converters.count { draft.system.converters[place].reduce(to: shares) }
    for place in before.stores.count..<draft.system.stores.count {
      draft.system.stores[place].reduce(to: shares, over: draft.system.hours)
    }
    for place in before.flexibleUses.count..<draft.system.flexibleUses.count {
      let missing = draft.system.flexibleUses[place].reduce(to: shares, over: draft.system.hours)
      for window in missing { draft.note(breach(of: window, over: draft.horizon)) }
    }
    for place in before.chargingPoints.count..<draft.system.chargingPoints.count {
      let missing = draft.system.chargingPoints[place].reduce(to: shares, over: draft.system.hours)
      for stay in missing { draft.note(breach(.chargingUnreachable, in: stay.steps, stay.energy, over: draft.horizon)) }
    }
    return reader
  }

  /// What does not fit into a window any more, at the point of use.
  private func breach(of window: (steps: Range<Int>, energy: Double), over horizon: PlanningHorizon) -> Breach {
    guard let car = asset as? ChargingPoint else {
      return breach(.windowTooShort, in: window.steps, window.energy, over: horizon)
    }
    return breach(.chargingUnreachable, in: window.steps, window.energy * car.efficiency.value, over: horizon)
  }

  private func breach(_ kind: Breach.Kind, in steps: Range<Int>, _ energy: Double, over horizon: PlanningHorizon) -> Breach {
    let span = horizon.steps[steps.lowerBound].lowerBound..<horizon.steps[steps.upperBound - 1].upperBound
    return Breach(kind: kind, subject: id.text, span: span, kilowattHours: energy)
  }
}

extension Series {
  /// The figures of each step, so much of each as `shares` says.
  fileprivate func times(_ shares: [Double]) -> Series {
    .steps(shares.enumerated().map { step, share in share == 1 ? self[step] : share == 0 ? 0 : self[step] * share })
  }
}

extension Source {
  fileprivate mutating func reduce(to shares: [Double]) { available = available.times(shares) }
}

extension Converter {
  fileprivate mutating func reduce(to shares: [Double]) {
    maxInput = maxInput.times(shares)
    if let mustRun = commitment?.mustRun { commitment?.mustRun = zip(mustRun, shares).map { $0 && $1 == 1 } }
    // A failure asks for no ramp.
    if let ramp {
      self.ramp = .steps(shares.indices.map { step in step > 0 && shares[step] < shares[step - 1] ? 1e9 : ramp[step] })
    }
  }
}

extension Store {
  fileprivate mutating func reduce(to shares: [Double], over hours: [Double]) {
    charge = (charge ?? .constant(.infinity)).times(shares)
    discharge = (discharge ?? .constant(.infinity)).times(shares)
    // What cannot be drawn is no reserve.
    if let reserve { self.reserve?.least = .steps(shares.indices.map { shares[$0] == 1 ? reserve.least[$0] : 0 }) }
    guard case .content(var idle) = opening else { return }
    // What must be in it is no more than what stays in it while nothing flows.
    leastContent = .steps(
      hours.enumerated().map { step, hours in
        idle *= keep(over: hours)
        return min(leastContent[step], idle)
      })
    leastAtEnd = leastAtEnd.map { min($0, idle) }
  }
}

extension ChargingSessions {
  /// - Returns: what each car cannot hold at departure any more, kWh.
  fileprivate mutating func reduce(to shares: [Double], over hours: [Double]) -> [(steps: Range<Int>, energy: Double)] {
    usable = usable.times(shares)
    var missing: [(steps: Range<Int>, energy: Double)] = []
    for number in sessions.indices {
      let session = sessions[number]
      let reached = most(in: session, over: hours)
      guard session.atDeparture > reached else { continue }
      missing.append((session.steps, session.atDeparture - reached))
      sessions[number].atDeparture = reached
    }
    return missing
  }
}

extension FlexibleUse {
  /// - Returns: what does not fit into its window any more.
  fileprivate mutating func reduce(to shares: [Double], over hours: [Double]) -> [(steps: Range<Int>, energy: Double)] {
    max = max.times(shares)
    var missing: [(steps: Range<Int>, energy: Double)] = []
    for number in windows.indices {
      let window = windows[number]
      let most = window.steps.reduce(0) { sum, step in
        sum + hours[step] * Swift.min(max[step], window.max?[step - window.steps.lowerBound] ?? .infinity)
      }
      guard window.energy > most else { continue }
      missing.append((window.steps, window.energy - most))
      windows[number].energy = most
    }
    return missing
  }
}

extension PlanningProblem {
  /// The same problem without `asset`, or with it standing still in `span`.
  public func without(_ asset: AssetID, in span: Range<QuarterHour>? = nil) -> PlanningProblem {
    var other = self
    if let battery = assets.first(where: { $0.id == asset }) as? Battery, battery.reserve != nil {
      other.lostReserves.append(LostReserve(battery: battery, span: span ?? horizon.span))
    }
    if let span {
      other.assets = assets.map { $0.id == asset ? $0.interrupted(in: span) : $0 }
    } else {
      other.assets = assets.filter { $0.id != asset }
    }
    return other
  }
}

extension TimeSeries where Value == Power {
  /// The same, and nothing in `span`.
  func interrupted(in span: Range<QuarterHour>) -> TimeSeries<Power> {
    TimeSeries(start: start, values: zip(self.span, values).map { span.contains($0) ? .zero : $1 })
  }
}
