import CommunityModel
import Quantities

extension CommunityReader {
  /// `triggers`: at which figures the community's people want to be told.
  func triggers(_ fields: Fields) -> Triggers {
    defer { fields.finish() }
    let share = fields.optionalQuantity("import_share", in: Fraction.zero...Fraction.one, like: "60 %")
    return Triggers(importShare: share ?? Triggers.usualImportShare)
  }
}
