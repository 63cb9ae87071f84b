import CommunityModel
import Console
import Quantities
import Readings

/// What names a series in a header cell or in the cells of a row: `B01-GRID.energy_import [kWh]`.
struct SeriesName {
  /// The part before the point, or all of it.
  let point: String
  /// The part behind the point; nil where there is none.
  let channel: String?
  /// What stands in brackets; nil where nothing does.
  let unit: String?

  init(point: String, channel: String?, unit: String?) {
    self.point = point
    self.channel = channel
    self.unit = unit
  }

  /// Takes a header cell apart; nothing is checked yet.
  init(header: String) {
    var name = Substring(header)
    var unit: String?
    if name.hasSuffix("]"), let bracket = name.lastIndex(of: "[") {
      unit = String(name[bracket...].dropFirst().dropLast())
      name = name[..<bracket]
      while name.last == " " { name.removeLast() }
    }
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(point: String(parts.first ?? ""), channel: parts.count > 1 ? String(parts[1]) : nil, unit: unit)
  }

  /// Point and channel as written.
  var full: String { channel.map { "\(point).\($0)" } ?? point }

  /// The metering point; a fault when it is not spelled as one.
  func meteringPoint() throws(SeriesFileError.Fault) -> MeteringPoint.ID {
    guard MeteringPoint.ID.isWellFormed(point) else {
      throw .name(.malformed(found: point, form: "a metering point's name such as B01-GRID"))
    }
    return MeteringPoint.ID(point)
  }

  /// The channel that is written, else `preset`; a fault when there is neither or the name is unknown.
  func channel(else preset: Channel?) throws(SeriesFileError.Fault) -> Channel {
    guard let channel else {
      guard let preset else { throw .name(.channelMissing(name: point)) }
      return preset
    }
    guard let known = Channel(rawValue: channel) else {
      let nearest = Channel.allCases.map(\.rawValue).min {
        Spelling.distance($0, channel) < Spelling.distance($1, channel)
      }
      throw .name(.unknownChannel(found: channel, nearest: nearest ?? ""))
    }
    return known
  }

  /// The unit that is written, else the one called `preset`; a fault when there is neither or it is none of `known`.
  func unit(of known: [UnitOfMeasure], else preset: String?) throws(SeriesFileError.Fault) -> UnitOfMeasure {
    guard let symbol = unit ?? preset else {
      throw .name(.unitMissing(name: full, known: known.map(\.symbol)))
    }
    guard let unit = known.first(where: { $0.symbol == symbol }) else {
      throw .name(.unknownUnit(found: symbol, known: known.map(\.symbol)))
    }
    return unit
  }
}
