public import MarketTime
public import RecordLedger

/// What a run of a month must keep: only a preview of the same input becomes final, by two persons, of a month that is over and whole.
public enum RunChecks {
  /// Refuses what may not be made.
  ///
  /// - Parameters:
  ///   - state: what is to be made.
  ///   - final: the version of the final run; nil where there is none.
  ///   - preview: the input of the last run, where that is a preview; nil otherwise.
  ///   - input: the input now.
  ///   - obstacles: what the settlement itself says against it.
  ///   - isOver: whether the month is over.
  /// - Throws: `SettlementError`.
  public static func check(
    _ state: RunState, of month: LocalMonth, final: Int?, preview: Fingerprint?, input: Fingerprint, approvals: [String],
    obstacles: [String], isOver: Bool
  ) throws(SettlementError) {
    if let final { throw .isFinal(month, version: final) }
    guard state == .final else { return }
    let reasons = (isOver ? [] : ["it is not over yet"]) + obstacles
    guard reasons.isEmpty else { throw .notComplete(month, reasons) }
    guard approvals.count == 2, Set(approvals.map { $0.lowercased() }).count == 2, approvals.allSatisfy({ !$0.isEmpty }) else {
      throw .approvals(approvals)
    }
    guard let preview else { throw .noPreview(month, changed: false) }
    guard preview == input else { throw .noPreview(month, changed: true) }
  }
}
