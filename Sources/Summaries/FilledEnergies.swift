import CommunityModel
import Forecasting
import MarketTime
import MeterData
import Quantities

/// What the meters counted, with something in the place of each missing value of use, so that one silent meter does not hold back the
/// sharing of all: what the market's rules give (`Substitutes`) on the days that are told of, else nothing. All of it is preliminary.
///
/// A plant's missing value stays missing: nobody knows what there was to share.
struct FilledEnergies {
  let energies: MeteredEnergies
  /// Of how many meters each quarter hour is neither known nor substituted.
  let unknown: [Int]

  init(_ known: MeteredEnergies, of community: Community, days: Range<LocalDay>, holidays: Holidays) {
    let span = known.span
    let told = days.map { community.calendar.quarterHours(of: $0).clamped(to: span) }
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
      let meter = MeterSeries(point: point, direction: .import, values: series)
      // Each day by itself, so that a week's day is filled as the day was.
      for day in told where day.contains(where: { meter.values[$0]?.energy == nil }) {
        for part in substitutes.fill(meter, over: day).filled {
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
