public import CommunityModel

/// Why a forecast cannot be made from what was given.
public enum ForecastingError: Error, Sendable, Equatable {
  /// The holiday table has no rows for this country or region.
  case unknownRegion(HolidayRegion, known: [String])
  /// The table has no load profile of this name.
  case unknownProfile(String, known: [String])
  /// A table has another number of values than its months, day types and quarter hours need.
  case wrongTableSize(profile: String, found: Int, expected: Int)
}

extension ForecastingError: CustomStringConvertible {
  /// What is wrong and what to do next.
  public var description: String {
    switch self {
    case .unknownRegion(let region, let known):
      let name = [region.country, region.region].compactMap { $0 }.joined(separator: "-")
      return "no holidays are listed for \(name); listed are \(known.joined(separator: ", ")): correct the region or add rows"
    case .unknownProfile(let name, let known):
      return "there is no load profile \"\(name)\" in this table; it has \(known.joined(separator: ", "))"
    case .wrongTableSize(let profile, let found, let expected):
      return "the table of \(profile) has \(found) values, \(expected) are needed; restore the file from its origin"
    }
  }
}
