public import Quantities

/// A price that was agreed on, for whom and from when until when: an entry of `tariffs.yaml`.
public struct PriceTerm: Sendable, Equatable {
  /// The entry's short name, which statements and records cite.
  public typealias ID = Identifier<PriceTerm>

  /// What is paid for; the name is that of the section in the file.
  public enum Item: String, CaseIterable, Sendable {
    /// A kilowatt-hour of the community's own energy that a member got.
    case shared
    /// A kilowatt-hour beside it, where the community or landlord supplies the member whole.
    case residual
    /// A month of membership.
    case base
    /// What the network charges less for a kilowatt-hour of own energy (Austrian energy communities).
    case network
    /// A kilowatt-hour of a site that members got, paid to whom the plant belongs.
    case producer
    /// A kilowatt-hour of a site that was fed in, paid to whom the plant belongs.
    case feedIn = "feed_in"
    /// A kilowatt-hour of a roof that the tenants below it used at once: Mieterstromzuschlag, EEG section 21(3).
    case tenantPower = "tenant_power"
    /// A month of a roof, paid to whom it belongs.
    case lease

    /// Whether a member gets it rather than pays it.
    public var isCredit: Bool {
      switch self {
      case .shared, .residual, .base: false
      case .network, .producer, .feedIn, .tenantPower, .lease: true
      }
    }

    /// Whether it is paid to one named member, not by all.
    public var hasPayee: Bool {
      switch self {
      case .shared, .residual, .base, .network: false
      case .producer, .feedIn, .tenantPower, .lease: true
      }
    }
  }

  /// What it comes to.
  public enum Price: Sendable, Equatable {
    /// A kilowatt-hour, at some times of the day more or less.
    case energy(Tariff.Price, windows: [PriceWindow])
    /// A month; part of one by its days.
    case monthly(Money)
  }

  /// Its short name.
  public let id: ID
  /// What is paid for.
  public let item: Item
  /// On which days it holds.
  public let validity: Validity
  /// What it comes to.
  public let price: Price
  /// The tax on top of it; prices are net.
  public let vat: Fraction
  /// Whom it concerns: who pays, or whom it is paid to; nil for every member.
  public let members: Set<Member.ID>?
  /// Whose energy counts; nil where it is the member's own.
  public let site: Site.ID?
  /// Whether statements show it and do not sum it up, because someone else grants it: the grid's operator on its own bill.
  public let isNote: Bool
  /// Its line in the file, for refusals.
  public let line: Int

  /// A term; see the properties.
  public init(
    id: ID, item: Item, validity: Validity = .always, price: Price, vat: Fraction = .zero, members: Set<Member.ID>? = nil,
    site: Site.ID? = nil, isNote: Bool = false, line: Int = 0
  ) {
    self.id = id
    self.item = item
    self.validity = validity
    self.price = price
    self.vat = vat
    self.members = members
    self.site = site
    self.isNote = isNote
    self.line = line
  }

  /// Whether it concerns `member`.
  public func concerns(_ member: Member.ID) -> Bool { members?.contains(member) ?? true }

  /// Whether both are a price for the same thing, so that they must not hold on the same day. A member may lease two roofs.
  public func isRival(of other: PriceTerm) -> Bool {
    guard item == other.item, item != .lease, site == other.site else { return false }
    guard let members, let others = other.members else { return true }
    return item.hasPayee || !members.isDisjoint(with: others)
  }
}

/// The parts of a plant's power that are paid differently: weighted, they make one price (EEG section 23c).
///
///     price = sum of (power in the step times its rate) / power of the plant
public struct CapacitySteps: Sendable, Equatable {
  /// A step: up to which power of the plant, and what a kilowatt-hour of that part is paid.
  public struct Step: Sendable, Equatable {
    /// Above the step before.
    public let upTo: Power
    /// What it is paid.
    public let rate: EnergyPrice

    /// A step; see the properties.
    public init(upTo: Power, rate: EnergyPrice) {
      self.upTo = upTo
      self.rate = rate
    }
  }

  /// The weighted price of a plant of `capacity`, to the nearest micro-euro a kWh; nil where the steps do not reach that far.
  ///
  /// - Parameter steps: in rising order of their powers.
  public static func price(of capacity: Power, by steps: [Step]) -> EnergyPrice? {
    guard capacity > .zero, let last = steps.last, capacity <= last.upTo else { return nil }
    var (below, sum) = (Power.zero, Int128(0))
    for step in steps where below < capacity {
      let reached = min(capacity, step.upTo)
      sum += Int128((reached - below).count) * Int128(step.rate.count)
      below = reached
    }
    let half = Int128(capacity.count) / 2
    return EnergyPrice(count: Int64((sum + (sum < 0 ? -half : half)) / Int128(capacity.count)))
  }
}
