import CommunityModel
import Console
import MarketTime
import Quantities

extension MemberSummary {
  /// Version of the JSON that `json()` writes; see `docs/formats/summary-json.md`.
  public static let schemaVersion = 1

  /// The summary for programs; see `docs/formats/summary-json.md`.
  public func json() -> String {
    let when: [(String, JSONValue)] =
      isWeek
      ? [("first_day", .string(days.lowerBound.description)), ("last_day", .string(day.description))]
      : [("day", .string(day.description))]
    let head: [(String, JSONValue)] = [
      ("schema_version", .integer(Self.schemaVersion)), ("kind", .string(isWeek ? "week_summary" : "summary")),
      ("member_id", .string(member.text)),
    ]
    let parts: [(String, JSONValue)] = [
      ("time_zone", .string(calendar.timeZone)), ("own_power", .string("\(ownPower)")), ("has_news", .bool(hasNews)),
      ("faults", .array(faults.map(\.json))), ("electricity", electricity.map { $0.json(withHours: !isWeek) } ?? .null),
      ("past", past.json(isWeek ? "weeks" : "days")), ("saved_eur", .optional(saving?.amount)),
      ("earned_eur", .optional(income)), ("heat", heat.map { $0.json(isWeek ? "usual_weeks" : "usual_days") } ?? .null),
      ("group", group?.json ?? .null), ("sun", .string(sun.rawValue)), ("tip", tip.json(for: tomorrow, start: start)),
      ("score", score?.json ?? .null), ("is_new", .bool(isNew)),
    ]
    let ofWeek: [(String, JSONValue)] =
      isWeek ? [("group_days", .integer(groupDays)), ("days", .array(each.map(\.json)))] : []
    return JSONValue.object(head + when + parts + ofWeek).text() + "\n"
  }
}

extension MemberSummary.Day {
  fileprivate var json: JSONValue {
    .object([
      ("day", .string(day.description)), ("electricity", electricity.map { $0.json(withHours: false) } ?? .null),
      ("heat_kwh", .optional(heat)),
    ])
  }
}

extension CommunitySummary {
  /// The summary for programs; see `docs/formats/summary-json.md`.
  public func json() -> String {
    JSONValue.object([
      ("schema_version", .integer(MemberSummary.schemaVersion)), ("kind", .string("community_summary")),
      ("community_id", .string(community.text)), ("time_zone", .string(calendar.timeZone)),
      ("first_day", .string(days.lowerBound.description)), ("last_day", .string(days.upperBound.advanced(by: -1).description)),
      ("own_power", .string("\(ownPower)")), ("total", total?.json ?? .null),
      (
        "days", .array(each.map { .object([("day", .string($0.day.description)), ("figures", $0.figures?.json ?? .null)]) })
      ),
      ("tip", tip.json(for: tomorrow, start: nil)), ("score", score?.json ?? .null),
    ]).text() + "\n"
  }
}

extension JSONValue {
  /// Kilowatt-hours, or null.
  static func optional(_ energy: Energy?) -> JSONValue {
    energy.map { .number(decimalText($0.count, digits: 6)) } ?? .null
  }
  /// Euros, or null.
  fileprivate static func optional(_ money: Money?) -> JSONValue {
    money.map { .number(decimalText($0.count, digits: 6)) } ?? .null
  }
  /// Percent, or null.
  fileprivate static func percent(_ share: Fraction?) -> JSONValue {
    share.map { .number(decimalText($0.count, digits: 7)) } ?? .null
  }
}

