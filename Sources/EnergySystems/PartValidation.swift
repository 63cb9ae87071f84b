extension Supply {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.finite(price, "price")
    try check.limit(max, "max")
    try check.finite(emissions, "co2")
  }
}

extension Offtake {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.finite(price, "price")
    try check.limit(max, "max")
    try check.finite(emissions, "co2")
  }
}

extension Source {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.atLeastZero(available, "kw")
    try check.figure(curtailmentCost, "curtail_cost", in: -1e15...1e15)
    try check.size(size)
  }
}

extension Converter {
  func validate(_ check: FigureCheck) throws(SystemError) {
    if let input { try check.bus(input, "in_bus") }
    guard !modes.isEmpty else { throw .part(id, figure: "out", reason: "is missing") }
    for (number, mode) in modes.enumerated() {
      let place = modes.count > 1 ? "modes[\(number)].out" : "out"
      for output in mode.outputs {
        try check.bus(output.bus, place)
        try check.finite(output.perInput, "\(place).\(output.bus)")
      }
    }
    try check.limit(maxInput, "in_max")
    guard size == nil || maxInput.values.allSatisfy({ $0 < 1e15 }) else {
      throw .part(id, figure: "in_max", reason: "must be a finite number where the size is a decision")
    }
    try check.finite(costPerInput, "cost_per_in")
    try check.finite(emissionsPerInput, "co2_per_in")
    if let ramp { try check.atLeastZero(ramp, "ramp_kw") }
    try check.size(size)
    if let partLoad { try validate(partLoad) }
    guard let commitment else { return }
    if let standby = commitment.standby {
      try check.figure(standby.input, "onoff.standby_kw", in: 0...1e15)
      guard ramp == nil else { throw .part(id, figure: "onoff.standby_kw", reason: "cannot go with a ramp") }
    }
    try check.atLeastZero(commitment.minInput, "in_min")
    // In a step in which it may take less than its least it is off.
    if let least = commitment.minInput.values.min(), let most = maxInput.values.max(), least > most {
      throw .part(id, figure: "in_min", reason: "is \(least), above in_max, \(most), in every step")
    }
    try check.figure(commitment.startCost, "onoff.start_cost", in: 0...1e15)
    try check.figure(commitment.stopCost, "onoff.stop_cost", in: 0...1e15)
    try check.figure(commitment.noLoadCostPerHour, "onoff.no_load_cost_h", in: -1e15...1e15)
    try check.figure(commitment.minUpHours, "onoff.min_up_h", in: 0...1e6)
    try check.figure(commitment.minDownHours, "onoff.min_down_h", in: 0...1e6)
    if let before = commitment.hoursBefore { try check.figure(before, "onoff.hours_before", in: 0...Double.infinity) }
    if let steps = commitment.mustRun { try check.finite(.steps(steps.map { $0 ? 1 : 0 }), "onoff.must_run") }
    guard stateful != nil else { return }
    guard size == nil else { throw .part(id, figure: "onoff", reason: "cannot go with a size that is a decision") }
    guard maxInput.values.allSatisfy({ $0 < 1e15 }) else {
      throw .part(id, figure: "in_max", reason: "must be a finite number for a unit with onoff")
    }
  }

  private func validate(_ partLoad: PartLoad) throws(SystemError) {
    guard commitment != nil else { throw .part(id, figure: "load_kw", reason: "needs a unit that can be off: give onoff, too") }
    guard partLoad.loads.count == modes.count else {
      throw .part(id, figure: "load_kw", reason: "must be there for each mode or for none")
    }
    guard partLoad.loads.allSatisfy({ $0 > 0 && $0 < 1e15 }) else {
      throw .part(id, figure: "load_kw", reason: "must be above zero")
    }
  }
}

