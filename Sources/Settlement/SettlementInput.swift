public import CommunityModel
public import MarketTime
public import Quantities
public import RecordLedger

extension Fingerprint {
  /// Of all that a month's settlement depends on: who used and gave what, how well it is known, what is agreed and what it costs.
  ///
  /// Members and entries come in the order of their names, so that the order of files does not matter.
  ///
  /// - Parameter curves: what the price curves of the tariffs say over the month.
  public init(
    of account: MonthAccount, _ tariffs: AgreedPrices, curves: [String: TimeSeries<EnergyPrice?>] = [:]
  ) {
    var hash = Hasher()
    hash.add("energy-opt settlement input 1\n\(account.month)\n")
    for spell in account.spells {
      hash.add("spell \(spell.days.lowerBound) \(spell.days.upperBound) \(spell.agreement.recordText)\n")
    }
    hash.add(tariffs.recordText)
    for column in account.members {
      hash.add("member \(column.member.id) \(column.member.site) \(column.days.lowerBound) \(column.days.upperBound)\n")
      hash.add(column.used)
      hash.add(column.shared)
    }
    for site in account.sites {
      hash.add("site \(site.site)\n")
      hash.add(site.given)
      hash.add(site.direct)
    }
    hash.add("qualities\n")
    hash.add(account.qualities.map { UInt8($0.rawValue) })
    for doubt in account.doubts { hash.add("doubt \(doubt)\n") }
    for name in tariffs.curves.sorted() {
      hash.add("curve \(name)\n")
      hash.add(account.span.map { curves[name]?[$0]??.count ?? .min })
    }
    self = hash.fingerprint
  }

  /// Of a run: of what the month itself is settled from, and of the corrections that come with it.
  public init(of input: Fingerprint, correcting corrections: [RunRecord.Correction]) {
    var hash = Hasher()
    hash.add("energy-opt settlement run input 1\n\(input.hex)\n")
    for correction in corrections.sorted(by: { $0.month.firstDay < $1.month.firstDay }) {
      hash.add("corrects \(correction.month) \(correction.input.hex)\n")
    }
    self = corrections.isEmpty ? input : hash.fingerprint
  }

  /// Of what is agreed for `month`: members, metering points, sharing, prices.
  public init(of community: Community, _ prices: AgreedPrices, in month: LocalMonth) {
    var hash = Hasher()
    hash.add("energy-opt settlement settings 1\n\(month)\n")
    for days in community.spells(of: month.days) {
      let then = community.on(days.lowerBound)
      hash.add("spell \(days.lowerBound) \(days.upperBound) \(then.agreements.first?.recordText ?? "-")\n")
      for member in then.members.sorted(by: { $0.id < $1.id }) { hash.add("member \(member.id) \(member.site)\n") }
      for point in then.meteringPoints.sorted(by: { $0.id < $1.id }) {
        hash.add("point \(point.id) \(point.site) \(point.member?.text ?? "-") \(point.measures.rawValue)\n")
      }
    }
    hash.add(prices.recordText)
    self = hash.fingerprint
  }
}
