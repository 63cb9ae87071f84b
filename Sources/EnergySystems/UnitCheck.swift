/// Converters, stores and cars, whose steps depend on each other.
extension SystemCheck {
  mutating func checkConverter(_ place: Int) {
    let converter = system.converters[place]
    let part = schedule.converters[place]
    let taken = part.converted
    let size = settle(converter.size, part.size, converter.id)
    for (step, hours) in system.hours.enumerated() {
      for mode in part.inputs {
        require(mode[step], within: 0...Double.infinity, converter.id, step, "0 <= flow")
      }
      require(taken[step], within: 0...(converter.maxInput[step] * size), converter.id, step, "flow <= in_max")
      pay(converter.costPerInput[step] * taken[step] * hours)
      emit(converter.emissionsPerInput[step] * taken[step] * hours)
    }
    if let commitment = converter.stateful {
      guard let on = part.on, on.count == system.count else {
        violations.append(Violation(part: converter.id, step: nil, rule: "on or off in each step", amount: .infinity))
        return
      }
      checkStates(on, of: converter, commitment, taken, waiting: part.standbyInput)
      checkPartLoad(place, on.map { $0 > 0.5 })
    } else if let ramp = converter.ramp {
      for step in system.hours.indices.dropFirst() {
        require(taken[step] - taken[step - 1], within: -ramp[step]...ramp[step], converter.id, step, "change <= ramp")
      }
    }
  }

  private mutating func checkStates(
    _ on: [Double], of converter: Converter, _ unit: Commitment, _ taken: [Double], waiting: [Double]?
  ) {
    let states = on.map { $0 > 0.5 }
    // From stand-by a start costs nothing, and going there is no stop.
    let warm = checkStandby(waiting, of: converter, unit, states)
    var (isOn, since) = (unit.wasOn, -(unit.hoursBefore ?? .infinity))
    var now = 0.0
    for (step, hours) in system.hours.enumerated() {
      require(on[step], equals: states[step] ? 1 : 0, scale: 1, converter.id, step, "on or off, nothing between")
      if unit.mustRun?[step] == true, !states[step] {
        violations.append(Violation(part: converter.id, step: step, rule: "must run", amount: 1))
      }
      let range = states[step] ? unit.minInput[step]...converter.maxInput[step] : 0...0
      require(taken[step], within: range, converter.id, step, states[step] ? "in_min <= flow <= in_max" : "no flow while off")
      if warm[step] != isOn {
        let least = isOn ? unit.minUpHours : unit.minDownHours
        if now - since < least - 1e-6 {
          violations.append(
            Violation(
              part: converter.id, step: step, rule: isOn ? "stays on for min_up_h" : "stays off for min_down_h",
              amount: least - (now - since)))
        }
        pay(isOn ? unit.stopCost : unit.startCost)
        (isOn, since) = (warm[step], now)
      }
      if states[step] { pay(unit.noLoadCostPerHour * hours) }
      if let ramp = converter.ramp?[step], step > 0 {
        let jump = max(ramp, unit.minInput[step])
        let up = states[step - 1] ? ramp : jump
        let down = states[step] ? ramp : jump
        require(taken[step] - taken[step - 1], within: -down...up, converter.id, step, "change <= ramp")
      }
      now += hours
    }
  }

  /// Whether it is on or in stand-by in each step.
  private mutating func checkStandby(
    _ waiting: [Double]?, of converter: Converter, _ unit: Commitment, _ states: [Bool]
  ) -> [Bool] {
    guard let waiting else { return states }
    guard let standby = unit.standby, waiting.count == states.count else {
      violations.append(Violation(part: converter.id, step: nil, rule: "stand-by of a unit that has it", amount: .infinity))
      return states
    }
    return states.indices.map { step in
      let isWaiting = waiting[step] > standby.input / 2
      let isAllowed = isWaiting && !states[step] && converter.maxInput[step] > 0
      require(waiting[step], equals: isAllowed ? standby.input : 0, scale: standby.input, converter.id, step, "stand-by or not")
      return states[step] || isWaiting
    }
  }

  mutating func checkStore(_ place: Int) {
    let store = system.stores[place]
    let part = schedule.stores[place]
    let size = settle(store.size, part.size, store.id)
    var before = part.content.last ?? 0
    if case .content(let energy) = store.opening { before = energy }
    for (step, hours) in system.hours.enumerated() {
      let (into, out, content) = (part.charge[step], part.discharge[step], part.content[step])
      require(into, within: 0...(store.charge.map { $0[step] * size } ?? .infinity), store.id, step, "0 <= charge <= max")
      require(out, within: 0...(store.discharge.map { $0[step] * size } ?? .infinity), store.id, step, "0 <= discharge <= max")
      if store.exclusivity[step] { require(min(into, out), within: 0...0, store.id, step, "charge or discharge") }
      let reached =
        before * store.keep(over: hours)
        + hours * (store.chargeEfficiency * into - out / store.dischargeEfficiency + store.inflow[step])
      require(
        content, equals: reached, scale: max(abs(content), hours * max(into, out)), store.id, step, "content follows from flows")
      let isLast = step == system.count - 1
      let least = max(store.leastContent[step], isLast ? store.leastAtEnd ?? 0 : 0)
      let most = min(store.capacity[step] * size, isLast ? store.mostAtEnd ?? .infinity : .infinity)
      require(content, within: min(least, most)...max(least, most), store.id, step, "least <= content <= most")
      if let reserve = store.reserve { penalize(reserve.penalty * max(0, reserve.least[step] - content) * hours) }
      pay((store.chargeCost * into + store.dischargeCost * out) * hours)
      if isLast { pay(-store.endValue * content) }
      before = content
    }
  }

