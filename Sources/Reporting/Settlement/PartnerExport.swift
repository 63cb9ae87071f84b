public import CommunityModel
import Console
import MarketTime
import Quantities
import RecordLedger
public import Settlement

/// Files for a supplier or market partner: what a month's settlement says, and the quarter hours behind it. CSV with semicolons, decimal points, UTF-8;
/// `docs/formats/settlement-export.md`. Ids only, no names.
public struct PartnerExport: Sendable {
  /// A file by its name.
  public typealias File = (name: String, text: String)

  /// Where a value comes from.
  public enum Origin: Sendable, Hashable {
    /// What a counter that we read advanced.
    case counter
    /// Imported, from the file named; `version` counts the values of its quarter hour from 1.
    case file(String, version: Int)
    /// Made by the rule named in the place of a missing value; versions as above.
    case substitute(String, version: Int)
  }

  private let community: Community
  private let run: RunRecord
  private let members: [MemberRecord]
  private let energies: MeteredEnergies
  private let origins: [MeteredEnergies.Key: [Origin?]]

  /// The files of a run with its members' records, and of what meters counted in its month.
  ///
  /// - Parameter origins: where each value of a series comes from, in the order of the quarter hours; nil where there is none.
  public init(
    _ run: RunRecord, _ members: [MemberRecord], energies: MeteredEnergies, origins: [MeteredEnergies.Key: [Origin?]],
    on community: Community
  ) {
    self.run = run
    self.members = members
    self.energies = energies
    self.origins = origins
    self.community = community
  }

  private var runID: String { "\(run.month).\(run.version)" }

  /// The series with their names for the market, in the order of points; those without any value too, since they are expected.
  private var series: [(point: MeteringPoint, direction: MeteredEnergies.Direction, values: TimeSeries<IntervalEnergy>)] {
    community.meteringPoints.filter { $0.measures != .heat }.sorted { $0.id < $1.id }.flatMap { point in
      MeteredEnergies.Direction.allCases.compactMap { direction in
        energies[point.id, direction].map { (point, direction, $0) }
      }
    }
  }

  /// All files but the manifest.
  public func files() -> [File] {
    [("settlement.csv", settlement()), ("totals.csv", totals())]
      + series.map { ("energies/\($0.point.id)-\($0.direction.rawValue).csv", quarterHours($0.point, $0.direction, $0.values)) }
  }

  /// What is in the files, in numbers, and the fingerprint of each.
  ///
  /// - Parameters:
  ///   - fingerprints: SHA-256 of each file by its name, hexadecimal.
  ///   - key: the public key that signs the manifest, hexadecimal.
  ///   - previous: the run of the month before that was final; nil for none.
  public func manifest(_ fingerprints: [(name: String, hex: String)], key: String, previous: String?) -> String {
    let expected = energies.span.count
    return JSONValue.object([
      ("schema_version", .integer(1)), ("kind", .string("settlement_export")), ("community_id", .string(community.id.text)),
      ("month", .string("\(run.month)")), ("time_zone", .string(community.calendar.timeZone)),
      ("start_utc", .string("\(energies.span.lowerBound)")), ("end_utc", .string("\(energies.span.upperBound)")),
      ("run_id", .string(runID)), ("state", .string(run.state.rawValue)), ("input", .string(run.input.hex)),
      ("previous_run_id", .optional(previous)), ("software", .string("energy-opt \(run.software)")),
      (
        "series",
        .array(
          series.map { entry in
            .object([
              ("point_id", .string(entry.point.id.text)), ("obis", .string(entry.direction.obis)),
              ("quarter_hours_expected", .integer(expected)),
              ("quarter_hours_found", .integer(entry.values.values.count { $0.energy != nil })),
              ("kwh", .number(exactKilowattHours(entry.values.sum))),
            ])
          })
      ), ("net_eur", .number(decimalText(run.sums[0], digits: 6))), ("vat_eur", .number(decimalText(run.sums[1], digits: 6))),
      (
        "files",
        .array(fingerprints.map { .object([("name", .string($0.name)), ("sha256", .string($0.hex))]) })
      ), ("signer_ed25519", .string(key)),
    ]).text() + "\n"
  }

