import CommunityModel
import EnergySystems
import Quantities

/// An asset that could be built, of a size that the plan is to find.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | K | share of its largest size that is built | - |
/// | a, b | what all of it costs a year, and what building it at all does | EUR |
/// | H | hours of the horizon | h |
///
///     0 <= K <= 1; it takes, gives and holds K times what the largest could
///     cost = H / 8760 (a K + b [K > 0])                              docs/formats/case.md, "size"; oemof's `epc_costs`
///
/// Only an asset that is one source, converter or store can be sized: `AssetDescription.size` says which.
struct SizedAsset: WrappedAsset {
  /// It at its largest.
  let asset: any Asset
  let yearlyCost: Money
  let yearlyFixedCost: Money

  func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let before = draft.system
    let reader = try asset.add(to: &draft)
    let year = AssetCandidate.shareOfYear(draft.horizon)
    let size = Size(least: 0, most: 1, price: yearlyCost.euros * year, fixedCost: yearlyFixedCost.euros * year)
    let (source, converter, store) = (before.sources.count, before.converters.count, before.stores.count)
    let added =
      draft.system.sources.count - source + draft.system.converters.count - converter + draft.system.stores.count - store
    guard added == 1 else {
      throw .contradiction(subject: "asset \(id)", reason: "comes in one size: no plan can choose another")
    }
    let chosen: @Sendable (SystemSchedule) -> Double?
    if draft.system.sources.count > source {
      draft.system.sources[source].size = size
      chosen = { $0.sourceSizes[source] }
    } else if draft.system.converters.count > converter {
      draft.system.converters[converter].size = size
      chosen = { $0.converters[converter].size }
    } else {
      draft.system.stores[store].size = size
      chosen = { $0.stores[store].size }
    }
    return { system in
      var schedule = reader(system)
      let share = Self.share(chosen(system) ?? 0)
      schedule.builtShare = share
      schedule.available = schedule.available.map { $0.map { Power(kilowatts: $0.kilowatts * share.value) } }
      return schedule
    }
  }

  /// What is less than a millionth is a solver's rounding.
  private static func share(_ chosen: Double) -> Fraction { chosen < 1e-6 ? .zero : Fraction(min(1, chosen)) }
}
