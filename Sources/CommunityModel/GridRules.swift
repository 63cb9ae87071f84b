public import MarketTime
public import Quantities

/// What the grid's operator and the law ask of a site beyond what its connection carries.
public struct GridRules: Sendable, Hashable {
  /// The file of the operator's limits, beside the community's file; nil for none.
  public let limits: String?
  /// The most that is fed in, as a share of the peak power of the site's solar modules; nil for no such cap.
  public let feedInCap: Fraction?

  /// Rules; see the properties.
  public init(limits: String? = nil, feedInCap: Fraction? = nil) {
    self.limits = limits
    self.feedInCap = feedInCap
  }

  /// Nothing beyond the connection.
  public static let none = GridRules()
}

/// A limit that the grid's operator orders for a time: mean powers of a quarter hour, at least zero; nil for no limit.
public struct GridOrder: Sendable, Hashable {
  /// The quarter hours for which it holds.
  public let span: Range<QuarterHour>
  /// The most from the grid.
  public let imports: Power?
  /// The most into the grid.
  public let exports: Power?
  /// The most that controllable assets take together (German section 14a EnWG).
  public let controllable: Power?

  /// An order; see the properties.
  public init(span: Range<QuarterHour>, imports: Power? = nil, exports: Power? = nil, controllable: Power? = nil) {
    self.span = span
    self.imports = imports
    self.exports = exports
    self.controllable = controllable
  }
}
