extension EnergySystem {
  /// Refuses a system whose figures contradict each other or are no numbers.
  ///
  /// - Throws: `SystemError` that names the part and the figure.
  public func validate() throws(SystemError) {
    for (step, length) in hours.enumerated() where !(length > 0 && length < .infinity) {
      throw .part("system", figure: "dt_h", reason: "is \(length) in step \(step), and must be above zero")
    }
    var names = NameCheck(buses: buses)
    try names.checkBuses()
    for (number, demand) in demands.enumerated() {
      let check = FigureCheck("demand \(number)", count, names)
      try check.bus(demand.bus, "bus")
      try check.finite(demand.power, "kw")
    }
    for supply in supplies { try supply.validate(try names.check(supply.id, count)) }
    for offtake in offtakes { try offtake.validate(try names.check(offtake.id, count)) }
    for source in sources { try source.validate(try names.check(source.id, count)) }
    for converter in converters { try converter.validate(try names.check(converter.id, count)) }
    for store in stores { try store.validate(try names.check(store.id, count)) }
    for link in links { try link.validate(try names.check(link.id, count)) }
    for point in chargingPoints { try point.validate(try names.check(point.id, count)) }
    for use in flexibleUses { try use.validate(try names.check(use.id, count)) }
    try validateAgreements(&names)
    let check = FigureCheck("system", count, names)
    try check.figure(carbonPrice, "co2_price", in: -1e15...1e15)
    guard let first = objective.levels.first else { throw .part("system", figure: "objective", reason: "has no level") }
    guard first[.penalty] ?? 0 > 0 || buses.allSatisfy({ $0.penalty == nil }) else {
      throw .part("system", figure: "objective", reason: "must count the penalty first, since there is a bus with one")
    }
    try check.figure(objective.slack, "lex_slack", in: 0...1)
  }

  private func validateAgreements(_ names: inout NameCheck) throws(SystemError) {
    let supplyNames = Set(supplies.map(\.id))
    let offtakeNames = Set(offtakes.map(\.id))
    let converterNames = Set(converters.map(\.id))
    let linkNames = Set(links.map(\.id))
    for charge in peakCharges { try charge.validate(try names.check(charge.id, count), count, supplyNames, offtakeNames) }
    for contract in contracts {
      let check = try names.check(contract.id, count)
      try check.names([contract.flow], "flow", among: supplyNames.union(converterNames).union(linkNames).union(offtakeNames))
      try check.figure(contract.least, "min_kwh", in: 0...1e15)
      try check.figure(contract.shortfallPrice, "shortfall_price", in: 0...1e15)
    }
    for limit in flowLimits {
      let check = try names.check(limit.id, count)
      try check.names(
        limit.flows, "flows",
        among: supplyNames.union(converterNames).union(linkNames).union(offtakeNames).union(chargingPoints.map(\.id))
          .union(flexibleUses.map(\.id)).union(stores.filter { !$0.isItsBus }.map(\.id)))
      try check.limit(limit.max, "max")
      if let penalty = limit.penalty { try check.figure(penalty, "penalty", in: 0...1e15) }
    }
    for limit in energyLimits {
      let check = try names.check(limit.id, count)
      try check.names([limit.flow], "flow", among: supplyNames.union(converterNames).union(linkNames).union(offtakeNames))
      try check.figure(limit.most, "max_kwh", in: 0...1e15)
    }
    for connection in oneWayConnections {
      let check = try names.check(connection.id, count)
      try check.names([connection.supply], "supply", among: Set(supplies.filter { $0.max != nil }.map(\.id)))
      try check.names([connection.offtake], "offtake", among: Set(offtakes.filter { $0.max != nil }.map(\.id)))
      guard connection.steps.count == count else {
        throw .part(connection.id, figure: "steps", reason: "must say so of each step")
      }
    }
    for pool in pools { try pool.validate(try names.check(pool.id, count), supplyNames, offtakeNames, count) }
    for guide in guides { try guide.validate(FigureCheck(guide.part, count, names), guidable, count) }
    for sharing in sharings {
      let check = try names.check(sharing.id, count)
      try check.names(sharing.offtakes, "sources", among: offtakeNames)
      try check.names(sharing.supplies, "members", among: supplyNames)
      try check.finite(sharing.value, "value")
    }
  }
}

extension PeakCharge {
  fileprivate func validate(_ check: FigureCheck, _ count: Int, _ supplyNames: Set<String>, _ offtakeNames: Set<String>)
    throws(SystemError)
  {
    try check.names(supplies, "imports", among: supplyNames)
    try check.names(offtakes, "exports", among: offtakeNames)
    try check.figure(price, "price", in: 0...1e15)
    try check.figure(before, "previous", in: 0...1e15)
    guard stepsPerInterval > 0 else { throw .part(id, figure: "average_steps", reason: "must be 1 or more") }
    if let lookBack { try check.figure(lookBack.share, "look_back.share", in: 0...1) }
    let counted = (steps ?? []) + (lookBack?.steps ?? [])
    guard counted.allSatisfy({ (0..<count).contains($0) }) else {
      throw .part(id, figure: "steps", reason: "must lie from 0 to \(count - 1)")
    }
    let numbers = [steps?.count ?? count, lookBack?.steps.count ?? 0]
    guard numbers.allSatisfy({ $0.isMultiple(of: stepsPerInterval) }) else {
      throw .part(id, figure: "average_steps", reason: "does not divide the number of steps that count")
    }
  }
}

