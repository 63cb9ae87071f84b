public import MarketTime

/// Why energy was not shared. Each says where, what was expected and what to do.
public enum SharingError: Error, Equatable, Sendable {
  /// A rule broke what every allocation keeps: a fault of this program, so nothing is given out.
  case violation(AllocationInvariant, at: QuarterHour, detail: String)
  /// Keys that cannot be meant.
  case badKeys(String)
  /// A rule with keys for another number of participants.
  case wrongCount(expected: Int, found: Int)
  /// Series of one span that do not have the same length.
  case unevenSeries(expected: Int, found: Int)
  /// A participant twice.
  case repeated(Participant.ID)
  /// Energies or keys whose sum does not fit 64 bits.
  case tooLarge
  /// A daily cap needs whole days, and this span does not begin at midnight.
  case notMidnight(QuarterHour)
  /// A day for which nothing is agreed.
  case nothingAgreed(LocalDay)
}

extension SharingError: CustomStringConvertible {
  /// A sentence for an operator.
  public var description: String {
    switch self {
    case .violation(let invariant, let quarter, let detail):
      "the shares of the quarter hour from \(quarter) break \(invariant.name) (\(invariant.sentence)): \(detail); nothing was shared, please report this"
    case .badKeys(let reason): "the sharing keys cannot be used: \(reason)"
    case .wrongCount(let expected, let found):
      "the rule has keys for \(expected) participants, but there are \(found); agree on keys for all"
    case .unevenSeries(let expected, let found):
      "a series has \(found) quarter hours where \(expected) were expected; give all series the same span"
    case .repeated(let id): "participant '\(id)' is named twice; name each once"
    case .tooLarge: "energies or keys of an interval add up to more than 9 x 10^18 smallest units; check their units"
    case .notMidnight(let quarter): "a daily cap counts from midnight, but the span begins at \(quarter); begin at local midnight"
    case .nothingAgreed(let day): "nothing is agreed for \(day); write an agreement that holds then into 'sharing'"
    }
  }
}
