import CommunityModel
import Console
import MarketTime
import Planning
import Quantities

/// The words of a plan's reasons in one language.
struct ReasonWords {
  let language: Language
  let horizon: PlanningHorizon
  let calendar: MarketCalendar

  private func pick(_ german: String, _ english: String) -> String { language.pick(german, english) }

  /// `12.5 ct`: of a kilowatt-hour.
  func cents(_ price: EnergyPrice) -> String { language.numbers(decimals: 1).text(price.count, per: 10_000) + "\u{A0}ct" }
  private func euros(_ amount: Money) -> String { language.numbers(decimals: 2).euros(amount.count) }
  private func kilowatts(_ power: Power) -> String {
    language.numbers(decimals: 1).text(power.count, per: 1_000_000) + "\u{A0}kW"
  }

  // MARK: - What and when

  /// `Thu 12:00–13:00`
  func time(of steps: Range<Int>) -> String {
    let (day, from) = calendar.local(horizon.steps[steps.lowerBound].lowerBound.start)
    let (lastDay, until) = calendar.local(horizon.steps[steps.upperBound - 1].upperBound.start)
    let overnight = lastDay != day ? language.weekday(lastDay.weekday) + " " : ""
    return "\(language.weekday(day.weekday)) \(from)–\(overnight)\(until)"
  }

  func subject(_ explanation: Explanation) -> String {
    let energy = language.numbers(decimals: 1).text(explanation.energy.count, per: 1_000_000) + "\u{A0}kWh"
    switch (explanation.subject, explanation.reason) {
    case (.connection(let site), _): return pick("\(site) bezieht \(energy)", "\(site) takes \(energy) from the grid")
    case (.asset(let id, _), .takes), (.asset(let id, _), .keeps): return pick("\(id) lädt \(energy)", "\(id) charges \(energy)")
    case (.asset(let id, _), .gives): return pick("\(id) gibt \(energy)", "\(id) gives \(energy)")
    case (.asset(let id, _), .makesFuel): return pick("\(id) macht \(energy) Wasserstoff", "\(id) makes \(energy) of hydrogen")
    case (.asset(let id, _), .usesFuel): return pick("\(id) gibt \(energy)", "\(id) gives \(energy)")
    case (.asset(let id, .chiller), .heats), (.asset(let id, .chiller), .isKeptOn):
      return pick("\(id) gibt \(energy) Kälte", "\(id) gives \(energy) of cold")
    case (.asset(let id, _), .heats), (.asset(let id, _), .isKeptOn):
      return pick("\(id) gibt \(energy) Wärme", "\(id) gives \(energy) of heat")
    case (.asset(let id, _), .rests), (.asset(let id, _), .isKeptOff): return pick("\(id) ruht", "\(id) rests")
    case (.asset(let id, let role), .placed):
      return role == .charging
        ? pick("\(id) lädt \(energy)", "\(id) charges \(energy)") : pick("\(id) braucht \(energy)", "\(id) takes \(energy)")
    case (.asset(let id, _), _):
      return pick("\(id) gibt \(energy) weniger als möglich", "\(id) gives \(energy) less than it could")
    }
  }

  // MARK: - Why

  func reason(_ reason: Explanation.Reason) -> String {
    switch reason {
    case .takes(let price, let source, let later, let until, let back):
      let then = time(from: until)
      let share = language.numbers(decimals: 0).percent(back.count, per: Fraction.one.count)
      return cost(price, source)
        + pick(
          "; ab \(then) ist die kWh \(cents(later)) wert, \(share) kommen zurück",
          "; from \(then) a kWh is worth \(cents(later)), \(share) comes back")
    case .keeps(let price, let source, let worth):
      return cost(price, source)
        + pick("; am Ende des Plans zählt eine kWh \(cents(worth))", "; at the plan's end a kWh counts \(cents(worth))")
    case .gives(let price, let source, let before):
      return saving(price, source)
        + (before.map { pick("; geladen zu \(cents($0))", "; charged at \(cents($0))") }
          ?? pick("; vom Anfang noch da", "; held since the start"))
    case .makesFuel(let price, let source, let fuel): return cost(price, source) + hydrogen(worth: fuel)
    case .usesFuel(let price, let source, let fuel): return saving(price, source) + hydrogen(worth: fuel)
    case .heats, .isKeptOn, .rests, .isKeptOff: return heat(reason)
    case .placed(let price, let least, let most):
      guard most > least else { return pick("die kWh kostet immer \(cents(price))", "a kWh costs \(cents(price)) at any time") }
      return pick(
        "zu \(cents(price)) die kWh; in der erlaubten Zeit kostet sie \(cents(least)) bis \(cents(most))",
        "at \(cents(price)) a kWh; in the time allowed it costs \(cents(least)) to \(cents(most))")
    case .connectionIsFull(let limit):
      return pick("der Anschluss trägt nur \(kilowatts(limit))", "the connection carries no more than \(kilowatts(limit))")
    case .feedInCosts(let price):
      return pick("Einspeisen kostet \(cents(price)) je kWh", "feeding in costs \(cents(price)) a kWh")
    case .nobodyTakes: return pick("niemand braucht den Strom", "nobody takes the power")
    case .heldByConnection(let limit, let worth):
      return pick(
        "mehr als \(kilowatts(limit)) trägt der Anschluss nicht; ein kW mehr sparte \(euros(worth))",
        "the connection carries no more than \(kilowatts(limit)); a kW more would save \(euros(worth))")
    case .heldByPeak(let peak, let price):
      let cost = language.numbers(decimals: 2).text(price.count, per: 1_000_000)
      return pick(
        "gehalten bei \(kilowatts(peak)); jedes kW darüber kostet \(cost) EUR",
        "held at \(kilowatts(peak)); each kW above costs \(cost) EUR")
    }
  }

