/// Why a column's or row's series has no usable name.
public enum NameFault: Hashable, Sendable {
  /// The first header cell is not `time`.
  case timeMissing(found: String)
  /// There is no column but the time.
  case noSeries
  /// A column that this kind of file needs is not there.
  case columnMissing(String)
  /// The file has quarter hours, as `store export --by quarter-hour` writes them.
  case quarterHours
  /// A header cell or a point does not have the form of a name.
  case malformed(found: String, form: String)
  /// No unit is written.
  case unitMissing(name: String, known: [String])
  /// The unit is none of this quantity's.
  case unknownUnit(found: String, known: [String])
  /// A row's unit is another than that of the series' first row.
  case unitChanged(found: String, first: String)
  /// No channel is written.
  case channelMissing(name: String)
  /// There is no channel of this name; `nearest` is spelled most like it.
  case unknownChannel(found: String, nearest: String)
  /// The channel is no energy and no power.
  case notAnEnergy(channel: String)
  /// The same series stands in an earlier column.
  case repeated(name: String)

  var explanation: Explanation {
    switch self {
    case .timeMissing(let found):
      return Explanation(
        "the first column is \"\(found)\"", expected: "time", "name the column of times \"time\" and put it first")
    case .noSeries:
      return Explanation(
        "the header has no column but the time", expected: "columns such as B01-GRID.energy_import [kWh]",
        "add columns; cells are separated by commas or semicolons")
    case .columnMissing(let name):
      return Explanation("the header has no column \"\(name)\"", expected: "a column \"\(name)\"", "add it or correct its name")
    case .quarterHours:
      return Explanation(
        "these are quarter hours that a store made of readings, with their quality", expected: "readings, which it makes them of",
        "export and import the readings: energy-opt store export without --by")
    case .malformed(let found, let form):
      return Explanation("\"\(found)\"", expected: form, "correct the name; it may have letters, digits, - and _")
    case .unitMissing(let name, let known):
      return Explanation(
        "\"\(name)\" has no unit", expected: "one of \(known.joined(separator: ", "))",
        "write it behind the name: \(name) [\(known.first ?? "kWh")]")
    case .unknownUnit(let found, let known):
      return Explanation("the unit \"\(found)\"", expected: "one of \(known.joined(separator: ", "))", "correct the unit")
    case .unitChanged(let found, let first):
      return Explanation(
        "the unit \"\(found)\"", expected: "\(first), as in the series' first row", "write all values of a series in one unit")
    case .channelMissing(let name):
      return Explanation(
        "\"\(name)\" names no channel", expected: "POINT.CHANNEL such as \(name).energy_import",
        "write the channel behind the point, or say one for the whole file")
    case .unknownChannel(let found, let nearest):
      return Explanation("there is no channel \"\(found)\"", expected: "a channel's name", "did you mean \(nearest)?")
    case .notAnEnergy(let channel):
      return Explanation(
        "\(channel) is no energy", expected: "energies or mean powers of intervals",
        "remove the column, or import the file as readings")
    case .repeated(let name):
      return Explanation("\(name) a second time", expected: "each series in one column", "remove or rename one of them")
    }
  }
}
