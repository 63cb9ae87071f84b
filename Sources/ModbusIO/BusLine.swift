/// An open way to a bus: a connected socket or a serial device, closed when nobody holds it any more. All calls block.
///
/// What is sent can only be a `ReadFrame`; each of the two kinds has one place that sends.
protocol BusLine: AnyObject {
  /// Whether a request may be sent: nothing lies unread that nobody asked for, and the other end is still there. An answer to an
  /// abandoned request that may come in until `limit` is waited for and thrown away.
  func isReadyToAsk(afterLateAnswer limit: ContinuousClock.Instant?) -> Bool

  /// Sends the request and takes its answer in, within the time.
  func exchange(_ frame: ReadFrame, until end: ContinuousClock.Instant) -> ReadOutcome
}
