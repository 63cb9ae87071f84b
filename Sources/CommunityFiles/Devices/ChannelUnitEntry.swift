import Quantities
import Readings
import Yams

/// The key `unit` of a register, point or sample: a unit of the channel.
enum ChannelUnitEntry {
  /// The unit that `fields` names for `channel`; counted numbers have none.
  static func read(_ fields: Fields, channel: Channel) -> UnitOfMeasure? {
    let symbols = channel.unit.symbols
    if channel.unit == .number {
      if fields.has("unit") {
        fields.problems.add("\(channel.rawValue) is a number without a unit", at: fields.place(of: "unit"))
      }
      return symbols.first
    }
    let customary = symbols.map(\.symbol)
    guard let node = fields.required("unit", expected: "one of \(customary.joined(separator: ", "))") else { return nil }
    if let unit = symbols.first(where: { $0.symbol == node.string }) { return unit }
    fields.problems.add(
      "'\(node.string ?? "")' is no unit of \(channel.rawValue); write one of \(customary.joined(separator: ", "))", at: node.mark
    )
    return nil
  }
}