/// Which names there are.
struct NameCheck {
  let buses: [Bus]
  private(set) var busNames: Set<String> = []
  private var parts: Set<String> = []

  init(buses: [Bus]) { self.buses = buses }

  mutating func checkBuses() throws(SystemError) {
    for bus in buses {
      let check = FigureCheck("bus \(bus.name)", 0, self)
      if let penalty = bus.penalty { try check.figure(penalty, "penalty", in: 0...1e15) }
      guard busNames.insert(bus.name).inserted else { throw .part("bus \(bus.name)", figure: "id", reason: "is there twice") }
    }
  }

  /// The check of the figures of the part called `name`.
  mutating func check(_ name: String, _ count: Int) throws(SystemError) -> FigureCheck {
    guard parts.insert(name).inserted else { throw .part(name, figure: "id", reason: "is there twice") }
    return FigureCheck(name, count, self)
  }
}

/// Looks at the figures of one part.
struct FigureCheck {
  private let part: String
  private let count: Int
  private let names: NameCheck

  init(_ part: String, _ count: Int, _ names: NameCheck) {
    self.part = part
    self.count = count
    self.names = names
  }

  func bus(_ name: String, _ figure: String) throws(SystemError) {
    guard !names.busNames.contains(name) else { return }
    throw .part(
      part, figure: figure, reason: "names \"\(name)\", which is not among the buses" + Self.list(names.busNames))
  }

  func names(_ names: [String], _ figure: String, among known: Set<String>) throws(SystemError) {
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw .part(part, figure: figure, reason: "names \"\(unknown)\", which is not there" + Self.list(known))
    }
    guard Set(names).count == names.count else { throw .part(part, figure: figure, reason: "names the same twice") }
  }

  /// What there is, as the end of a sentence; more names than this help nobody.
  private static func list(_ names: Set<String>) -> String {
    names.isEmpty || names.count > 20 ? "" : "; there are " + names.sorted().joined(separator: ", ")
  }

  func figure(_ value: Double, _ figure: String, in range: ClosedRange<Double>) throws(SystemError) {
    guard !range.contains(value) else { return }
    let isOpen = range.upperBound >= 1e15
    let rule =
      switch (range.lowerBound, isOpen) {
      case (...(-1e15), _): "a finite number"
      case (0, true): "zero or more"
      case (let least, true): "\(least) or more"
      case (let least, false): "from \(least) to \(range.upperBound)"
      }
    throw .part(part, figure: figure, reason: "is \(value), and must be " + rule)
  }

  /// Any finite numbers, as many as there are steps.
  func finite(_ series: Series, _ figure: String) throws(SystemError) {
    try each(series, figure, "must be a finite number") { $0 > -1e15 && $0 < 1e15 }
  }

  /// Finite numbers of zero or more.
  func atLeastZero(_ series: Series, _ figure: String) throws(SystemError) {
    try each(series, figure, "must be zero or more") { $0 >= 0 && $0 < 1e15 }
  }

  /// Zero or more, infinity included.
  func limit(_ series: Series?, _ figure: String) throws(SystemError) {
    guard let series else { return }
    try each(series, figure, "must be zero or more") { $0 >= 0 }
  }

  func share(_ series: Series, _ figure: String) throws(SystemError) {
    try each(series, figure, "must lie from 0 to 1") { $0 >= 0 && $0 <= 1 }
  }

  /// Above 0 up to 1.
  func efficiency(_ value: Double, _ figure: String) throws(SystemError) {
    guard !(value > 0 && value <= 1) else { return }
    throw .part(part, figure: figure, reason: "is \(value), and must be above 0 up to 1")
  }

  func size(_ size: Size?) throws(SystemError) {
    guard let size else { return }
    try figure(size.least, "size.min", in: 0...1e15)
    if let most = size.most { try figure(most, "size.max", in: size.least...Double.infinity) }
    try figure(size.price, "size.cost", in: -1e15...1e15)
    try figure(size.fixedCost, "size.fixed_cost", in: 0...1e15)
    guard size.fixedCost == 0 || (size.most ?? .infinity) < .infinity else {
      throw .part(part, figure: "size.fixed_cost", reason: "needs a size.max, too")
    }
  }

  func steps(_ steps: Range<Int>, _ figure: String) throws(SystemError) {
    guard steps.lowerBound < 0 || steps.upperBound > count || steps.isEmpty else { return }
    throw .part(part, figure: figure, reason: "is \(steps.upperBound), and there are \(count) steps")
  }

  /// No two stays in the same step.
  func apart(_ stays: [Range<Int>], _ figure: String) throws(SystemError) {
    let inOrder = stays.enumerated().sorted { ($0.element.lowerBound, $0.offset) < ($1.element.lowerBound, $1.offset) }
    for (one, next) in zip(inOrder, inOrder.dropFirst()) where one.element.overlaps(next.element) {
      throw .part(
        part, figure: "\(figure)[\(next.offset)].arrive",
        reason: "is \(next.element.lowerBound), before \(figure)[\(one.offset)] departs at \(one.element.upperBound)")
    }
  }

  private func each(
    _ series: Series, _ figure: String, _ rule: String, _ holds: (Double) -> Bool
  ) throws(SystemError) {
    if let given = series.count, given != count {
      throw .part(part, figure: figure, reason: "has \(given) figures for \(count) steps")
    }
    for (step, value) in series.values.enumerated() where !holds(value) {
      let place = series.count == nil ? "" : " in step \(step)"
      throw .part(part, figure: figure, reason: "is \(value)\(place), and \(rule)")
    }
  }
}
