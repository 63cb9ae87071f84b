import Console
import EnergySystems
import Foundation

/// An object of a case, read key by key; what nobody asked for is an error at the end.
struct CaseObject {
  private let container: KeyedDecodingContainer<CaseKey>
  private let path: [any CodingKey]
  private var asked: Set<String> = ["comment"]

  init(_ decoder: any Decoder) throws {
    do {
      container = try decoder.container(keyedBy: CaseKey.self)
    } catch {
      throw CaseError(decoder.codingPath.jsonPath, "must be an object")
    }
    path = decoder.codingPath
  }

  /// Where the value of `key` is.
  func place(of key: String) -> String { (path + [CaseKey(key)]).jsonPath }

  /// The value of `key`; nil where it is not there or null.
  mutating func optional<Value: Decodable>(_ key: String, _ type: Value.Type = Value.self) throws -> Value? {
    asked.insert(key)
    do {
      return try container.decodeIfPresent(type, forKey: CaseKey(key))
    } catch let error as DecodingError {
      throw CaseError(error)
    }
  }

  /// The value of `key`, or `fallback`.
  mutating func value<Value: Decodable>(_ key: String, or fallback: Value) throws -> Value {
    try optional(key) ?? fallback
  }

  /// The value of `key`, which must be there.
  mutating func required<Value: Decodable>(_ key: String, _ type: Value.Type = Value.self) throws -> Value {
    guard let value = try optional(key, type) else { throw CaseError(place(of: key), "is missing") }
    return value
  }

  /// The whole number of `key`; nil where it is not there or null.
  mutating func whole(_ key: String) throws -> Int? {
    guard let number = try optional(key, Double.self) else { return nil }
    guard let whole = Int(exactly: number) else { throw CaseError(place(of: key), "is \(number), and must be a whole number") }
    return whole
  }

  /// The whole number of `key`, which must be there.
  mutating func requiredWhole(_ key: String) throws -> Int {
    guard let whole = try whole(key) else { throw CaseError(place(of: key), "is missing") }
    return whole
  }

  /// The list of whole numbers of `key`; nil where it is not there or null.
  mutating func wholes(_ key: String) throws -> [Int]? {
    try optional(key, [Double].self)?.enumerated().map { place, number in
      guard let whole = Int(exactly: number) else {
        throw CaseError(self.place(of: key) + "[\(place)]", "is \(number), and must be a whole number")
      }
      return whole
    }
  }

  mutating func series(_ key: String) throws -> Series? { try optional(key, SeriesEntry.self)?.series }

  mutating func series(_ key: String, or fallback: Series) throws -> Series { try series(key) ?? fallback }

  mutating func requiredSeries(_ key: String) throws -> Series { try required(key, SeriesEntry.self).series }

  mutating func size() throws -> Size? { try optional("size", SizeEntry.self)?.size }

  /// Refuses keys that nobody asked for.
  func end() throws {
    let unknown = container.allKeys.map(\.stringValue).filter { !asked.contains($0) }.sorted()
    guard let first = unknown.first else { return }
    let known = asked.subtracting(["comment"]).sorted()
    throw CaseError(place(of: first), "is not known here" + Spelling.hint(for: first, among: known))
  }
}

/// A key of any name.
struct CaseKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

extension [any CodingKey] {
  /// As a JSON path from the root.
  var jsonPath: String {
    reduce("$") { path, key in
      if let place = key.intValue { return path + "[\(place)]" }
      let isPlain = key.stringValue.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      return path + (isPlain ? ".\(key.stringValue)" : "[\"\(key.stringValue)\"]")
    }
  }
}

extension CaseError {
  /// What the decoder says, in the words of this room.
  init(_ error: DecodingError) {
    switch error {
    case .typeMismatch(let type, let context):
      self.init(context.codingPath.jsonPath, "must be \(Self.name(of: type))")
    case .valueNotFound(let type, let context):
      self.init(context.codingPath.jsonPath, "is null, and must be \(Self.name(of: type))")
    case .keyNotFound(let key, let context):
      self.init((context.codingPath + [key]).jsonPath, "is missing")
    case .dataCorrupted(let context):
      let reason = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
      self.init(context.codingPath.jsonPath, "is not JSON: \(reason ?? context.debugDescription)")
    @unknown default:
      self.init("$", "cannot be read")
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is Double.Type: "a number"
    case is Int.Type: "a whole number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}

/// A number for all steps, or a list with one a step.
struct SeriesEntry: Decodable {
  let series: Series

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      series = .constant(number)
      return
    }
    do {
      series = .steps(try container.decode([Double].self))
    } catch let error as DecodingError {
      guard case .typeMismatch(_, let context) = error, context.codingPath.count == decoder.codingPath.count else {
        throw CaseError(error)
      }
      throw CaseError(decoder.codingPath.jsonPath, "must be a number, or a list of numbers, one a step")
    }
  }
}

struct SizeEntry: Decodable {
  let size: Size

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    size = Size(
      least: try object.value("min", or: 0), most: try object.optional("max"), price: try object.required("cost"),
      fixedCost: try object.value("fixed_cost", or: 0))
    try object.end()
  }
}
