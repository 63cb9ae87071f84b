public import EnergySystems
import Foundation

/// A case in JSON: an energy system as researchers and tests write it down, in kW, kWh, EUR and kg (docs/formats/case.md).
public struct CaseFile: Sendable {
  /// What the file describes.
  public let system: EnergySystem

  /// The version of the format that this program reads and writes.
  public static let schemaVersion = 1

  /// Reads `bytes`.
  ///
  /// - Throws: `CaseError` with the JSON path of the first thing that is wrong: unknown keys, wrong types, contradictory figures.
  public init(_ bytes: [UInt8]) throws(CaseError) {
    let entry: CaseEntry
    let data = Data(bytes)
    do {
      entry = try JSONDecoder().decode(CaseEntry.self, from: data)
    } catch let error as CaseError {
      throw error
    } catch let error as DecodingError {
      throw Self.syntaxError(in: data) ?? CaseError(error)
    } catch {
      throw Self.syntaxError(in: data) ?? CaseError("$", "cannot be read: \(error)")
    }
    do {
      try entry.system.validate()
    } catch {
      throw entry.error(for: error)
    }
    system = entry.system
  }
}

extension CaseFile {
  /// What keeps `data` from being JSON, with line and column; nil where it is.
  private static func syntaxError(in data: Data) -> CaseError? {
    if data.isEmpty { return CaseError("$", "is empty: a case is a JSON object") }
    do {
      _ = try JSONSerialization.jsonObject(with: data)
      return nil
    } catch {
      let words = (error as NSError).userInfo["NSDebugDescription"] as? String
      return CaseError("$", "is not JSON: " + placed(words ?? "\(error)", in: data))
    }
  }

  /// The parser's `words`, with line and column where it names a byte or the end.
  private static func placed(_ words: String, in data: Data) -> String {
    let place: (byte: Int, words: Substring)
    if let match = words.firstMatch(of: /^(.*) around character (\d+)\.?$/), let byte = Int(match.2) {
      place = (byte, match.1)
    } else if words.contains("end of file") {
      place = (data.count, "The file ends too early")
    } else {
      return words
    }
    let lines = data.prefix(place.byte).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let column = String(decoding: lines.last ?? Data(), as: UTF8.self).count + 1
    return "\(place.words), in line \(lines.count), column \(column)"
  }
}

private struct CaseEntry: Decodable {
  private(set) var system: EnergySystem
  /// Where each part was described.
  private var places: [String: String] = [:]
  /// The same of what has no name among the parts.
  private var others = ["system": "$"]

  /// Quarter hours of a generation; more is a slip.
  private static let mostSteps = 1_000_000

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    for text in ["name", "origin", "licence"] { _ = try object.optional(text, String.self) }
    if let version = try object.whole("schema_version"), version != CaseFile.schemaVersion {
      throw CaseError(
        object.place(of: "schema_version"), "is \(version), and this program reads version \(CaseFile.schemaVersion)")
    }
    let steps = try object.requiredWhole("steps")
    let range = 0...Self.mostSteps
    guard range.contains(steps) else {
      throw CaseError(object.place(of: "steps"), "is \(steps), and must be from 0 to \(Self.mostSteps)")
    }
    var buses = try object.required("buses", [BusEntry].self).map(\.bus)
    for (number, name) in try object.value("dump", or: [String]()).enumerated() {
      guard let place = buses.firstIndex(where: { $0.name == name }) else {
        throw CaseError(object.place(of: "dump") + "[\(number)]", "is \"\(name)\", which is not among the buses")
      }
      buses[place].canDump = true
    }
    system = EnergySystem(hours: try Self.hours(&object, steps), buses: buses)
    for (number, bus) in buses.enumerated() {
      let place = "$.buses[\(number)]"
      if let twin = others.updateValue(place, forKey: "bus " + bus.name) {
        throw CaseError(place, "is \"\(bus.name)\", the name of \(twin), too")
      }
    }
    system.supplies = try parts("imports", &object, [ImportEntry].self) { $0.part }
    system.offtakes = try parts("exports", &object, [ExportEntry].self) { $0.part }
    system.demands = try object.value("demands", or: [DemandEntry]()).map(\.part)
    system.sources = try parts("vres", &object, [SourceEntry].self) { $0.part }
    system.converters = try parts("converters", &object, [ConverterEntry].self) { $0.part }
    system.stores = try parts("storages", &object, [StorageEntry].self) { $0.part }
    system.links = try parts("links", &object, [LinkEntry].self) { $0.part }
    system.chargingPoints = try parts("evs", &object, [CarsEntry].self) { $0.part }
    system.flexibleUses = try parts("flex", &object, [FlexEntry].self) { $0.part }
    system.peakCharges = try parts("peaks", &object, [PeakEntry].self) { $0.part }
    system.contracts = try parts("contracts", &object, [ContractEntry].self) { $0.part }
    system.flowLimits = try parts("limits", &object, [LimitEntry].self) { $0.part }
    system.sharings = try parts("sharing", &object, [SharingEntry].self) { $0.part }
    for number in system.demands.indices { others["demand \(number)"] = "$.demands[\(number)]" }
    system.carbonPrice = try object.value("co2_price", or: 0)
    if let objective = try object.optional("objective", ObjectiveEntry.self) { system.objective = objective.objective }
    if let slack = try object.optional("lex_slack", Double.self) { system.objective.slack = slack }
    try object.end()
  }

  private static func hours(_ object: inout CaseObject, _ steps: Int) throws -> [Double] {
    switch try object.requiredSeries("dt_h") {
    case .constant(let length): return [Double](repeating: length, count: steps)
    case .steps(let lengths):
      guard lengths.count == steps else {
        throw CaseError(object.place(of: "dt_h"), "has \(lengths.count) lengths for \(steps) steps")
      }
      return lengths
    }
  }

  /// Reads the parts listed under `key`, and notes where each is.
  private mutating func parts<Entry: Decodable, Part: SystemPart>(
    _ key: String, _ object: inout CaseObject, _ type: [Entry].Type, _ part: (Entry) -> Part
  ) throws -> [Part] {
    let parts = try object.value(key, or: [Entry]()).map(part)
    for (number, part) in parts.enumerated() {
      let place = "$.\(key)[\(number)]"
      guard places[part.id] == nil else {
        throw CaseError("\(place).id", "is \"\(part.id)\", the name of \(places[part.id] ?? "another"), too")
      }
      places[part.id] = place
    }
    return parts
  }

  /// What `error` is called in the file.
  func error(for error: SystemError) -> CaseError {
    switch error {
    case .part(let part, let figure, let reason):
      CaseError((others[part] ?? places[part] ?? "$") + ".\(figure)", reason)
    }
  }
}
