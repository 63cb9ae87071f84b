/// A system in which somebody overrules what a part does: to see what that costs.
extension EnergySystem {
  /// Lets nothing flow into or out of the part called `id` in `steps`.
  ///
  /// - Returns: whether it can be held: there is such a part, and what it must get by a given time fits into the other steps.
  public mutating func holdStill(_ id: String, in steps: Range<Int>) -> Bool {
    if let place = converters.firstIndex(where: { $0.id == id }) {
      let mustRun = converters[place].commitment?.mustRun
      guard !steps.contains(where: { mustRun?[$0] ?? false }) else { return false }
      converters[place].maxInput = converters[place].maxInput.without(steps, of: count)
    } else if let place = stores.firstIndex(where: { $0.id == id }) {
      stores[place].charge = (stores[place].charge ?? .constant(.infinity)).without(steps, of: count)
      stores[place].discharge = (stores[place].discharge ?? .constant(.infinity)).without(steps, of: count)
    } else if let place = sources.firstIndex(where: { $0.id == id }) {
      sources[place].available = sources[place].available.without(steps, of: count)
    } else if let place = flexibleUses.firstIndex(where: { $0.id == id }) {
      let use = flexibleUses[place]
      flexibleUses[place].windows = use.windows.map { $0.without(steps, of: use) }
      return flexibleUses[place].windows.allSatisfy { $0.fits(in: hours) }
    } else {
      return false
    }
    return true
  }

  /// Lets the source called `id` give all that it can in `steps`.
  ///
  /// - Returns: whether there is such a source.
  public mutating func holdFull(_ id: String, in steps: Range<Int>) -> Bool {
    guard let place = sources.firstIndex(where: { $0.id == id }) else { return false }
    let given = sources[place].available
    demands.append(Demand(bus: sources[place].bus, power: .steps((0..<count).map { steps.contains($0) ? -given[$0] : 0 })))
    sources[place].available = given.without(steps, of: count)
    return true
  }
}

extension Series {
  /// The same, but nothing in `steps`, of `count`.
  fileprivate func without(_ steps: Range<Int>, of count: Int) -> Series {
    .steps((0..<count).map { steps.contains($0) ? 0 : self[$0] })
  }
}

extension FlexibleUse.Window {
  /// The same window of `use`, but nothing in `held`.
  fileprivate func without(_ held: Range<Int>, of use: FlexibleUse) -> Self {
    var window = self
    window.max = steps.enumerated().map { position, step in
      held.contains(step) ? 0 : Swift.min(max?[position] ?? .infinity, use.max[step])
    }
    return window
  }

  /// Whether its energy can flow in it.
  fileprivate func fits(in hours: [Double]) -> Bool {
    let most = steps.enumerated().reduce(0) { sum, place in sum + (max?[place.offset] ?? .infinity) * hours[place.element] }
    return most >= energy - 1e-9
  }
}
