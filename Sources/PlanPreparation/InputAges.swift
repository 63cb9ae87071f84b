import CommunityModel
public import MarketTime
public import Readings
public import Reporting

extension PlanReport.Inputs.Ages {
  /// The ages of `states`, the last sample of each series, at `time`, metering point by metering point; nil where there are none.
  public init?(of states: [SeriesKey: Sample], at time: Timestamp) {
    var last: [MeteringPoint.ID: Timestamp] = [:]
    for (key, sample) in states { last[key.point] = max(last[key.point] ?? sample.time, sample.time) }
    self.init(last.values.map { max(.zero, time - $0) })
  }
}