  private func settlement() -> String {
    let header =
      "run_id;key_version;member_id;point_ids;consumption_kwh;allocated_kwh;residual_kwh;surplus_kwh;quality;price;net;vat;gross;"
      + "corrects;item;term;zone"
    let rows = members.flatMap { record -> [[String]] in
      let part = record.part
      let points = community.meteringPoints.filter { $0.members.contains(part.member) }.map(\.id.text).sorted()
      let head = [runID, record.keys.map(\.version).joined(separator: ","), part.member.text, points.joined(separator: ",")]
      let worst = part.energies.map(\.quality).max().map { "\($0)" } ?? ""
      let balance =
        [exactKilowattHours(part.used), exactKilowattHours(part.shared), exactKilowattHours(part.used - part.shared), "", worst]
        + ["", "", "", "", "", "balance", "", ""]
      return (part.energies.isEmpty ? [] : [head + balance]) + part.lines.map { head + Self.cells($0) }
    }
    return table(header, rows)
  }

  /// The columns from `consumption_kwh` on: a line's energy stands in that of its item.
  private static func cells(_ line: SettlementLine) -> [String] {
    let energy = line.energy.map(exactKilowattHours) ?? ""
    var price = ""
    if case .energy(_, _, let each) = line.basis { price = decimalText(each.count, digits: 6) }
    if case .dynamic(_, _, let mean) = line.basis { price = decimalText(mean.count, digits: 6) }
    let place: Int? =
      switch line.kind {
      case .shared, .producer, .tenantPower, .network: 1
      case .residual: 2
      case .feedIn: 3
      case .base, .lease, .cap, .solidarity: nil
      }
    return (0..<4).map { $0 == place ? energy : "" }
      + ["", price, euros(line.net), euros(line.vat), euros(line.gross), line.corrects?.description ?? "", line.kind.rawValue]
      + [line.term, line.zone]
  }

  private func totals() -> String {
    table(
      "community;point_id;obis;month;kwh;quarter_hours_expected;quarter_hours_found",
      series.map { entry in
        [
          community.id.text, entry.point.id.text, entry.direction.obis, "\(run.month)", exactKilowattHours(entry.values.sum),
          "\(energies.span.count)", "\(entry.values.values.count { $0.energy != nil })",
        ]
      })
  }

  private func quarterHours(
    _ point: MeteringPoint, _ direction: MeteredEnergies.Direction, _ values: TimeSeries<IntervalEnergy>
  ) -> String {
    let origins = origins[MeteredEnergies.Key(point.id, direction)] ?? values.values.map { _ in nil }
    return table(
      "community;point_id;obis;start_utc;end_utc;start_local;kwh;status;source;method;reason;version;run_id",
      zip(zip(values.span, values.values), origins).map { interval, origin in
        let (quarter, value) = interval
        return [
          community.id.text, point.id.text, direction.obis, "\(quarter.start)", "\(quarter.end)",
          community.calendar.name(of: quarter..<quarter.advanced(by: 1), by: .quarterHour),
          value.energy.map(exactKilowattHours) ?? "", "\(value.quality)",
        ] + (origin?.cells ?? ["", "", "", ""]) + [runID]
      })
  }

  private func table(_ header: String, _ rows: [[String]]) -> String {
    ([header] + rows.map { $0.joined(separator: ";") }).map { $0 + "\n" }.joined()
  }
}

extension PartnerExport.Origin {
  /// Source, method, reason, version.
  fileprivate var cells: [String] {
    switch self {
    case .counter: ["counter", "", "", "1"]
    case .file(let name, let version): [quoted(name), "", version > 1 ? "replaced" : "", "\(version)"]
    case .substitute(let rule, let version): ["substitute", rule, "missing", "\(version)"]
    }
  }

  /// A name of a file as a cell (RFC 4180, parted by semicolons).
  private func quoted(_ name: String) -> String {
    guard name.contains(where: { ";\"\n\r".contains($0) }) else { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}

extension MeteredEnergies.Direction {
  /// The load curve's OBIS code.
  fileprivate var obis: String {
    switch self {
    case .import: "1-0:1.29.0"
    case .export: "1-0:2.29.0"
    }
  }
}

extension TimeSeries<IntervalEnergy> {
  /// Of all known values.
  fileprivate var sum: Energy { values.reduce(.zero) { $0 + ($1.energy ?? .zero) } }
}
