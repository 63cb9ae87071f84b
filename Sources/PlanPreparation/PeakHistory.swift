public import CommunityModel
public import MarketTime
import Planning
import Quantities
public import Readings
import Reporting

/// What the past says about peaks that are billed.
extension PlanInputs.Knowledge {
  /// The months before the one of `start` whose peaks may count, and that month until `start`; nil where no site pays for peaks.
  public static func spanOfPeaks(of community: Community, before start: QuarterHour) -> Range<QuarterHour>? {
    let tariffs = community.sites.compactMap { community.tariff(of: $0) }.filter { $0.peakPrice > .zero }
    guard !tariffs.isEmpty else { return nil }
    var month = LocalMonth(containing: community.calendar.localDay(of: start.start))
    for _ in 0..<(tariffs.compactMap(\.peakLookback?.months).max() ?? 0) { month = month.previous }
    return min(community.calendar.quarterHours(of: month.days).lowerBound, start)..<start
  }

  /// The metering points that tell the peaks of `community`: those of sites that pay for them.
  public static func pointsOfPeaks(of community: Community) -> Set<MeteringPoint.ID> {
    let sites = community.sites.filter { community.tariff(of: $0).map { $0.peakPrice > .zero } ?? false }
    return Set(sites.flatMap { community.meteringPoints(at: $0.id) }.map(\.id))
  }

  /// Notes the highest quarter-hour mean import of each month in `energies`, of sites that pay for it.
  ///
  /// It is what the points at the grid count, and where there is none what the site's balance derives. Quarter hours that are not
  /// known count for nothing; a month without any known one has no peak.
  public mutating func notePeaks(
    of community: Community, from energies: [SeriesKey: TimeSeries<IntervalEnergy>], before start: QuarterHour
  ) {
    guard let span = Self.spanOfPeaks(of: community, before: start) else { return }
    let metered = MeteredEnergies(energies, over: span)
    let now = LocalMonth(containing: community.calendar.localDay(of: start.start))
    for site in community.sites where community.tariff(of: site).map({ $0.peakPrice > .zero }) ?? false {
      var peaks: [LocalMonth: Energy] = [:]
      var month = LocalMonth(containing: community.calendar.localDay(of: span.lowerBound.start))
      var end = community.calendar.quarterHours(of: month.days).upperBound
      for (quarter, energy) in zip(span, imports(at: site.id, in: community, metered)) {
        if quarter >= end {
          month = LocalMonth(containing: community.calendar.localDay(of: quarter.start))
          end = community.calendar.quarterHours(of: month.days).upperBound
        }
        if let energy { peaks[month] = max(peaks[month] ?? .zero, energy) }
      }
      for (month, energy) in peaks {
        let power = energy.meanPower(over: QuarterHour.duration)
        if month == now { peaksSoFar[site.id] = power } else { earlierPeaks[site.id, default: [:]][month] = power }
      }
      // On the first of a month nothing has been taken yet.
      if community.calendar.quarterHours(of: now.days).lowerBound >= start { peaksSoFar[site.id] = .zero }
    }
  }

  private func imports(at site: Site.ID, in community: Community, _ energies: MeteredEnergies) -> [Energy?] {
    let points = community.meteringPoints(at: site).filter { $0.measures == .grid }
    guard points.isEmpty else {
      let counted = points.map {
        energies[$0.id, .import]?.values.map(\.energy) ?? Array(repeating: nil, count: energies.span.count)
      }
      return counted.dropFirst().reduce(counted[0]) { sum, next in
        zip(sum, next).map { a, b in a.flatMap { a in b.map { a + $0 } } }
      }
    }
    let balance = SiteBalance(of: site, in: community, energies: energies)
    return balance?.intervals.values.map { $0.flows?.gridImport } ?? []
  }
}

extension Preparation {
  /// The local months that the horizon touches at `site`, with what is paid for in each; none where peaks cost nothing.
  mutating func peakPeriods(at site: Site) -> [PeakPeriod] {
    guard let tariff = community.tariff(of: site), tariff.peakPrice > .zero else { return [] }
    let first = LocalMonth(containing: community.calendar.localDay(of: horizon.start.start))
    let known = knowledge.peaksSoFar[site.id]
    if known == nil, knowledge.paidPeak == nil { sources.append(.peakUnknown(site.id)) }
    var periods: [PeakPeriod] = []
    var month = first
    while true {
      let span = community.calendar.quarterHours(of: month.days).clamped(to: horizon.span)
      guard !span.isEmpty else { return periods }
      var paid = month == first ? known ?? .zero : .zero
      if let lookback = tariff.peakLookback {
        var earlier = month
        for _ in 0..<lookback.months {
          earlier = earlier.previous
          // The plan's own first month counts with what it has reached before the plan, too.
          let peak = earlier == first ? known : knowledge.earlierPeaks[site.id]?[earlier]
          if let peak { paid = max(paid, Power(count: scaled(peak.count, by: lookback.share.count, over: Fraction.one.count))) }
        }
      }
      periods.append(
        PeakPeriod(
          span: span, paid: knowledge.paidPeak ?? paid, share: tariff.peakLookback?.share ?? .zero,
          looksBack: tariff.peakLookback?.months ?? 0))
      month = month.next
    }
  }
}
