import DeviceProfiles
import Quantities
import Readings

/// The lines of a profile that turn a sign, as its file has them.
struct Corrections {
  /// Registers of `profile` with their `positive` turned: the powers of `part`, with those of the phases.
  static func turned(_ part: DevicePart, of profile: DeviceProfile) -> [String] {
    if let sunSpec = profile.sunSpec {
      guard part == .main || part == .grid else { return [] }
      if profile.kind == .meter || part == .grid {
        return sunSpec.meterPositive.map { ["meter_positive: \($0.turned.rawValue)   # under sunspec:"] } ?? []
      }
      return sunSpec.inverterPositive.map { ["inverter_positive: \($0.turned.rawValue)   # under sunspec:"] } ?? []
    }
    return profile.registers.filter { $0.part == part && $0.channel.hasDirection }.compactMap { field in
      let isTold = field.positive != nil || field.direction != nil
      return isTold ? line(of: field, isTurned: true) : nil
    }
  }

  /// The counters of `part` with import and export exchanged.
  static func exchanged(_ part: DevicePart, of profile: DeviceProfile) -> [String] {
    profile.registers.filter { $0.part == part }.compactMap { field in
      switch field.channel {
      case .energyImport: line(of: field, channel: .energyExport)
      case .energyExport: line(of: field, channel: .energyImport)
      default: nil
      }
    }
  }

  private static func line(of field: RegisterField, channel: Channel? = nil, isTurned: Bool = false) -> String {
    var entries = field.part == .main ? [] : ["part: \(field.part)"]
    entries += ["channel: \((channel ?? field.channel).rawValue)", "table: \(field.table.rawValue)"]
    if field.others.isEmpty {
      entries += place(of: field.first)
    } else {
      let summands = field.summands.map { "{\(place(of: $0).joined(separator: ", "))}" }
      entries.append("sum: [\(summands.joined(separator: ", "))]")
    }
    if let scale = field.scale { entries.append("scale: \(scale.text)") }
    if let offset = field.offset { entries.append("offset: \(offset.text)") }
    if let register = field.scaleRegister {
      entries.append("scale_register: {table: \(register.table.rawValue), address: \(register.address)}")
    }
    entries.append("unit: \(field.unit.symbol == "1" ? "\"1\"" : field.unit.symbol)")
    if isTurned { entries += direction(of: field) }
    if let modulus = field.counter?.modulus {
      entries.append("counter: {modulus: \(modulus.text) \(field.unit.symbol)}")
    }
    return "- {\(entries.joined(separator: ", "))}"
  }

  /// What tells the direction, the other way round.
  private static func direction(of field: RegisterField) -> [String] {
    if let positive = field.positive { return ["positive: \(positive.turned.rawValue)"] }
    guard let register = field.direction else { return [] }
    var entries = register.place.table == field.table ? [] : ["table: \(register.place.table.rawValue)"]
    entries.append("address: \(register.place.address)")
    if let bits = register.place.bits { entries.append(text(of: bits)) }
    for (way, codes) in Dictionary(grouping: register.codes.keys, by: { register.codes[$0]?.turned.rawValue ?? "" }).sorted(
      by: { $0.key < $1.key })
    {
      entries.append("\(way): [\(codes.sorted().map(String.init).joined(separator: ", "))]")
    }
    if !register.idle.isEmpty { entries.append("idle: [\(register.idle.sorted().map(String.init).joined(separator: ", "))]") }
    return ["direction: {\(entries.joined(separator: ", "))}"]
  }

  private static func text(of bits: ClosedRange<Int>) -> String {
    "bits: \(bits.count == 1 ? "\(bits.lowerBound)" : "\(bits.lowerBound)-\(bits.upperBound)")"
  }

  private static func place(of summand: RegisterSummand) -> [String] {
    var entries = ["address: \(summand.address)", "type: \(summand.type.rawValue)"]
    if let order = summand.wordOrder { entries.append("word_order: \(order.rawValue)") }
    if let bits = summand.bits { entries.append(text(of: bits)) }
    if let scale = summand.scale { entries.append("scale: \(scale.text)") }
    if let patterns = summand.notAvailable {
      entries.append("not_available: [\(patterns.map { "0x" + String($0, radix: 16, uppercase: true) }.joined(separator: ", "))]")
    }
    return entries
  }
}

extension Direction {
  /// The other way round.
  var turned: Direction {
    switch self {
    case .import: .export
    case .export: .import
    case .production: .consumption
    case .consumption: .production
    case .charge: .discharge
    case .discharge: .charge
    }
  }
}

extension DecimalNumber {
  /// As files write it: `0.01`.
  var text: String {
    guard decimals > 0 else { return String(mantissa) }
    let magnitude = String(mantissa.magnitude)
    let digits = String(repeating: "0", count: max(0, decimals + 1 - magnitude.count)) + magnitude
    return "\(mantissa < 0 ? "-" : "")\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
  }
}
