public import Quantities

/// What a community has agreed to pay, as `tariffs.yaml` says it.
public struct AgreedPrices: Sendable, Equatable {
  /// Prices, in the order of the file.
  public let terms: [PriceTerm]
  /// Upper limits of what tenants pay, in the order of the file.
  public let caps: [PriceCap]
  /// Pots, in the order of the file.
  public let pots: [PotTerm]
  /// To how many decimals of a kilowatt-hour quantities are billed: 6 (exactly), or 2 as in Austria.
  public let quantityDecimals: Int

  /// Prices; see the properties.
  public init(terms: [PriceTerm], caps: [PriceCap] = [], pots: [PotTerm] = [], quantityDecimals: Int = 6) {
    self.terms = terms
    self.caps = caps
    self.pots = pots
    self.quantityDecimals = quantityDecimals
  }

  /// The names of the price curves that terms follow.
  public var curves: Set<String> {
    Set(
      terms.compactMap { term in
        if case .energy(.dynamic(let name, _), _) = term.price { name } else { nil }
      })
  }
}

/// The most that a tenant pays for own and other energy and the base price together: German EnWG section 42a(4), 90 % of the local basic
/// supply.
///
///     cap = share (base days / days of the month + price (shared + residual)),   gross, down to the cent
///
/// Computed for each month with the basic supply's tariff that holds on its days. What is above it is taken off on a line of its own.
public struct PriceCap: Sendable, Equatable {
  /// The entry's short name.
  public typealias ID = Identifier<PriceCap>

  /// Its short name.
  public let id: ID
  /// On which days it holds.
  public let validity: Validity
  /// Which part of the basic supply's price is the most.
  public let share: Fraction
  /// The basic supply's price of a month, tax included.
  public let monthly: Money
  /// The basic supply's price of a kilowatt-hour, tax included.
  public let price: EnergyPrice
  /// The tax within both.
  public let vat: Fraction
  /// Whose bill it limits; nil for every member's.
  public let members: Set<Member.ID>?
  /// Its line in the file, for refusals.
  public let line: Int

  /// A cap; see the properties.
  public init(
    id: ID, validity: Validity = .always, share: Fraction, monthly: Money, price: EnergyPrice, vat: Fraction,
    members: Set<Member.ID>? = nil, line: Int = 0
  ) {
    self.id = id
    self.validity = validity
    self.share = share
    self.monthly = monthly
    self.price = price
    self.vat = vat
    self.members = members
    self.line = line
  }

  /// Whether both limit the same bill, so that they must not hold on the same day.
  public func isRival(of other: PriceCap) -> Bool {
    guard let members, let others = other.members else { return true }
    return !members.isDisjoint(with: others)
  }
}

/// A part of what an item brings in, for members who need it; see `SolidarityPot`. Holds for whole months.
public struct PotTerm: Sendable, Equatable {
  /// The entry's short name.
  public typealias ID = Identifier<PotTerm>

  /// Its short name.
  public let id: ID
  /// On which days it holds, from a month's first to another's.
  public let validity: Validity
  /// Which part of the net revenue.
  public let share: Fraction
  /// The item whose revenue it is: `shared` or `feed_in`.
  public let item: PriceTerm.Item
  /// Who is entitled, with weights of at least 1.
  public let weights: [Member.ID: Int]
  /// Its line in the file.
  public let line: Int

  /// A pot; see the properties.
  public init(
    id: ID, validity: Validity = .always, share: Fraction, item: PriceTerm.Item, weights: [Member.ID: Int], line: Int = 0
  ) {
    self.id = id
    self.validity = validity
    self.share = share
    self.item = item
    self.weights = weights
    self.line = line
  }
}
