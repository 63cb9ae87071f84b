import CommunityModel
import Console
import DeviceProfiles
import Quantities
import Readings
import Yams

/// Where a device answers.
struct UnitOnBus: Hashable {
  let bus: String
  let unit: UInt8
  let profile: String
}

extension CollectorReader {
  /// A device: its profile, where it answers, what it measures.
  mutating func device(_ fields: Fields) -> CollectorFile.Device? {
    defer { fields.finish() }
    fields.reserve("control")
    let id: Identifier<CollectorFile.Device>? = fields.identifier("id")
    let profile = fields.text("profile", expected: "the name of a device profile, such as abb/b23")
    let known = profile.flatMap { surroundings.profiles[$0] }
    let parts = known?.parts
    if let profile, parts == nil {
      let nearest = Spelling.nearest(to: profile, among: surroundings.profiles.keys.sorted())
      let advice = nearest.map { ", did you mean '\($0)'?" } ?? "; `energy-collector devices list` shows those there are"
      problems.add("there is no device profile '\(profile)'\(advice)", at: fields.node("profile")?.mark)
    }
    let bus = fields.text("bus", expected: "the id of a bus")
    if let bus { names.require(bus, kind: "bus", at: fields.node("bus")?.mark, problems: problems) }
    let unit = unit(fields, isSerial: bus.map { serialBuses.contains(Identifier($0)) } ?? false)
    let measures = measures(fields, parts: parts, profile: profile, device: id?.text ?? "?")
    let interval = fields.duration("every", default: .seconds(10), in: .milliseconds(200)...(.seconds(3600)), like: "10 s")
    if let profile, let interval { check(interval, of: profile, known: known?.profile, in: fields) }
    let ratedPower = ratedPower(fields, profile: profile, known: known?.profile)
    guard let id, let profile, let bus, let unit else { return nil }
    if let other = deviceOfUnit.updateValue(id.text, forKey: UnitOnBus(bus: bus, unit: unit, profile: profile)) {
      problems.add(
        "device '\(id)' is unit \(unit) of bus '\(bus)' as device '\(other)' is; give each its own unit, or name the parts of one "
          + "device under 'measures'", at: fields.place(of: "unit"))
    }
    guard let measures, let interval else { return nil }
    return CollectorFile.Device(
      id: id, profile: profile, bus: Identifier(bus), unit: unit, measures: measures, interval: interval, ratedPower: ratedPower)
  }

  /// Some devices must be left in peace between two questions.
  private func check(_ interval: Duration, of name: String, known: DeviceProfile?, in fields: Fields) {
    guard let least = known?.limits.minimumInterval, interval < least else { return }
    let given = fields.has("every") ? "'every' is" : "'every' is left out, which means"
    problems.add(
      "\(given) \(QuantityText.words(interval)), but '\(name)' must not be asked more often than every \(QuantityText.words(least))",
      at: fields.place(of: "every"))
  }

  private func ratedPower(_ fields: Fields, profile: String?, known: DeviceProfile?) -> Power? {
    let power = fields.optionalQuantity(
      "rated_power", as: Power.self, in: Power(count: 1)...Power(count: 1_000_000_000_000), like: "10 kW")
    if let power, let most = known?.nameplate.power, power.count > most {
      problems.add(
        "'rated_power' is \(Channel.activePower.text(of: power.count)), more than any '\(profile ?? "")' has "
          + "(\(Channel.activePower.text(of: most))); look at its plate", at: fields.node("rated_power")?.mark)
    }
    return power
  }

  /// 1 to 247 on a serial line; in the network also 0 and 255, which some devices use for themselves.
  private func unit(_ fields: Fields, isSerial: Bool) -> UInt8? {
    guard let unit = fields.integer("unit", default: 1, in: 0...255) else { return nil }
    if (1...247).contains(unit) || (!isSerial && (unit == 0 || unit == 255)) { return UInt8(unit) }
    problems.add(
      "'unit' is '\(unit)', it must be 1 to 247\(isSerial ? " on a serial line" : ", or 0 or 255 in the network")",
      at: fields.node("unit")?.mark)
    return nil
  }

  // MARK: - What it measures

  /// `measures: POINT`, or `measures: {battery: POINT, pv: POINT}` for devices with several parts.
  private mutating func measures(
    _ fields: Fields, parts: Set<String>?, profile: String?, device: String
  ) -> [String: MeteringPoint.ID]? {
    guard let node = fields.required("measures", expected: "the metering point, or `{part: point}` for several") else {
      return nil
    }
    guard node.mapping != nil else {
      guard let text = fields.scalar(node, key: "measures", expected: "the metering point, or `{part: point}` for several") else {
        return nil
      }
      if let profile, let parts, !parts.contains("main") {
        problems.add(
          "'\(profile)' has no part 'main'; say which of its parts measures what: "
            + "`measures: {\(parts.sorted().map { "\($0): POINT" }.joined(separator: ", "))}`", at: node.mark)
      }
      return point(text, device: device, at: node.mark).map { ["main": $0] }
    }
    let entries = Fields(node, subject: "'measures' of \(fields.subject)", problems: problems)
    var measures: [String: MeteringPoint.ID] = [:]
    for entry in entries.all() {
      if let profile, let parts, !parts.contains(entry.key) {
        problems.add(
          "'\(profile)' has no part '\(entry.key)'\(Spelling.hint(for: entry.key, among: parts.sorted()))", at: entry.mark)
      }
      guard let value = entries.required(entry.key, expected: "the metering point that this part measures"),
        let text = entries.scalar(value, key: entry.key, expected: "the id of a metering point")
      else { continue }
      measures[entry.key] = point(text, device: device, at: value.mark)
    }
    if entries.all().isEmpty {
      problems.add("'measures' of \(fields.subject) is empty: name at least one part and its metering point", at: node.mark)
    }
    return measures.isEmpty ? nil : measures
  }

  /// The metering point `text`, which no other device may measure.
  private mutating func point(_ text: String, device: String, at mark: Mark?) -> MeteringPoint.ID? {
    let point = MeteringPoint.ID(text)
    if let knownPoints {
      guard knownPoints.contains(text) else {
        problems.add("the community has no metering point '\(text)'\(Spelling.hint(for: text, among: knownPoints))", at: mark)
        return nil
      }
    } else if !MeteringPoint.ID.isWellFormed(text) {
      problems.add("'\(text)' is no id of a metering point: letters a-z, digits, '-' and '_', at most 64", at: mark)
      return nil
    }
    if let other = measuredBy.updateValue(device, forKey: point) {
      problems.add("metering point '\(point)' is measured by device '\(other)' already; one device a metering point", at: mark)
    }
    return point
  }
}
