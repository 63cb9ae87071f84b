import DeviceProfiles
import Foundation
import Quantities
import Testing

/// A recorded device: the words of a dump file and what they are known to mean.
struct Dump {
  /// One line of the `expected` list.
  struct Value {
    /// The SunSpec model it belongs to; nil in register maps.
    let model: Int?
    let entries: [String: String]

    var name: String { entries["point"] ?? entries["quantity"] ?? "" }
    var address: UInt16 { UInt16(entries["address"] ?? "") ?? 0 }
    /// nil where the device has no value.
    var number: DecimalNumber? { entries["value"].flatMap { DecimalNumber($0) } }
  }

  private(set) var device = SimulatedDevice()
  private(set) var contents: [RegisterWords] = []
  private(set) var models: [(id: Int, address: Int, length: Int)] = []
  private(set) var values: [Value] = []

  /// The folder of dumps beside the checkout; nil where it is not there.
  static let folder: URL? = {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let dumps = folder.appendingPathComponent("shared/devices/dumps")
      if FileManager.default.fileExists(atPath: dumps.path) { return dumps }
    }
    return nil
  }()

  /// Reads `name`.yaml: the few forms of YAML that dumps use.
  init(_ name: String) throws {
    let folder = try #require(Self.folder)
    let text = try String(contentsOf: folder.appendingPathComponent(name + ".yaml"), encoding: .utf8)
    var section = ""
    var table = RegisterTable.holding
    var address: UInt16 = 0
    var words: [UInt16]?
    var model: Int?
    func close(_ dump: inout Dump) {
      if let read = words { dump.contents.append(RegisterWords(table: table, address: address, words: read)) }
      words = nil
    }
    for line in text.split(separator: "\n").map(String.init) {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if words != nil, line.hasPrefix("    ") {
        words?.append(contentsOf: SimulatedDevice.words(trimmed))
        continue
      }
      close(&self)
      if !line.hasPrefix(" "), !line.hasPrefix("-"), let colon = trimmed.firstIndex(of: ":") {
        section = String(trimmed[..<colon])
      }
      let entry = trimmed.hasPrefix("- ") ? String(trimmed.dropFirst(2)) : trimmed
      let pairs = Self.pairs(entry.hasPrefix("{") ? String(entry.dropFirst().dropLast()) : entry)
      switch section {
      case "blocks":
        table = pairs["table"].flatMap(RegisterTable.init) ?? table
        address = pairs["address"].flatMap { UInt16($0) } ?? address
        if pairs["words"] != nil { words = [] }
      case "model_chain":
        if let id = Int(pairs["id"] ?? ""), let at = Int(pairs["address"] ?? ""), let length = Int(pairs["length"] ?? "") {
          models.append((id, at, length))
        }
      case "expected":
        model = pairs["model"].flatMap { Int($0) } ?? model
        if pairs["value"] != nil { values.append(Value(model: model, entries: pairs)) }
      default:
        break
      }
    }
    close(&self)
    device = SimulatedDevice(contents)
  }

  /// `a: 1, b: "x, y"` as a dictionary, quotes taken off.
  private static func pairs(_ text: String) -> [String: String] {
    var pairs: [String: String] = [:]
    var piece = ""
    var isQuoted = false
    func take() {
      guard let colon = piece.firstIndex(of: ":") else { return }
      let key = piece[..<colon].trimmingCharacters(in: .whitespaces)
      pairs[key] = piece[piece.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        take()
        piece = ""
      default: piece.append(character)
      }
    }
    take()
    return pairs
  }
}
