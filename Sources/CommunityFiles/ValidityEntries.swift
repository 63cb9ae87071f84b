import CommunityModel
import MarketTime
import Yams

extension Fields {
  /// A local date, or nil when the file says nothing.
  func day(_ key: String) -> LocalDay? {
    let expected = "a date such as 2026-03-12"
    guard let node = node(key), let text = scalar(node, key: key, expected: expected) else { return nil }
    if let day = LocalDay(iso8601: text) { return day }
    problems.add("'\(key)' is '\(text)', it must be \(expected)", at: node.mark)
    return nil
  }

  /// The days from `first` to before `end`, each named by its key and open where the file says nothing.
  func validity(_ first: String, _ end: String) -> Validity {
    let (from, until) = (day(first), day(end))
    if let from, let until, until <= from {
      problems.add(
        "'\(end)' is \(until), it must be later than '\(first)' (\(from)): it is the first day that does not count any more",
        at: place(of: end))
      return Validity(from: from)
    }
    return Validity(from: from, until: until)
  }
}

/// Members and agreements one after the other.
extension CommunityReader {
  /// Whose a metering point is: one member, or a list of those who have it one after the other.
  mutating func holders(_ fields: Fields) -> [Member.ID] {
    guard case .sequence(let names) = fields.node("member") else {
      let member: Member.ID? = reference("member", in: fields, kind: "member", isOptional: true)
      return member.map { [$0] } ?? []
    }
    return names.compactMap { node in
      guard let name = fields.scalar(node, key: "member", expected: "the id of a member, or a list of them") else { return nil }
      refer(to: name, kind: "member", at: node.mark)
      return Member.ID(name)
    }
  }

  /// No metering point is two members' at the same time.
  func checkHolders(of points: [MeteringPoint], members: [Member]) {
    let memberships = Dictionary(members.map { ($0.id, $0.membership) }) { first, _ in first }
    for point in points where point.members.count > 1 {
      let held = point.members.compactMap { member in memberships[member].map { (member, $0) } }
      for (place, one) in held.enumerated() {
        guard let other = held[(place + 1)...].first(where: { $0.1.overlaps(one.1) }) else { continue }
        problems.add(
          "metering point '\(point.id)' is of '\(one.0)' and of '\(other.0)' on the same days; let one leave ('left') before or when "
            + "the other joins ('joined')", at: memberMarks[point.id] ?? nil)
      }
    }
  }

  /// What is agreed: one agreement for all time, or a list of them, each from its first day on. No two hold on the same day, and between
  /// the first and the last there is no day without one. One that does not say its end holds until the next begins.
  mutating func sharingAgreements(among members: [Member], points: [MeteringPoint]) -> [SharingAgreement] {
    guard let node = root.node("sharing") else { return [] }
    var entries = [node]
    if case .sequence(let list) = node { entries = Array(list) }
    let users = Set(points.filter { $0.measures == .grid || $0.measures == .consumption }.flatMap(\.members))
    var agreements: [(agreement: SharingAgreement, mark: Mark?)] = []
    for entry in entries {
      sharers = []
      let subject = entries.count > 1 ? "an agreement of 'sharing'" : "'sharing' of the file"
      guard let agreement = sharingAgreement(Fields(entry, subject: subject, problems: problems), users: users) else { continue }
      checkSharers(of: agreement, among: members)
      agreements.append((agreement, entry.mark))
    }
    return inOrder(agreements)
  }

  /// Who is named in an agreement is a member on some of its days.
  private func checkSharers(of agreement: SharingAgreement, among members: [Member]) {
    let memberships = Dictionary(members.map { ($0.id, $0.membership) }) { first, _ in first }
    for (name, mark) in sharers {
      guard let membership = memberships[name], !membership.overlaps(agreement.validity) else { continue }
      let times = [membership.from.map { "joins on \($0)" }, membership.until.map { "leaves on \($0)" }]
      problems.add(
        "member '\(name)' \(times.compactMap(\.self).joined(separator: " and ")), so is no member while this agreement holds; "
          + "leave the name out, or correct the dates", at: mark)
    }
  }

  private func inOrder(_ agreements: [(agreement: SharingAgreement, mark: Mark?)]) -> [SharingAgreement] {
    func first(_ agreement: SharingAgreement) -> Int { agreement.validity.from?.number ?? .min }
    var ordered = agreements.sorted { first($0.agreement) < first($1.agreement) }
    for place in ordered.indices {
      ordered[place].agreement.version = place + 1
      guard place > 0 else { continue }
      let former = ordered[place - 1]
      let line = former.mark.map { " in line \($0.line)" } ?? ""
      guard let from = ordered[place].agreement.validity.from, former.agreement.validity.from != from else {
        problems.add(
          "this agreement begins on the same day as the one\(line); write 'from', the first day on which it holds",
          at: ordered[place].mark)
        continue
      }
      let until = former.agreement.validity.until ?? from
      if until > from {
        problems.add(
          "this agreement begins on \(from), but the one\(line) holds until \(until); let one end where the other begins",
          at: ordered[place].mark)
      } else if until < from {
        problems.add(
          "from \(until) until \(from) nothing is agreed, after the agreement\(line) and before this one; let one end where the "
            + "other begins", at: ordered[place].mark)
      }
      ordered[place - 1].agreement.validity = Validity(from: former.agreement.validity.from, until: until)
    }
    return ordered.map(\.agreement)
  }
}
