import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// What a battery holds so that its site can be served without the public grid for some hours, from the end of any step on.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | n | what must be served, less what sun and wind are sure to give, data | kW |
/// | r | content that is needed | kWh |
/// | short | what is missing of it, counted 40 EUR a kWh and hour | kWh |
///
/// From the last quarter hour of the emergency backwards, beginning with r = 0:
///
///     r <- (r + n dt / eta_d) / keep   where n > 0,   else   max(0, r - min(-n, C) dt eta_c) / keep     optimizer-model, section 13 (R1)
///     e + short >= r
///
/// Hours whose r is more than the battery holds, or in which n is more than it gives, cannot be held: the plan holds the most that can,
/// and the rest is a breach. Behind the horizon the day before repeats.
public struct BatteryReserve: Sendable, Equatable {
  /// n in each quarter hour; positive must be served from the battery.
  public let need: TimeSeries<Power>
  /// How long the emergency lasts.
  public let duration: Duration

  /// A reserve; see the properties.
  public init(need: TimeSeries<Power>, duration: Duration) {
    self.need = need
    self.duration = duration
  }

  /// What a kilowatt-hour that is missing for an hour is priced at, in EUR: as much in a quarter hour as one beyond the connection.
  static let breachPrice = 40.0

  /// What the reserve asks of a battery.
  struct Contents {
    /// What it should hold at the end of each step, kWh.
    let least: [Double]
    /// For how many quarter hours that lasts.
    let quarters: Int
    /// What the asked-for hours would need beyond what the battery holds, kWh.
    let excess: Double
  }

  /// What `battery` should hold over `horizon`.
  func contents(of battery: Battery, over horizon: PlanningHorizon) -> Contents {
    let wanted = Int((duration / QuarterHour.duration).rounded(.up))
    let all = needs(of: battery, over: horizon, quarters: wanted)
    if isHeld(all, by: battery, over: horizon, quarters: wanted) { return Contents(least: all, quarters: wanted, excess: 0) }
    // What lasts longer needs no less.
    var (held, lost) = (0, wanted)
    while lost - held > 1 {
      let middle = (held + lost) / 2
      let least = needs(of: battery, over: horizon, quarters: middle)
      if isHeld(least, by: battery, over: horizon, quarters: middle) { held = middle } else { lost = middle }
    }
    return Contents(
      least: needs(of: battery, over: horizon, quarters: held), quarters: held,
      excess: max(0, (all.max() ?? 0) - battery.parameters.capacity.kilowattHours))
  }

  private func needs(of battery: Battery, over horizon: PlanningHorizon, quarters: Int) -> [Double] {
    let parameters = battery.parameters
    let hours = QuarterHour.duration.hours
    let kept = Store(battery.id.text, bus: "", capacity: 0, lossPerHour: parameters.selfDischarge.perHour).keep(over: hours)
    return horizon.steps.map { step in
      (0..<quarters).reversed().reduce(0) { content, quarter in
        let need = need(at: step.upperBound.advanced(by: quarter))
        let after =
          need > 0
          ? content + need * hours / parameters.dischargeEfficiency.value
          : max(0, content - min(-need, parameters.chargePower.kilowatts) * hours * parameters.chargeEfficiency.value)
        return after / kept
      }
    }
  }

  private func isHeld(_ least: [Double], by battery: Battery, over horizon: PlanningHorizon, quarters: Int) -> Bool {
    guard (least.max() ?? 0) <= battery.parameters.capacity.kilowattHours + 1e-9, let first = horizon.steps.first else {
      return false
    }
    let most = battery.parameters.dischargePower.kilowatts
    let end = horizon.span.upperBound.advanced(by: quarters)
    return quarters == 0 || (first.upperBound..<end).allSatisfy { need(at: $0) <= most + 1e-9 }
  }

  /// n at `quarter`, kW; behind what is known that of the day before, or the last.
  private func need(at quarter: QuarterHour) -> Double {
    var quarter = quarter
    let day = Int(Duration.seconds(86_400) / QuarterHour.duration)
    while quarter >= need.span.upperBound { quarter = quarter.advanced(by: -day) }
    return (need[quarter] ?? need.values.last ?? .zero).kilowatts
  }
}

extension Battery {
  /// What the plan asks of the store for the reserve: no more than can be reached with what fixed loads leave of connection, sun and wind.
  func held(_ contents: BatteryReserve.Contents, in draft: SystemDraft) -> Store.Reserve {
    let horizon = draft.horizon
    let spare = draft.spareImport(at: site)
    let store = Store(id.text, bus: "", capacity: 0, lossPerHour: parameters.selfDischarge.perHour)
    guard case .content(let energy) = opening else {
      return Store.Reserve(least: .steps(contents.least), penalty: BatteryReserve.breachPrice)
    }
    var fullest = energy.kilowattHours
    let reachable = horizon.steps.indices.map { step in
      let power = min(parameters.chargePower.kilowatts, spare[step])
      let charged = power * parameters.chargeEfficiency.value * horizon.hours(of: step)
      let kept = store.keep(over: horizon.hours(of: step)) * fullest
      fullest = min(max(parameters.capacity.kilowattHours, kept), kept + charged)
      return min(contents.least[step], fullest)
    }
    return Store.Reserve(least: .steps(reachable), penalty: BatteryReserve.breachPrice)
  }
}

/// A battery with a reserve that is not there, or stands still: what it holds meanwhile helps nobody.
struct LostReserve: Sendable {
  let battery: Battery
  /// When.
  let span: Range<QuarterHour>
}

extension PlanningProblem {
  /// Hours that no battery can hold, and where `schedules` hold less than they should.
  func reserveBreaches(in schedules: [AssetSchedule]) -> [Breach] {
    let present = assets.compactMap { $0 as? Battery ?? ($0 as? SizedAsset)?.asset as? Battery }.map {
      LostReserve(battery: $0, span: horizon.start..<horizon.start)
    }
    return (present + lostReserves).flatMap { lost -> [Breach] in
      let battery = lost.battery
      guard let reserve = battery.reserve else { return [] }
      let contents = schedules.first { $0.id == battery.id }?.content
      let needed = reserve.contents(of: battery, over: horizon)
      var found: [Breach] = []
      let wanted = Int((reserve.duration / QuarterHour.duration).rounded(.up))
      if needed.quarters < wanted {
        found.append(
          Breach(
            kind: .reserveTooLong, subject: battery.id.text, span: horizon.span, kilowattHours: needed.excess,
            longest: QuarterHour.duration * needed.quarters))
      }
      // Spans add powers up; a shortage of content is told by its greatest.
      let short = horizon.steps.indices.map { step in
        let isThere = !lost.span.overlaps(horizon.steps[step])
        return max(0, needed.least[step] - (isThere ? contents?[step].kilowattHours ?? 0 : 0))
      }
      found += Breach.spans(.reserveMissing, battery.id.text, short, horizon).map { span in
        let most = horizon.steps.indices.filter { span.span.contains(horizon.steps[$0].lowerBound) }.map { short[$0] }.max()
        return Breach(kind: span.kind, subject: span.subject, span: span.span, kilowattHours: most ?? 0)
      }
      return found
    }
  }
}