  private func heat(_ reason: Explanation.Reason) -> String {
    switch reason {
    case .heats(let cost, let power, let next):
      let from = power.map { pick(" (Strom zu \(cents($0)))", " (power at \(cents($0)))") } ?? ""
      let other =
        next.map {
          pick("; die nächste Quelle \($0.asset) zu \(cents($0.cost))", "; the next source, \($0.asset), at \(cents($0.cost))")
        }
        ?? pick("; keine andere Quelle hat noch Leistung", "; no other source has power left")
      return pick("zu \(cents(cost)) die kWh", "at \(cents(cost)) a kWh") + from + other
    case .isKeptOn(let cost, let worth):
      return pick(
        "zu \(cents(cost)) die kWh, wert \(cents(worth)): Mindestlast, Laufzeiten oder Startkosten halten an",
        "at \(cents(cost)) a kWh, worth \(cents(worth)): least load, least times or a start's cost keep it on")
    case .rests(let cost, let worth):
      return pick(
        "die kWh kostete \(cents(cost)), wert ist sie \(cents(worth))",
        "a kWh of it would cost \(cents(cost)) and is worth \(cents(worth))")
    case .isKeptOff(let cost, let worth):
      return pick(
        "die kWh kostete \(cents(cost)), wert ist sie \(cents(worth)): Sperre, Mindestlast, Laufzeiten oder Startkosten halten ab",
        "a kWh of it would cost \(cents(cost)) and is worth \(cents(worth)): blocking, least load, least times or a start's cost keep it off"
      )
    default: return ""
    }
  }

  private func time(from step: Int) -> String {
    let (day, time) = calendar.local(horizon.steps[step].lowerBound.start)
    return "\(language.weekday(day.weekday)) \(time)"
  }

  private func cost(_ price: EnergyPrice, _ source: Explanation.PowerSource) -> String {
    switch source {
    case .grid: return pick("aus dem Netz zu \(cents(price))", "from the grid at \(cents(price))")
    case .feedIn: return pick("mit Überschuss, der \(cents(price)) brächte", "with surplus that would bring \(cents(price))")
    case .elsewhere: return pick("wenn die kWh \(cents(price)) wert ist", "while a kWh is worth \(cents(price))")
    }
  }

  private func saving(_ price: EnergyPrice, _ source: Explanation.PowerSource) -> String {
    switch source {
    case .grid: return pick("statt Bezug zu \(cents(price))", "instead of the grid at \(cents(price))")
    case .feedIn: return pick("ins Netz zu \(cents(price))", "into the grid at \(cents(price))")
    case .elsewhere: return pick("wenn die kWh \(cents(price)) wert ist", "while a kWh is worth \(cents(price))")
    }
  }

  // MARK: - What overruling costs

  func price(_ price: Overruling.Price) -> String {
    switch price {
    case .costs(let cost): return pick("Anders kostet es \(euros(cost)) mehr.", "Overruling costs \(euros(cost)).")
    case .costsLessThan(let cost):
      return pick("Anders kostet es weniger als \(euros(cost)) mehr.", "Overruling costs less than \(euros(cost)).")
    case .breaks(let kind):
      return pick("Anders wird eine Grenze verletzt", "Overruling breaks a limit") + " (\(language.name(of: kind)))."
    case .impossible: return pick("Anders geht es nicht.", "It cannot be otherwise.")
    case .notComputed:
      return pick(
        "Was es anders kostete, ist nicht gerechnet: die Zeit war um, --explain nimmt sich mehr.",
        "Overruling is not priced: the time was up, --explain takes more.")
    }
  }
}

extension Language {
  var whyWord: String { pick("WARUM", "WHY") }
  var nothingDecided: String {
    pick("hier war nichts zu entscheiden", "nothing was to be decided here")
  }
  var reasonsUnknown: String {
    pick(
      "ohne Begründung: der Plan ist nicht nachweislich optimal, seine Grenzpreise sind nicht bekannt",
      "no reasons: the plan is not proven optimal, so that its marginal prices are not known")
  }
  func name(of kind: Breach.Kind) -> String {
    switch kind {
    case .importBeyondLimit: return pick("Bezug über dem Anschluss", "import beyond the connection")
    case .exportBeyondLimit: return pick("Einspeisung über dem Anschluss", "feed-in beyond the connection")
    case .chargingUnreachable: return pick("Auto nicht voll", "car short at departure")
    case .windowTooShort: return pick("Zeitfenster zu kurz", "window too short")
    case .heatMissing: return pick("Wärme fehlt", "heat missing")
    case .coldMissing: return pick("Kälte fehlt", "cold missing")
    case .coldExcess: return pick("zu viel Kälte", "too much cold")
    case .heatExcess: return pick("zu viel Wärme", "too much heat")
    case .powerExcess: return pick("Strom ohne Abnehmer", "power without taker")
    case .importBeyondOrder: return pick("Bezug über der Anordnung", "import beyond the operator's limit")
    case .exportBeyondOrder: return pick("Einspeisung über der Anordnung", "feed-in beyond the operator's limit")
    case .controllableBeyondOrder: return pick("Steuerbares über der Anordnung", "controllable power beyond the operator's limit")
    case .reserveTooLong: return pick("Reserve zu lang", "reserve too long")
    case .reserveMissing: return pick("Reserve fehlt", "reserve missing")
    }
  }
}
