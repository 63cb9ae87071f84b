import EnergySystems
import Foundation
import TestSupport

/// The folder `../shared/cases` beside the checkout: cases of other programs and the optima that they come to.
enum ReferenceFolder {
  /// The folder, when it is there.
  static let url: URL? = {
    let folder = projectFile("../shared/cases").standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.appending(path: "expected").path) ? folder : nil
  }()

  static let isThere = url != nil

  /// What to say where it is not.
  static let absence = "../shared/cases is not here"

  /// A figure, column or file that is not where it is looked for.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  fileprivate static func data(_ path: String) throws -> Data {
    guard let url else { throw Missing(description: absence) }
    return try Data(contentsOf: url.appending(path: path))
  }
}

/// Figures of a JSON file, by their keys.
struct Figures {
  private let value: Any
  private let place: String

  private init(_ value: Any, _ place: String) {
    self.value = value
    self.place = place
  }

  /// Of the file at `path` within the folder.
  init(_ path: String) throws {
    self.init(try JSONSerialization.jsonObject(with: ReferenceFolder.data(path)), path)
  }

  /// What the case `name` is about.
  static func ofCase(_ name: String) throws -> Figures { try Figures("\(name)/case.json") }

  /// What the case `name` must come to.
  static func expected(_ name: String) throws -> Figures { try Figures("expected/\(name).json") }

  /// A number.
  subscript(keys: String...) -> Double {
    get throws { try (value(at: keys) as? NSNumber)?.doubleValue ?? missing(keys) }
  }

  func numbers(_ keys: String...) throws -> [Double] {
    try (value(at: keys) as? [NSNumber])?.map(\.doubleValue) ?? missing(keys)
  }

  func texts(_ keys: String...) throws -> [String] { try value(at: keys) as? [String] ?? missing(keys) }

  /// The objects or lists under `keys`, by their own keys.
  func members(_ keys: String...) throws -> [String: Figures] {
    guard let object = value(at: keys) as? [String: Any] else { return try missing(keys) }
    return Dictionary(uniqueKeysWithValues: object.map { ($0, Figures($1, place + "." + $0)) })
  }

  func member(_ key: String) throws -> Figures {
    try members()[key] ?? missing([key])
  }

  func list(_ keys: String...) throws -> [Figures] {
    try (value(at: keys) as? [Any])?.enumerated().map { Figures($1, "\(place)[\($0)]") } ?? missing(keys)
  }

  /// Whether there is something under `key`.
  func has(_ key: String) -> Bool { value(at: [key]) != nil }

  private func value(at keys: [String]) -> Any? {
    keys.reduce(value as Any?) { ($0 as? [String: Any])?[$1] }
  }

  private func missing<Value>(_ keys: [String]) throws -> Value {
    throw ReferenceFolder.Missing(description: "\(place) has no \(keys.joined(separator: ".")) of this kind")
  }
}

/// A CSV file with a head, by columns.
struct Table {
  private let path: String
  private let columns: [String: Int]
  private let rows: [[String]]

  /// The file at `path` within the folder.
  init(_ path: String) throws {
    self.path = path
    let lines = String(decoding: try ReferenceFolder.data(path), as: UTF8.self).components(separatedBy: "\n")
    let names = lines[0].components(separatedBy: ",")
    columns = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    rows = lines.dropFirst().filter { !$0.isEmpty }.map { $0.components(separatedBy: ",") }
  }

  var count: Int { rows.count }

  func texts(_ name: String) throws -> [String] {
    guard let column = columns[name] else { throw ReferenceFolder.Missing(description: "\(path) has no column \(name)") }
    return rows.map { $0[column] }
  }

  func numbers(_ name: String) throws -> [Double] {
    try texts(name).map { text in
      guard let number = Double(text) else { throw ReferenceFolder.Missing(description: "\(path): \(text) is no number") }
      return number
    }
  }

  func series(_ name: String, times factor: Double = 1) throws -> Series {
    .steps(try numbers(name).map { factor * $0 })
  }
}

extension EnergySystem {
  /// A system of `count` steps of equal length.
  init(_ count: Int, hours: Double = 1, _ buses: Bus...) {
    self.init(hours: [Double](repeating: hours, count: count), buses: buses)
  }
}

extension Converter {
  /// A converter that makes one thing of another.
  static func simple(
    _ id: String, from input: String? = nil, to output: String, _ perInput: Series, max: Series = .constant(.infinity),
    costPerInput: Series = 0, commitment: Commitment? = nil, size: Size? = nil
  ) -> Converter {
    Converter(
      id, input: input, modes: [.init([.init(output, perInput)])], maxInput: max, costPerInput: costPerInput,
      commitment: commitment, size: size)
  }
}
