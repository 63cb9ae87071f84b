import CommunityModel
import Console
import MarketTime
import Quantities
import Reporting

extension HeatMonth {
  /// The heat information for programs; see `docs/formats/summary-json.md`.
  public func json() -> String {
    JSONValue.object([
      ("schema_version", .integer(MemberSummary.schemaVersion)), ("kind", .string("heat_month")),
      ("member_id", .string(member.text)), ("month", .string(month.description)), ("time_zone", .string(calendar.timeZone)),
      ("last_month", last.json), ("previous_month", previous.json), ("year_before", yearBefore.json),
      ("average", averageJSON),
      (
        "average_user",
        normal.map {
          .object([("source", .string($0.source)), ("energy_kwh", .optional($0.energy(in: month)))])
        } ?? .null
      ),
      (
        "sources",
        .array(
          mix.map {
            .object([
              ("source", .string($0.source.rawValue)), ("percent", .number(decimalText($0.share.count, digits: 7))),
            ])
          })
      ),
    ]).text() + "\n"
  }

  private var averageJSON: JSONValue {
    let (kind, id) =
      switch place {
      case .network(let network): ("heat_network", network.text)
      case .house(let site): ("site", site.text)
      }
    let reason: String? =
      switch average {
      case .mean: nil
      case .tooFew: "too_few"
      case .oneStandsOut: "one_stands_out"
      }
    return .object([
      ("of", .string(kind)), ("id", .string(id)), ("energy_kwh", .optional(mean?.energy)),
      ("users", mean.map { .integer($0.users) } ?? .null), ("hidden_because", .optional(reason)),
    ])
  }
}

extension HeatMonth.Use {
  fileprivate var json: JSONValue {
    .object([
      ("month", .string(month.description)), ("energy_kwh", .optional(energy)), ("member_since", .optional(since?.description)),
      ("quarter_hours", .integer(expected)), ("known_quarter_hours", .integer(known)),
      ("substituted_quarter_hours", .integer(substituted)),
    ])
  }
}
