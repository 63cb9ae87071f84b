import CommunityModel
import MarketTime
import Quantities
import Yams

/// The entries of a file of tariffs.
extension TariffsReader {
  private static let prices = EnergyPrice(count: -10_000_000)...EnergyPrice(count: 10_000_000)
  private static let sums = Money(count: -1_000_000_000_000)...Money(count: 1_000_000_000_000)

  /// A price of `item`.
  func term(_ item: PriceTerm.Item, _ fields: Fields) -> PriceTerm? {
    defer { fields.finish() }
    let id: PriceTerm.ID? = fields.identifier("id")
    let validity = fields.validity("from", "until")
    let vat = fields.optionalQuantity("vat", as: Fraction.self, in: .zero...(.one), like: "19 %") ?? .zero
    var payee: Set<Member.ID>?
    if item.hasPayee, let name = fields.text("to", expected: "the id of the member whom it is paid to") {
      payee = member(name, at: fields.place(of: "to")).map { [$0] } ?? []
    }
    let members = item.hasPayee ? payee : self.members(fields)
    let site = [.producer, .feedIn, .tenantPower].contains(item) ? self.site(fields) : nil
    let isNote = item == .network && paidBy(fields) == .operator
    let price: PriceTerm.Price?
    switch item {
    case .shared, .residual, .producer, .feedIn: price = energyPrice(fields)
    case .base, .lease: price = fields.quantity("monthly", in: Self.sums, like: "5 EUR").map { .monthly($0) }
    case .network: price = reducedCharge(fields)
    case .tenantPower: price = steppedPrice(fields)
    }
    guard let id, let price else { return nil }
    return PriceTerm(
      id: id, item: item, validity: validity, price: price, vat: vat, members: members, site: site, isNote: isNote,
      line: fields.mark?.line ?? 0)
  }

  private func energyPrice(_ fields: Fields) -> PriceTerm.Price? {
    let windows = fields.priceWindows()
    guard fields.has("prices") else {
      if fields.has("plus") {
        problems.add("'plus' only goes with 'prices'; add it to 'price' instead", at: fields.place(of: "plus"))
      }
      return fields.quantity("price", in: Self.prices, like: "24 ct/kWh").map { .energy(.fixed($0), windows: windows) }
    }
    if fields.has("price") {
      problems.add("\(fields.subject) has both 'price' and 'prices'; keep one", at: fields.place(of: "price"))
    }
    let plus = fields.optionalQuantity("plus", in: Self.prices, like: "3 ct/kWh") ?? .zero
    return fields.fileBeside("prices").map { .energy(.dynamic(file: $0, plus: plus), windows: windows) }
  }

  /// Who grants a reduced network charge.
  private enum Payer: String, CaseIterable {
    /// The grid's operator, on its own bill.
    case `operator`
    /// The community, on this statement.
    case community
  }

  private func paidBy(_ fields: Fields) -> Payer { fields.choice("paid_by", default: .operator) ?? .operator }

  /// What is charged less: a share of the network's charge.
  private func reducedCharge(_ fields: Fields) -> PriceTerm.Price? {
    let charge = fields.quantity("charge", in: Self.prices, like: "5.2 ct/kWh")
    let reduction = fields.quantity("reduction", as: Fraction.self, in: .zero...(.one), like: "57 %")
    guard let charge, let reduction else { return nil }
    let less = Int128(charge.count) * Int128(reduction.count)
    let half = Int128(Fraction.one.count) / 2
    let price = EnergyPrice(count: Int64((less + (less < 0 ? -half : half)) / Int128(Fraction.one.count)))
    return .energy(.fixed(price), windows: [])
  }

  /// One price of the steps of a plant's power.
  private func steppedPrice(_ fields: Fields) -> PriceTerm.Price? {
    let capacity = fields.quantity(
      "capacity", as: Power.self, in: Power(count: 1)...Power(kilowatts: 1_000_000), like: "30 kWp")
    var steps: [CapacitySteps.Step] = []
    for node in fields.items("steps", expected: "such as `{up_to: 10 kWp, rate: 2.54 ct/kWh}`") {
      let step = Fields(node, subject: "'steps' of \(fields.subject)", problems: problems)
      defer { step.finish() }
      let upTo = step.quantity("up_to", as: Power.self, in: Power(count: 1)...Power(kilowatts: 1_000_000), like: "10 kWp")
      let rate = step.quantity("rate", in: Self.prices, like: "2.54 ct/kWh")
      guard let upTo, let rate else { continue }
      if let last = steps.last, upTo <= last.upTo {
        problems.add("'up_to' must be above that of the step before", at: step.place(of: "up_to"))
      }
      steps.append(CapacitySteps.Step(upTo: upTo, rate: rate))
    }
    guard let capacity, !steps.isEmpty else { return nil }
    guard let price = CapacitySteps.price(of: capacity, by: steps) else {
      problems.add("the steps do not reach 'capacity'; add one with a greater 'up_to'", at: fields.place(of: "capacity"))
      return nil
    }
    return .energy(.fixed(price), windows: [])
  }

  /// An upper limit of what tenants pay.
  func cap(_ fields: Fields) -> PriceCap? {
    defer { fields.finish() }
    let id: PriceCap.ID? = fields.identifier("id")
    let validity = fields.validity("from", "until")
    let share = fields.quantity("share", as: Fraction.self, in: .zero...(.one), like: "90 %")
    let monthly = fields.quantity("monthly", in: Self.sums, like: "12.50 EUR")
    let price = fields.quantity("price", in: Self.prices, like: "38 ct/kWh")
    let vat = fields.optionalQuantity("vat", as: Fraction.self, in: .zero...(.one), like: "19 %") ?? .zero
    let members = self.members(fields)
    guard let id, let share, let monthly, let price else { return nil }
    return PriceCap(
      id: id, validity: validity, share: share, monthly: monthly, price: price, vat: vat, members: members,
      line: fields.mark?.line ?? 0)
  }

  /// A pot for members who need it.
  func pot(_ fields: Fields) -> PotTerm? {
    defer { fields.finish() }
    let id: PotTerm.ID? = fields.identifier("id")
    let validity = fields.validity("from", "until")
    for (key, day) in [("from", validity.from), ("until", validity.until)] {
      guard let day, LocalMonth(containing: day).firstDay != day else { continue }
      problems.add("'\(key)' is \(day); a pot holds for whole months, so write a month's first day", at: fields.place(of: key))
    }
    let share = fields.quantity("share", as: Fraction.self, in: .zero...(.one), like: "5 %")
    let source: Source? = fields.choice("of")
    var weights: [Member.ID: Int] = [:]
    let entries = fields.required("weights", expected: "each entitled member's weight, such as `{m01: 1, m02: 2}`")
      .map { Fields($0, subject: "'weights' of \(fields.subject)", problems: problems) }
    for entry in entries?.all() ?? [] {
      guard let member = member(entry.key, at: entry.mark) else { continue }
      weights[member] = entries?.integer(entry.key, in: 1...1_000_000)
    }
    guard let id, let share, let source else { return nil }
    return PotTerm(
      id: id, validity: validity, share: share, item: source.item, weights: weights, line: fields.mark?.line ?? 0)
  }

  /// Whose revenue a pot is a share of.
  private enum Source: String, CaseIterable {
    case shared
    case feedIn = "feed_in"

    var item: PriceTerm.Item {
      switch self {
      case .shared: .shared
      case .feedIn: .feedIn
      }
    }
  }
}