extension Store {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.limit(capacity, "kwh")
    try check.atLeastZero(leastContent, "min_kwh")
    try check.limit(charge, "charge_kw")
    try check.limit(discharge, "discharge_kw")
    try check.efficiency(chargeEfficiency, "eff_c")
    try check.efficiency(dischargeEfficiency, "eff_d")
    guard lossPerHour >= 0, lossPerHour < 1 else {
      throw .part(id, figure: "loss_h", reason: "is \(lossPerHour), and must be from 0 to below 1")
    }
    if case .content(let energy) = opening { try check.figure(energy, "start", in: 0...1e15) }
    if let leastAtEnd { try check.figure(leastAtEnd, "end_min", in: 0...1e15) }
    if let mostAtEnd { try check.figure(mostAtEnd, "end_max", in: 0...Double.infinity) }
    try check.figure(endValue, "end_value", in: -1e15...1e15)
    try check.figure(chargeCost, "charge_cost", in: 0...1e15)
    try check.figure(dischargeCost, "discharge_cost", in: 0...1e15)
    try check.finite(inflow, "inflow_kw")
    if let compressor {
      try check.bus(compressor.bus, "compressor_bus")
      try check.atLeastZero(compressor.perFlow, "compressor_kwh_per_kwh")
    }
    if let reserve {
      try check.atLeastZero(reserve.least, "reserve")
      try check.figure(reserve.penalty, "reserve penalty", in: 0...1e15)
    }
    try check.size(size)
    guard exclusivity != .nowhere else { return }
    guard size.map({ $0.most != nil }) ?? true else {
      throw .part(id, figure: "exclusive", reason: "needs 'max' of a size that is a decision")
    }
    guard capacity.values.allSatisfy({ $0 < 1e15 }) || (isFinite(charge) && isFinite(discharge)) else {
      throw .part(id, figure: "exclusive", reason: "needs a finite kwh, or finite charge_kw and discharge_kw")
    }
  }

  private func isFinite(_ series: Series?) -> Bool { series?.values.allSatisfy { $0 < 1e15 } ?? false }
}

extension Link {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(from, "from")
    try check.bus(to, "to")
    guard from != to else { throw .part(id, figure: "to", reason: "is where it comes from") }
    try check.limit(max, "max")
    try check.share(relativeLoss, "loss_rel")
    try check.atLeastZero(fixedLoss, "loss_fixed_kw")
    try check.finite(cost, "cost")
    if let pump {
      try check.bus(pump.bus, "pump_bus")
      try check.atLeastZero(pump.perFlow, "pump_kwh_per_kwh")
    }
  }
}

extension ChargingSessions {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.figure(throughputCost, "throughput_cost", in: 0...1e15)
    try check.atLeastZero(usable, "usable")
    for (number, session) in sessions.enumerated() {
      let name = "sessions[\(number)]"
      try check.steps(session.steps, "\(name).depart")
      try check.figure(session.capacity, "\(name).kwh", in: 0...1e15)
      try check.figure(session.atArrival, "\(name).arrive_kwh", in: 0...session.capacity)
      try check.figure(session.atDeparture, "\(name).depart_kwh", in: 0...session.capacity)
      try check.figure(session.leastContent, "\(name).min_kwh", in: 0...session.capacity)
      try check.figure(session.charge, "\(name).charge_kw", in: 0...1e15)
      try check.figure(session.discharge, "\(name).discharge_kw", in: 0...1e15)
      try check.efficiency(session.chargeEfficiency, "\(name).eff_c")
      try check.efficiency(session.dischargeEfficiency, "\(name).eff_d")
    }
    try check.apart(sessions.map(\.steps), "sessions")
  }
}

extension FlexibleUse {
  func validate(_ check: FigureCheck) throws(SystemError) {
    try check.bus(bus, "bus")
    try check.atLeastZero(max, "max_kw")
    for (number, window) in windows.enumerated() {
      try check.steps(window.steps, "windows[\(number)].to")
      try check.figure(window.energy, "windows[\(number)].kwh", in: 0...1e15)
      guard window.max?.count ?? window.steps.count == window.steps.count else {
        throw .part(id, figure: "windows[\(number)].max_kw", reason: "must have a figure for each of its steps")
      }
    }
  }
}
