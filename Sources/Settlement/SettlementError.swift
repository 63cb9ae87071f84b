public import CommunityModel
public import MarketTime

/// Why a month was not settled; nothing was changed. Each says where, what was expected and what to do.
public enum SettlementError: Error, Equatable, Sendable {
  /// A day without a price of what is priced.
  case gap(PriceTerm.Item, member: Member.ID?, day: LocalDay, former: PriceTerm?, next: PriceTerm?)
  /// A quarter hour for which a price curve says nothing.
  case noPrice(PriceTerm, curve: String, quarter: QuarterHour)
  /// A term, cap or pot names something that the community does not have.
  case unknown(String, name: String, line: Int)
  /// What makes the month unfit for a final settlement.
  case notComplete(LocalMonth, [String])
  /// The month has been settled for good.
  case isFinal(LocalMonth, version: Int)
  /// A final settlement needs a preview of the same input.
  case noPreview(LocalMonth, changed: Bool)
  /// A final settlement needs two persons who approve.
  case approvals([String])
  /// A record that is not as this program writes them.
  case badRecord(String)
}

extension SettlementError: CustomStringConvertible {
  /// A sentence for an operator.
  public var description: String {
    switch self {
    case .gap(let item, let member, let day, let former, let next):
      let whose = member.map { " for '\($0)'" } ?? ""
      let ends = former.map { "; '\($0.id)' in line \($0.line) ends before" } ?? ""
      let begins = next.map { "; '\($0.id)' in line \($0.line) begins on \($0.validity.from?.description ?? "")" } ?? ""
      return
        "there is no price of '\(item.rawValue)'\(whose) on \(day)\(ends)\(begins); write an entry that holds then, of 0 if nothing is due"
    case .noPrice(let term, let curve, let quarter):
      return "'\(term.id)' in line \(term.line) follows \(curve), which has no price from \(quarter); bring the curve up to date"
    case .unknown(let what, let name, let line):
      return "line \(line): the community has no \(what) '\(name)'"
    case .notComplete(let month, let reasons):
      let more = reasons.count > 20 ? ["and \(reasons.count - 20) more; a preview with --format json lists all"] : []
      return "\(month) cannot be settled for good:\n" + (reasons.prefix(20) + more).map { "  \($0)" }.joined(separator: "\n")
    case .isFinal(let month, let version):
      return
        "\(month) is final since version \(version) and stays as it is; what has changed since comes with the next month as a correction"
    case .noPreview(let month, let changed):
      return changed
        ? "what \(month) is settled from has changed since the last preview; make another with --preview, and have that approved"
        : "\(month) has no preview that could be approved; make one with --preview"
    case .approvals(let names):
      return
        "a final settlement needs two persons who have approved the preview, not \(names.count == 1 ? "one" : "\(names.count)"): --approved-by NAME twice, with different names"
    case .badRecord(let line):
      return "a record of a settlement cannot be read at '\(line)'; check the database with energy-opt store check"
    }
  }
}
