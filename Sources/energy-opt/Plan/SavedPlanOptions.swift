import ArgumentParser
import Console
import Foundation
import MarketTime
import Planning
import Quantities
import Reporting

/// A plan kept for later, and what has changed since one that was kept.
struct SavedPlanOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep the plan in this file, as --format json prints it.", valueName: "plan.json"))
  var save: String?

  @Option(help: ArgumentHelp("Say what has changed since the plan that was kept in this file.", valueName: "plan.json"))
  var since: String?

  @Option(help: "What the plan is held beside: rule (the standing rule), last (the plan of --since in what is known now), none.")
  var compare = Comparison.rule

  /// What a plan can be held beside.
  enum Comparison: String, CaseIterable, ExpressibleByArgument {
    case rule, last, none
  }

  func validate() throws {
    guard compare != .last || since != nil else { throw ValidationError("--compare last needs the last plan: --since plan.json") }
  }

  /// Keeps `report`.
  ///
  /// - Throws: `ExitCode` 1 after telling why it cannot be written.
  func keep(_ report: PlanReport) throws {
    guard let save else { return }
    do {
      try Data(report.json().utf8).write(to: URL(filePath: save), options: .atomic)
    } catch {
      tell("\(save) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  /// The plan that was kept; nil where nobody asks.
  ///
  /// - Throws: `ExitCode` 3 after telling why it is none.
  func earlier() throws -> EarlierPlan? {
    guard let since else { return nil }
    guard let plan = try Self.read(since)?.plan else { throw Self.noPlan(since) }
    return plan
  }

  /// What the plan kept in the file at `path` expects plants to make beyond what loads take, of all sites together.
  ///
  /// - Throws: `ExitCode` 3 after telling why it is no plan.
  static func surplus(inPlan path: String) throws -> TimeSeries<Power?> {
    guard let saved = try read(path), let plan = saved.plan else { throw noPlan(path) }
    let counted = saved.sites.flatMap(\.assets).filter { asset in
      asset.role == AssetSchedule.Role.generation.rawValue || asset.role == AssetSchedule.Role.load.rawValue
    }
    let powers = counted.compactMap { plan.powers[$0.assetId] }
    return TimeSeries(
      start: plan.span.lowerBound,
      values: plan.span.map { quarter in powers.reduce(Power.zero) { $0 - ($1[quarter] ?? .zero) } })
  }

  private static func read(_ path: String) throws -> SavedPlan? {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      tell("\(path) cannot be read: \(error.localizedDescription)")
      throw ExitCode(3)
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(SavedPlan.self, from: data)
  }

  private static func noPlan(_ path: String) -> ExitCode {
    tell("\(path) is no plan of schema version \(PlanReport.schemaVersion); keep one with --save")
    return ExitCode(3)
  }
}

/// What is read of a plan in JSON (docs/formats/plan-json.md).
private struct SavedPlan: Decodable {
  struct Site: Decodable {
    let assets: [Asset]
  }

  struct Asset: Decodable {
    let assetId: String
    let role: String
    let powerKw: [Double]
    let fuelKw: [Double]?
  }

  let schemaVersion: Int
  let kind: String
  let start: String
  let stepMinutes: [Int]
  let sites: [Site]

  /// The plan; nil where its parts do not fit each other.
  var plan: EarlierPlan? {
    guard schemaVersion == PlanReport.schemaVersion, kind == "plan", let time = Timestamp(iso8601: start),
      stepMinutes.allSatisfy({ (1...100_000).contains($0) && $0 % 15 == 0 })
    else { return nil }
    let begin = QuarterHour(containing: time)
    let lengths = stepMinutes.map { $0 / 15 }
    var (powers, former): ([String: TimeSeries<Power>], FormerPowers) = ([:], [:])
    for asset in sites.flatMap(\.assets) {
      func series(_ kilowatts: [Double]) -> TimeSeries<Power>? {
        guard kilowatts.count == lengths.count, kilowatts.allSatisfy({ abs($0) < 1e9 }) else { return nil }
        let values = zip(kilowatts, lengths).flatMap { Array(repeating: Power(kilowatts: $0), count: $1) }
        return TimeSeries(start: begin, values: values)
      }
      guard let power = series(asset.powerKw) else { return nil }
      powers[asset.assetId] = power
      guard AssetSchedule.Role(rawValue: asset.role)?.isSteered ?? false else { continue }
      former[asset.assetId] = power
      // What makes fuel is scheduled by the power that it takes.
      guard let fuel = asset.fuelKw, fuel.contains(where: { $0 > 0 }) else { continue }
      guard let power = series(fuel) else { return nil }
      former[asset.assetId] = power
    }
    return EarlierPlan(span: begin..<begin.advanced(by: lengths.reduce(0, +)), powers: powers, formerPowers: former)
  }
}
