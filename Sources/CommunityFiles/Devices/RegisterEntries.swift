import DeviceProfiles
import Quantities
import Readings
import Yams

/// The registers of a profile.
extension DeviceProfileReader {
  /// A register with its place in the file.
  struct Placed {
    let field: RegisterField
    let mark: Mark?
  }

  func register(_ fields: Fields, limits: RequestLimits) -> Placed? {
    let part = fields.text("part", default: "main").map { DevicePart($0) }
    if let part, !Self.parts.contains(part.name) {
      problems.add("there is no part '\(part)'\(Spelling.hint(for: part.name, among: Self.parts))", at: fields.node("part")?.mark)
    }
    let channel: Channel? = fields.choice("channel")
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    let type: RawType? = fields.choice("type")
    let unit = channel.flatMap { ChannelUnitEntry.read(fields, channel: $0) }
    let scale = decimal("scale", in: fields)
    let scaleRegister = fields.fields("scale_register").flatMap { registerAddress($0) }
    let order: WordOrder? = fields.has("word_order") ? fields.choice("word_order") : nil
    let positive: Direction? = fields.has("positive") ? fields.choice("positive") : nil
    let ownPattern = fields.node("not_available")
    let pattern = type.flatMap { type in ownPattern.map { patterns($0, type: type) } }
    let counter = channel.flatMap { counterEntry(fields, channel: $0, unit: unit) }
    fields.finish(except: "unit", "counter")
    guard let part, let channel, let table, let address, let type, let unit else { return nil }
    checkDirection(positive, of: channel, at: fields.mark)
    check(type.registerCount, of: "\(channel.rawValue) (\(type.rawValue))", from: address, limits: limits, at: fields)
    let field = RegisterField(
      part: part, channel: channel, table: table, address: UInt16(address), type: type, wordOrder: order, scale: scale,
      scaleRegister: scaleRegister, unit: unit, positive: positive, notAvailable: pattern, counter: counter)
    return Placed(field: field, mark: fields.mark)
  }

  private static let parts = ["main", "grid", "pv", "battery", "load"]

  private func checkDirection(_ positive: Direction?, of channel: Channel, at mark: Mark?) {
    if channel.hasDirection, positive == nil {
      problems.add(
        "\(channel.rawValue) needs 'positive': what a positive value on the wire means; one of "
          + Direction.allCases.map(\.rawValue).joined(separator: ", "), at: mark)
    }
    if positive != nil, !channel.mayHaveDirection {
      problems.add("\(channel.rawValue) has no direction; delete 'positive'", at: mark)
    }
  }

  private func decimal(_ key: String, in fields: Fields) -> DecimalNumber? {
    guard let node = fields.node(key) else { return nil }
    guard let text = node.string, let number = DecimalNumber(text), number.mantissa != 0 else {
      problems.add("'\(key)' must be a decimal number other than 0, such as 0.1", at: node.mark)
      return nil
    }
    return number
  }

  private func registerAddress(_ fields: Fields) -> RegisterAddress? {
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    fields.finish()
    guard let table, let address else { return nil }
    return RegisterAddress(table: table, address: UInt16(address))
  }

  private func counterEntry(_ fields: Fields, channel: Channel, unit: UnitOfMeasure?) -> RegisterField.Counter? {
    guard let counter = fields.fields("counter") else { return nil }
    defer { counter.finish() }
    guard channel.isCounter else {
      _ = counter.all()
      problems.add("\(channel.rawValue) is no counter; delete 'counter'", at: fields.place(of: "counter"))
      return nil
    }
    guard let text = counter.text("modulus"), let unit else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 2, String(parts[1]) == unit.symbol, let number = DecimalNumber(parts[0]), number.mantissa > 0 else {
      problems.add("'modulus' must be a quantity in the register's unit, such as `1000000 \(unit.symbol)`", at: counter.mark)
      return nil
    }
    return RegisterField.Counter(modulus: number)
  }

  // MARK: - Together

  /// A value's registers exist, and one request can ask for all of them.
  func check(_ count: Int, of name: String, from address: Int, limits: RequestLimits, at fields: Fields) {
    if address + count > 65_536 {
      problems.add("\(name) at \(address) needs \(count) registers and ends behind 65535", at: fields.place(of: "address"))
    }
    if count > limits.registersPerRequest {
      problems.add(
        "\(name) needs \(count) registers, more than 'registers_per_request' allows (\(limits.registersPerRequest))",
        at: fields.place(of: "type"))
    }
  }

  /// No channel of a part stands twice, and no two values share registers.
  func checkRegisters(_ registers: [Placed]) {
    var first: [PartChannel: Mark?] = [:]
    for register in registers {
      let field = register.field
      if let earlier = first[field.key] {
        let line = earlier.map { ", first in line \($0.line)" } ?? ""
        problems.add("part \(field.part), channel \(field.channel.rawValue) stands twice\(line)", at: register.mark)
      } else {
        first.updateValue(register.mark, forKey: field.key)
      }
    }
    var furthest: RegisterField?
    for register in registers.sorted(by: { ($0.field.block, $0.field.key) < ($1.field.block, $1.field.key) }) {
      let field = register.field
      if let furthest, furthest.table == field.table, furthest.end > Int(field.address), furthest.key != field.key {
        problems.add(
          "\(field.channel.rawValue) at \(field.address) overlaps \(furthest.channel.rawValue) at \(furthest.address)",
          at: register.mark)
        if field.end <= furthest.end { continue }
      }
      furthest = field
    }
  }
}

extension RegisterField {
  /// The register after the last one.
  fileprivate var end: Int { Int(address) + type.registerCount }
}

extension Channel {
  /// Whether a profile may say what this channel's positive values mean.
  fileprivate var mayHaveDirection: Bool {
    hasDirection || ["dc_power", "dc_current"].contains { rawValue.hasPrefix($0) }
  }
}
