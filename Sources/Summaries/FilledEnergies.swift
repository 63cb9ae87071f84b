import CommunityModel
import Forecasting
import MarketTime
import MeterData
import Quantities

/// What the meters counted, with something in the place of each missing value of use, so that one silent meter does not hold back the
/// sharing of all: what the market's rules give (`Substitutes`) on the last day, else nothing. All of it is preliminary.
///
/// A plant's missing value stays missing: nobody knows what there was to share.
struct FilledEnergies {
  let energies: MeteredEnergies
  /// Of how many meters each quarter hour is neither known nor substituted.
  let unknown: [Int]

  init(_ known: MeteredEnergies, of community: Community, lastDay: LocalDay, holidays: Holidays) {
    let span = known.span
    let last = community.calendar.quarterHours(of: lastDay).clamped(to: span)
    let substitutes = Substitutes(calendar: community.calendar, holidays: holidays)
    var energies = known
    var unknown = [Int](repeating: 0, count: span.count)
    let users = community.meteringPoints.filter { point in
      [.grid, .consumption, .charging].contains(point.measures) && point.member != nil
    }
    for point in users {
      guard var series = known[point.id, .import] else {
        energies[point.id, .import] = TimeSeries(repeating: .preliminary(.zero), over: span)
        for place in unknown.indices { unknown[place] += 1 }
        continue
      }
      guard series.values.contains(where: { $0.energy == nil }) else { continue }
      if last.contains(where: { series[$0]?.energy == nil }) {
        let meter = MeterSeries(point: point, direction: .import, values: series)
        for part in substitutes.fill(meter, over: last).filled {
          for (quarter, value) in zip(part.values.span, part.values.values) where series[quarter]?.energy == nil {
            series.values[series.start.distance(to: quarter)] = value.energy.map { .preliminary($0) } ?? .missing
          }
        }
      }
      for place in series.values.indices where series.values[place].energy == nil {
        series.values[place] = .preliminary(.zero)
        unknown[place] += 1
      }
      energies[point.id, .import] = series
    }
    self.energies = energies
    self.unknown = unknown
  }
}
