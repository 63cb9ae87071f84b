public import MarketTime
import Quantities

extension [MeterEvent] {
  /// An event `timeEstimated` for each device, over the readings of `contents`, which stand at their estimated times.
  package init(estimating contents: [(device: String, content: Unplaced.Content)]) {
    var spans: [String: ClosedRange<Timestamp>] = [:]
    for (device, content) in contents {
      guard case .reading(let reading) = content else { continue }
      let known = spans[device] ?? reading.time...reading.time
      spans[device] = Swift.min(known.lowerBound, reading.time)...Swift.max(known.upperBound, reading.time)
    }
    self = spans.sorted { $0.key < $1.key }.map { MeterEvent(device: $0.key, estimated: $0.value) }
  }
}

extension MeterEvent {
  /// The times of the readings of `device` within `span` are estimates, wrong by `error` where that is known: too late where it is
  /// greater than zero.
  public init(device: String, estimated span: ClosedRange<Timestamp>, wrongBy error: Duration? = nil) {
    self.init(
      device: device, at: span.lowerBound, .timeEstimated, before: error?.milliseconds, after: span.upperBound.milliseconds)
  }
}
