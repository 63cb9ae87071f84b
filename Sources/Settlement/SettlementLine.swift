import CommunityModel
public import MarketTime
public import Quantities

/// A line of a member's statement, rounded once: its amounts are whole cents, and what a statement comes to is the sum of its lines.
public struct SettlementLine: Sendable, Equatable {
  /// What a line is for.
  public enum Kind: String, CaseIterable, Sendable {
    /// As `PriceTerm.Item`.
    case shared, residual, base, network, producer
    /// As `PriceTerm.Item.feedIn`.
    case feedIn = "feed_in"
    /// As `PriceTerm.Item.tenantPower`.
    case tenantPower = "tenant_power"
    /// As `PriceTerm.Item.lease`.
    case lease
    /// What is above a `PriceCap`.
    case cap
    /// From a `PotTerm`.
    case solidarity

    /// The line for an item.
    init(_ item: PriceTerm.Item) {
      switch item {
      case .shared: self = .shared
      case .residual: self = .residual
      case .base: self = .base
      case .network: self = .network
      case .producer: self = .producer
      case .feedIn: self = .feedIn
      case .tenantPower: self = .tenantPower
      case .lease: self = .lease
      }
    }
  }

  /// How the net amount is made, so that a member can make it again. Credits are negative.
  public enum Basis: Sendable, Equatable {
    /// `billed` times `price`; `exact` is what was measured.
    case energy(exact: Energy, billed: Energy, price: EnergyPrice)
    /// The sum over the quarter hours of energy times price, exactly; `mean` is what a kilowatt-hour cost on average.
    case dynamic(exact: Energy, billed: Energy, mean: EnergyPrice)
    /// `monthly` times `days` over the days of the month.
    case days(Int, of: Int, monthly: Money)
    /// A sum: a cap's reduction, a part of a pot.
    case amount
    /// What an earlier month's line is now less what it was: energy in all, net amounts.
    case difference(energy: Energy, before: Money, now: Money)
  }

  /// What it is for.
  public let kind: Kind
  /// The short name of the entry of `tariffs.yaml`.
  public let term: String
  /// The window; `*` outside of all, or where there are none.
  public let zone: String
  /// The days it is for.
  public let days: Range<LocalDay>
  /// How the net amount is made.
  public let basis: Basis
  /// Before tax; positive is what the member pays.
  public let net: Money
  /// The rate of tax.
  public let vatRate: Fraction
  /// The tax.
  public let vat: Money
  /// Whether it is shown and not summed up, because someone else grants it.
  public let isNote: Bool
  /// The earlier month that it corrects; nil for the month's own.
  public let corrects: LocalMonth?

  /// A line; see the properties.
  public init(
    kind: Kind, term: String, zone: String = "*", days: Range<LocalDay>, basis: Basis, net: Money, vatRate: Fraction, vat: Money,
    isNote: Bool = false, corrects: LocalMonth? = nil
  ) {
    self.kind = kind
    self.term = term
    self.zone = zone
    self.days = days
    self.basis = basis
    self.net = net
    self.vatRate = vatRate
    self.vat = vat
    self.isNote = isNote
    self.corrects = corrects
  }

  /// What it comes to, tax included.
  public var gross: Money { net + vat }

  /// What was measured or what a correction changes; nil where the line is not for energy.
  public var energy: Energy? {
    switch basis {
    case .energy(let exact, _, _), .dynamic(let exact, _, _): exact
    case .difference(let energy, _, _): energy
    case .days, .amount: nil
    }
  }
}

/// Sums of lines, without notes.
public struct LineSums: Sendable, Equatable {
  /// Before tax.
  public let net: Money
  /// The tax.
  public let vat: Money

  /// The sums of `lines`.
  public init(of lines: some Sequence<SettlementLine>) {
    var (net, vat) = (Money.zero, Money.zero)
    for line in lines where !line.isNote {
      net += line.net
      vat += line.vat
    }
    (self.net, self.vat) = (net, vat)
  }

  /// Tax included.
  public var gross: Money { net + vat }
}
