import Collecting
import DeviceProfiles
import Foundation
import ModbusIO
import Quantities
import Readings

/// What `probe --json` writes; docs/formats/collector.md has the contract.
struct ProbeJSON: Encodable {
  /// The version of this form. It changes when a key changes its meaning or goes, not when one is added.
  let version = 1
  let link: String
  let unit: Int
  let profile: String
  let identity: [String: String]
  let quantities: [Quantity]
  let refused: [Block]
  let requests: Int
  let busMs: Int64
  let failure: String?

  struct Block: Encodable {
    let table: String
    let address: Int
    let count: Int
    /// Four hexadecimal digits each; nil when they were not read.
    var words: [String]?
  }

  struct Quantity: Encodable {
    let part: String
    let channel: String
    let registers: [Block]
    /// A whole number of `unit`; nil when it is missing.
    let value: Int64?
    let unit: String
    let missing: String?
    /// What the number of a state means; nil where it is none or nobody says.
    let state: String?
    let ageMs: Int64?
  }

  init(_ probe: DeviceProbe, link: ModbusLink, unit: UInt8, profile: String) {
    self.link = "\(link)"
    self.unit = Int(unit)
    self.profile = profile
    identity = IdentityField.Item.allCases.reduce(into: [:]) { $0[$1.rawValue] = probe.identity[$1] }
    quantities = probe.quantities.map { quantity in
      var missing: String?
      if case .missing(let reason) = quantity.value { missing = reason.rawValue }
      return Quantity(
        part: quantity.key.part.name, channel: quantity.key.channel.rawValue,
        registers: zip(quantity.places, quantity.words).map { Block($0, words: $1) }, value: quantity.value.count,
        unit: quantity.key.channel.unit.storedSymbol, missing: missing, state: quantity.state,
        ageMs: quantity.age?.wholeMilliseconds)
    }
    refused = probe.refused.map { Block($0, words: nil) }
    requests = probe.requests
    busMs = probe.busTime.wholeMilliseconds
    failure = probe.failure.map { "\($0)" } ?? probe.refusal
  }

  /// The JSON text.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension ProbeJSON.Block {
  init(_ block: DeviceProfiles.RegisterBlock, words: [UInt16]?) {
    self.init(
      table: block.table.rawValue, address: Int(block.address), count: block.count, words: words?.map(\.hexadecimal))
  }
}

extension ChannelUnit {
  /// The unit of stored whole numbers, as docs/formats/device-profile.md names it.
  var storedSymbol: String {
    let milli = symbols.first { $0.count == 1 && $0.per == 1 }?.symbol
    return switch self {
    case .millionth: "1e-6"
    case .millidegree: "m degC"
    case .millilitrePerHour: "ml/h"
    case .millilitre: "ml"
    case .ratio: "1e-6"
    case .gram: "g"
    case .number: "1"
    default: milli ?? "\(self)"
    }
  }
}
