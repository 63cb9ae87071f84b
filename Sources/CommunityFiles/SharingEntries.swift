import CommunityModel
import Quantities
import Yams

/// How own energy is shared.
extension CommunityReader {
  /// One agreement, without its number.
  mutating func sharingAgreement(_ fields: Fields, users: Set<Member.ID>) -> SharingAgreement? {
    defer { fields.finish() }
    let validity = fields.validity("from", "until")
    let charge = fields.fields("exchange").flatMap { exchangeCharge($0) }
    let ofSharing = ["rule", "keys", "base", "weights", "classes", "daily_caps", "missing"]
    if fields.has("exchange"), !ofSharing.contains(where: fields.has) {
      return charge.map { SharingAgreement(validity: validity, rule: nil, exchangeCharge: $0) }
    }
    let rule: SharingAgreement.Rule? = fields.choice("rule")
    if rule == .static, !fields.has("keys") {
      problems.add("the rule 'static' needs 'keys': each member's share, such as `m01: 40 %`", at: fields.place(of: "rule"))
    }
    if rule == .cascade, !fields.has("classes") {
      problems.add("the rule 'cascade' needs 'classes', such as `[[m01, m02], [m03]]`", at: fields.place(of: "rule"))
    }
    refuse("keys", of: fields, under: rule, unless: [.static])
    refuse("base", of: fields, under: rule, unless: [.static, .equal])
    refuse("weights", of: fields, under: rule, unless: [.waterfill])
    refuse("classes", of: fields, under: rule, unless: [.cascade])
    let keys = sharingKeys(fields, users)
    let weights = perMember("weights", of: fields, users) { entries, member in entries.integer(member, in: 1...1_000_000) }
    let caps = perMember("daily_caps", of: fields, users) { entries, member in
      entries.quantity(member, as: Energy.self, in: .zero...Energy(wattHours: 1_000_000_000), like: "20 kWh")
    }
    let classes = sharingClasses(fields, users)
    let base: SharingAgreement.Base? = fields.has("base") ? fields.choice("base") : .generation
    let missing: SharingAgreement.MissingValues? = fields.choice("missing", default: .hold)
    guard let rule, let base, let missing else { return nil }
    return SharingAgreement(
      validity: validity, rule: rule, keys: keys, base: base, weights: weights, classes: classes, dailyCaps: caps,
      missing: missing, exchangeCharge: charge)
  }

  /// Notes `key` where the rule has no use for it.
  private func refuse(
    _ key: String, of fields: Fields, under rule: SharingAgreement.Rule?, unless rules: [SharingAgreement.Rule]
  ) {
    guard let rule, fields.has(key), !rules.contains(rule) else { return }
    let others = rules.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    problems.add(
      "the rule '\(rule.rawValue)' has no \(key); use \(others) or delete \(key == "base" ? "it" : "them")",
      at: fields.place(of: key))
  }

  private mutating func sharingKeys(_ fields: Fields, _ users: Set<Member.ID>) -> [Member.ID: Fraction] {
    let keys = perMember("keys", of: fields, users) { entries, member in
      entries.quantity(member, as: Fraction.self, in: .zero...(.one), like: "40 %")
    }
    let sum = keys.values.reduce(Fraction.zero, +)
    if sum > .one {
      let percent = Double(sum.count) / 1e7
      let shown = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
      problems.add("the keys add up to \(shown) %, at most 100 % can be shared", at: fields.place(of: "keys"))
    }
    return keys
  }

  /// What `key` says for each member that it names.
  private mutating func perMember<Value>(
    _ key: String, of fields: Fields, _ users: Set<Member.ID>, _ read: (Fields, String) -> Value?
  ) -> [Member.ID: Value] {
    guard let entries = fields.fields(key) else { return [:] }
    var values: [Member.ID: Value] = [:]
    for entry in entries.all() {
      refer(toUser: entry.key, of: key, users, at: entry.mark)
      values[Member.ID(entry.key)] = read(entries, entry.key)
    }
    return values
  }

  /// Holds `name` against the members, and against those who use something.
  private mutating func refer(toUser name: String, of key: String, _ users: Set<Member.ID>, at mark: Mark?) {
    refer(to: name, kind: "member", at: mark)
    sharers.append((Member.ID(name), mark))
    guard names.knows(name, kind: "member"), !users.contains(Member.ID(name)) else { return }
    let what = key == "keys" ? "a key" : key == "classes" ? "a class" : key == "weights" ? "a weight" : "a daily cap"
    problems.add(
      "member '\(name)' has \(what) and no metering point that measures grid or consumption, so nothing could be shared with it",
      at: mark)
  }

  private mutating func sharingClasses(_ fields: Fields, _ users: Set<Member.ID>) -> [[Member.ID]] {
    var seen: Set<String> = []
    return fields.list("classes").compactMap { node in
      guard case .sequence(let group) = node else {
        problems.add("a class of 'classes' is a list of members, such as `[m01, m02]`", at: node.mark)
        return nil
      }
      return group.compactMap { node in
        guard let name = fields.scalar(node, key: "classes", expected: "the ids of members") else { return nil }
        refer(toUser: name, of: "classes", users, at: node.mark)
        if !seen.insert(name).inserted {
          problems.add("member '\(name)' is in two classes; each belongs to one", at: node.mark)
          return nil
        }
        return Member.ID(name)
      }
    }
  }
}
