public import MarketTime

/// Who belongs to a community, whose a metering point is and what is agreed, day by day.
extension Community {
  /// The community as it is on `day`: its members then, the metering points that are theirs or the community's own, and the agreement that
  /// holds. A metering point of someone who is no member then is not the community's.
  public func on(_ day: LocalDay) -> Community {
    var community = self
    community.members = members.filter { $0.membership.contains(day) }
    let present = Set(community.members.map(\.id))
    community.meteringPoints = meteringPoints.compactMap { point in
      guard !point.members.isEmpty else { return point }
      var held = point
      held.members = point.members.filter(present.contains)
      return held.members.isEmpty ? nil : held
    }
    community.agreements = agreements.filter { $0.validity.contains(day) }
    return community
  }

  /// The members who take part in sharing: those with a metering point that says what they take.
  public var sharers: [Member] {
    let taking = Set(meteringPoints.filter { [.grid, .consumption, .charging].contains($0.measures) }.compactMap(\.member))
    return members.filter { taking.contains($0.id) }
  }

  /// The agreement that holds on `day`; nil where nothing is agreed.
  public func agreement(on day: LocalDay) -> SharingAgreement? { agreements.first { $0.validity.contains(day) } }

  /// `days` cut where someone joins or leaves or another agreement begins: within each part, who shares and how stays the same.
  public func spells(of days: Range<LocalDay>) -> [Range<LocalDay>] {
    guard !days.isEmpty else { return [] }
    let changes = (members.map(\.membership) + agreements.map(\.validity)).flatMap { [$0.from, $0.until] }.compactMap(\.self)
    let starts = Set(changes.filter(days.contains)).union([days.lowerBound]).sorted()
    return zip(starts, starts.dropFirst() + [days.upperBound]).map { $0..<$1 }
  }
}
