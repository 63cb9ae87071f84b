import CommunityModel
import EnergySharing
import MarketTime
import MeterData
import PlanPreparation
import SQLiteStore

/// What meters counted in a time, and how it is shared: with substitutes for what is missing where the agreement wants these.
struct SharedHistory {
  /// As meters counted it, without substitutes.
  let energies: MeteredEnergies
  /// The time spell by spell.
  let spells: [SharingSpell]

  /// The quarter hours of `span`.
  ///
  /// - Parameter file: the path of the community's file, beside which a table of holidays may lie.
  /// - Throws: `ReadingStoreError`, `SharingError`, `FileProblems`.
  init(of community: Community, in span: Range<QuarterHour>, from history: History, file: String) throws {
    let known = Self.known(span, of: community)
    let energies = MeteredEnergies(try history.energies(of: community, in: known), over: known)
    self.energies = energies.over(span)
    guard Self.wantsSubstitutes(community) else {
      spells = try SharingSpell.all(of: community, self.energies)
      return
    }
    let substitutes = Substitutes(calendar: community.calendar, holidays: try publicHolidays(of: community, file: file))
    spells = try SharingSpell.all(of: community, self.energies) { substitutes.completing(energies, of: community, over: $0) }
  }

  /// The quarter hours whose values have a say in how `span` is shared: before it those that substitutes are made of.
  static func known(_ span: Range<QuarterHour>, of community: Community) -> Range<QuarterHour> {
    guard wantsSubstitutes(community) else { return span }
    let first = community.calendar.localDay(of: span.lowerBound.start).advanced(by: -Substitutes.lookback)
    return community.calendar.quarterHours(of: first).lowerBound..<span.upperBound
  }

  private static func wantsSubstitutes(_ community: Community) -> Bool {
    community.agreements.contains { $0.missing == .substitute }
  }
}
