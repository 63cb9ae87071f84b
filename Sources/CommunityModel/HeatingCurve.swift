public import Quantities

/// How hot a heat network's water is on the way out, or back, by the temperature outside.
///
/// Straight between its points, flat outside of them.
public struct HeatingCurve: Sendable, Hashable {
  /// A point of the curve.
  public struct Point: Sendable, Hashable {
    /// The temperature outside.
    public let outdoor: Temperature
    /// That of the water then.
    public let flow: Temperature

    /// A point; see the properties.
    public init(outdoor: Temperature, flow: Temperature) {
      self.outdoor = outdoor
      self.flow = flow
    }
  }

  /// Its points, from cold to mild, no two at the same temperature outside; at least one.
  public let points: [Point]

  /// A curve through `points`; nil where there is none, or two are at the same temperature outside.
  public init?(_ points: [Point]) {
    let inOrder = points.sorted { $0.outdoor < $1.outdoor }
    guard !inOrder.isEmpty, zip(inOrder, inOrder.dropFirst()).allSatisfy({ $0.outdoor < $1.outdoor }) else { return nil }
    self.points = inOrder
  }

  /// How hot the water is at `outdoor`.
  public func water(at outdoor: Temperature) -> Temperature {
    guard let milder = points.firstIndex(where: { $0.outdoor >= outdoor }) else { return points[points.count - 1].flow }
    guard milder > 0 else { return points[0].flow }
    let (one, next) = (points[milder - 1], points[milder])
    let part = scaled(
      (next.flow - one.flow).count, by: (outdoor - one.outdoor).count, over: (next.outdoor - one.outdoor).count)
    return one.flow + Temperature(count: part)
  }

  /// The hottest and the coldest that the water gets.
  public var range: ClosedRange<Temperature> {
    let flows = points.map(\.flow).sorted()
    return flows[0]...flows[flows.count - 1]
  }
}