  mutating func checkCharging(_ place: Int) {
    let point = system.chargingPoints[place]
    let part = schedule.chargingPoints[place]
    for step in system.hours.indices where !point.sessions.contains(where: { $0.steps.contains(step) }) {
      require(max(abs(part.charge[step]), abs(part.discharge[step])), within: 0...0, point.id, step, "nothing without a car")
    }
    for session in point.sessions {
      var content = session.atArrival
      for step in session.steps {
        let hours = system.hours[step]
        let (into, out) = (part.charge[step], part.discharge[step])
        require(into, within: 0...session.charge * point.usable[step], point.id, step, "0 <= charge <= max")
        require(out, within: 0...session.discharge * point.usable[step], point.id, step, "0 <= discharge <= max")
        if point.exclusivity[step] { require(min(into, out), within: 0...0, point.id, step, "charge or discharge") }
        content += hours * (session.chargeEfficiency * into - out / session.dischargeEfficiency)
        require(content, within: session.leastContent...session.capacity, point.id, step, "least <= content <= capacity")
        pay(point.throughputCost * out * hours)
      }
      require(content, within: session.atDeparture...session.capacity, point.id, session.steps.last, "target at departure")
    }
  }

  mutating func checkAgreements() {
    for (charge, peak) in zip(system.peakCharges, schedule.peaks) {
      require(peak, within: charge.before...Double.infinity, charge.id, nil, "no less than before")
      let taken = charge.supplies.compactMap { flow(named: $0) }
      let given = charge.offtakes.compactMap { flow(named: $0) }
      for (interval, share) in charge.intervals(of: system.count) {
        var energy = 0.0
        var length = 0.0
        for step in interval {
          length += system.hours[step]
          energy += system.hours[step] * (taken.reduce(0) { $0 + $1[step] } - given.reduce(0) { $0 + $1[step] })
        }
        require(share * energy / length, within: -Double.infinity...peak, charge.id, interval.first, "power <= peak")
      }
      pay(charge.price * (peak - charge.before))
    }
    for (contract, shortfall) in zip(system.contracts, schedule.shortfalls) {
      let taken = flow(named: contract.flow) ?? []
      let energy = zip(taken, system.hours).reduce(0) { $0 + $1.0 * $1.1 }
      require(shortfall, within: 0...Double.infinity, contract.id, nil, "shortfall >= 0")
      require(energy + shortfall, within: contract.least...Double.infinity, contract.id, nil, "taken or paid")
      pay(contract.shortfallPrice * shortfall)
    }
    for limit in system.flowLimits {
      let flows = limit.flows.compactMap { taken(by: $0) }
      for (step, hours) in system.hours.enumerated() {
        let sum = flows.reduce(0) { $0 + $1[step] }
        if let price = limit.penalty {
          penalize(price * max(0, sum - limit.max[step]) * hours)
        } else {
          require(sum, within: -Double.infinity...limit.max[step], limit.id, step, "together <= max")
        }
      }
    }
    for limit in system.energyLimits {
      let energy = zip(flow(named: limit.flow) ?? [], system.hours).reduce(0) { $0 + $1.0 * $1.1 }
      require(energy, within: -Double.infinity...limit.most, limit.id, nil, "no more than there is")
    }
    for connection in system.oneWayConnections {
      let (taken, given) = (flow(named: connection.supply) ?? [], flow(named: connection.offtake) ?? [])
      for step in system.hours.indices where connection.steps[step] {
        require(min(taken[step], given[step]), within: 0...0, connection.id, step, "take or give")
      }
    }
    for (sharing, shares) in zip(system.sharings, schedule.shares) { checkSharing(sharing, shares) }
    for (pool, part) in zip(system.pools, schedule.pools) { checkPool(pool, part) }
  }

  private mutating func checkSharing(_ sharing: SurplusSharing, _ shares: [[Double]]) {
    let sources = sharing.offtakes.compactMap { flow(named: $0) }
    let imports = sharing.supplies.map { flow(named: $0) ?? [] }
    for (step, hours) in system.hours.enumerated() {
      for (share, taken) in zip(shares, imports) {
        require(share[step], within: 0...max(0, taken[step]), sharing.id, step, "0 <= share <= import")
        pay(-sharing.value[step] * share[step] * hours)
      }
      let shared = shares.reduce(0) { $0 + $1[step] }
      let surplus = sources.reduce(0) { $0 + $1[step] }
      require(shared, within: -Double.infinity...surplus, sharing.id, step, "shares <= surplus")
    }
  }

  /// What the part called `name` takes or carries.
  func taken(by name: String) -> [Double]? {
    if let place = system.stores.firstIndex(where: { $0.id == name }) { return schedule.stores[place].charge }
    if let place = system.chargingPoints.firstIndex(where: { $0.id == name }) { return schedule.chargingPoints[place].charge }
    if let place = system.flexibleUses.firstIndex(where: { $0.id == name }) {
      let windows = schedule.flexibleUses[place]
      return system.hours.indices.map { step in windows.reduce(0) { $0 + $1[step] } }
    }
    return flow(named: name)
  }

  /// What flows through the supply, offtake, link or converter called `name`.
  private func flow(named name: String) -> [Double]? {
    if let place = system.supplies.firstIndex(where: { $0.id == name }) { return schedule.supplies[place] }
    if let place = system.offtakes.firstIndex(where: { $0.id == name }) { return schedule.offtakes[place] }
    if let place = system.links.firstIndex(where: { $0.id == name }) { return schedule.links[place] }
    if let place = system.converters.firstIndex(where: { $0.id == name }) { return schedule.converters[place].input }
    return nil
  }
}