extension ElectricityFigures {
  fileprivate func json(withHours: Bool) -> JSONValue {
    let isKnown = known > 0
    func energy(_ energy: Energy) -> JSONValue { .optional(isKnown ? energy : nil) }
    let hours: [(String, JSONValue)] = [
      (
        "hours",
        .array(
          hours.map { hour in
            .object([
              ("start", .string(hour.span.lowerBound.description)), ("own_kwh", .optional(hour.own)),
              ("bought_kwh", .optional(hour.bought)),
            ])
          })
      )
    ]
    return .object(
      [
        ("quarter_hours", .integer(expected)), ("known_quarter_hours", .integer(known)),
        ("substituted_quarter_hours", .integer(substituted)), ("used_kwh", energy(used)), ("own_kwh", energy(own)),
        ("self_made_kwh", energy(selfMade)), ("shared_kwh", energy(shared)), ("bought_kwh", energy(bought)),
        ("own_percent", .percent(ownShare)), ("fed_in_kwh", energy(fedIn)), ("generated_kwh", energy(generated)),
      ] + (withHours ? hours : []))
  }
}

extension MemberSummary.PastFigures {
  fileprivate func json(_ unit: String) -> JSONValue {
    .object([
      (unit, .integer(count)), ("used_kwh", .optional(count > 0 ? used : nil)), ("own_kwh", .optional(count > 0 ? own : nil)),
      ("own_percent", .percent(ownShare)), ("fed_in_kwh", .optional(count > 0 ? fedIn : nil)),
    ])
  }
}

extension MemberSummary.HeatFigures {
  fileprivate func json(_ unit: String) -> JSONValue {
    .object([("energy_kwh", .optional(energy)), ("usual_kwh", .optional(usual)), (unit, .integer(count))])
  }
}

extension MemberSummary.GroupFigures {
  fileprivate var json: JSONValue {
    .object([
      ("whose", .string("\(whose)")), ("members", .integer(members)), ("made_kwh", .optional(made)), ("own_kwh", .optional(own)),
      ("fed_in_kwh", .optional(fedIn)), ("used_kwh", .optional(used)), ("own_percent", .percent(ownShare)),
    ])
  }
}

extension TipScore {
  fileprivate var json: JSONValue { .object([("right", .integer(right)), ("told", .integer(told))]) }
}

extension SunTip {
  fileprivate func json(for day: LocalDay, start: QuarterHour?) -> JSONValue {
    let (kind, span, isLikely): (String, Range<QuarterHour>?, Bool?)
    switch self {
    case .sun(let window): (kind, span, isLikely) = ("sun", window.span, window.isLikely)
    case .cheapGrid(let run): (kind, span, isLikely) = ("cheap_grid", run, nil)
    case .cheapNight(let run): (kind, span, isLikely) = ("cheap_night", run, nil)
    case .nothing: (kind, span, isLikely) = ("nothing", nil, nil)
    case .unknown: (kind, span, isLikely) = ("unknown", nil, nil)
    }
    return .object([
      ("day", .string(day.description)), ("kind", .string(kind)), ("from", .optional(span?.lowerBound.description)),
      ("until", .optional(span?.upperBound.description)), ("is_likely", isLikely.map { .bool($0) } ?? .null),
      ("own_start", .optional(start?.description)),
    ])
  }
}

extension Fault {
  fileprivate var json: JSONValue {
    switch self {
    case .silentMeter(let since): .object([("kind", .string("silent_meter")), ("since", .optional(since?.description))])
    case .deadPlant(let plant): plant.json("dead_plant")
    case .plantIsBack(let plant): plant.json("plant_is_back")
    case .plantWasDead(let plant, let days): plant.json("plant_was_dead", on: days)
    case .boilerLockout(let since): .object([("kind", .string("boiler_lockout")), ("since", .string(since.description))])
    }
  }
}

extension Fault.Plant {
  fileprivate func json(_ kind: String, on days: [LocalDay] = []) -> JSONValue {
    let dead: [(String, JSONValue)] = days.isEmpty ? [] : [("days", .array(days.map { .string($0.description) }))]
    return .object(
      [("kind", .string(kind)), ("is_own", .bool(isOwn)), ("site", .string(site)), ("others_ran", .bool(othersRan))] + dead)
  }
}
