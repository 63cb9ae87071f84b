public import Quantities

/// Green and grey energy in a battery behind the meter: two virtual stores, seen from the AC side.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | Ch, Dis | charged, discharged | mWh |
/// | B, E | import, export at the grid connection | mWh |
/// | eta | what of a charge comes out again | - |
///
///     grey charge = min(B, Ch),  green charge = Ch - grey charge             MiSpeL (1)
///     to the grid = min(E, Dis), the rest is used here                       MiSpeL (2)
///     a store grows by eta times its charge; a discharge takes from both by `Split`
///     pool for sharing  G' = G - green charge + green discharge
///
/// What is discharged and was never seen charged (what was in the battery before) is `unknown`: neither green nor grey. Nothing goes below zero.
/// Grey discharge is not shared: it is the battery owner's resale. Source: BNetzA 618-25-02 (MiSpeL) of 1 Oct 2026.
public struct StoredEnergy: Sendable, Equatable {
  /// Which energy leaves first.
  public enum Split: String, CaseIterable, Sendable {
    /// Both in proportion to what they hold.
    case mixing
    /// What came first.
    case firstInFirstOut
  }

  /// What an interval's meters count, none negative.
  public struct Flows: Sendable, Equatable {
    /// Ch.
    public let charged: Energy
    /// Dis.
    public let discharged: Energy
    /// B.
    public let gridImport: Energy
    /// E.
    public let gridExport: Energy

    /// An interval; see the properties.
    public init(charged: Energy, discharged: Energy, gridImport: Energy, gridExport: Energy) {
      self.charged = charged
      self.discharged = discharged
      self.gridImport = gridImport
      self.gridExport = gridExport
    }
  }

  /// What an interval did to the stores.
  public struct Passage: Sendable, Equatable {
    /// Charged from the plant.
    public let greenCharge: Energy
    /// Charged from the grid.
    public let greyCharge: Energy
    /// Of the discharge, what had been charged from the plant.
    public let greenDischarge: Energy
    /// What had been charged from the grid.
    public let greyDischarge: Energy
    /// What was in the battery before.
    public let unknownDischarge: Energy
    /// Of the discharge, what went into the grid.
    public let toGrid: Energy

    /// G': what of `generation` and of the battery can be shared.
    public func pool(_ generation: Energy) -> Energy { max(.zero, generation - greenCharge + greenDischarge) }
  }

  /// What of it is left, oldest first; for mixing one lot a colour.
  private struct Lot: Equatable {
    let isGreen: Bool
    var energy: Int64
  }

  /// Which energy leaves first.
  public let split: Split
  /// What of a charge comes out again, above 0 and at most 1.
  public let efficiency: Fraction
  private var lots: [Lot] = []
  /// Billionths of a mWh that no store has got yet, green and grey, so that many small charges lose nothing.
  private var carried: [Bool: Int64] = [true: 0, false: 0]

  /// An empty battery.
  ///
  /// - Throws: `SharingError.badKeys` for an efficiency outside its range.
  public init(split: Split = .mixing, efficiency: Fraction) throws(SharingError) {
    guard efficiency > .zero, efficiency <= .one else { throw .badKeys("a battery gives back above 0 and at most 100 %") }
    self.split = split
    self.efficiency = efficiency
  }

  /// What the green store holds.
  public var green: Energy { held(isGreen: true) }
  /// What the grey store holds.
  public var grey: Energy { held(isGreen: false) }

  /// Lets an interval pass: the charge first, then the discharge.
  ///
  /// - Precondition: no flow is negative.
  public mutating func pass(_ flows: Flows) -> Passage {
    let greyCharge = min(flows.gridImport, flows.charged)
    let greenCharge = flows.charged - greyCharge
    store(greenCharge, isGreen: true)
    store(greyCharge, isGreen: false)
    let known = min(flows.discharged, green + grey)
    let (greenOut, greyOut) = take(known)
    return Passage(
      greenCharge: greenCharge, greyCharge: greyCharge, greenDischarge: greenOut, greyDischarge: greyOut,
      unknownDischarge: flows.discharged - known, toGrid: min(flows.gridExport, flows.discharged))
  }

  /// Takes a loss from both stores in proportion to what they hold: standby, or what a comparison with the battery's own state of
  /// charge shows to be gone. Nothing goes below zero.
  public mutating func lose(_ energy: Energy) {
    let lost = min(energy, green + grey)
    let fromGreen = green + grey > .zero ? share(lost, of: green) : .zero
    remove(fromGreen, isGreen: true)
    remove(lost - fromGreen, isGreen: false)
  }

  private func held(isGreen: Bool) -> Energy {
    Energy(count: lots.reduce(0) { $1.isGreen == isGreen ? $0 + $1.energy : $0 })
  }

  private mutating func store(_ charge: Energy, isGreen: Bool) {
    let exact = Int128(charge.count) * Int128(efficiency.count) + Int128(carried[isGreen] ?? 0)
    carried[isGreen] = Int64(exact % Int128(Fraction.one.count))
    let energy = Int64(exact / Int128(Fraction.one.count))
    if energy == 0 { return }
    let place =
      split == .mixing ? lots.firstIndex { $0.isGreen == isGreen } : lots.last?.isGreen == isGreen ? lots.count - 1 : nil
    if let place { lots[place].energy += energy } else { lots.append(Lot(isGreen: isGreen, energy: energy)) }
  }

  /// Takes `energy`, which is there.
  private mutating func take(_ energy: Energy) -> (green: Energy, grey: Energy) {
    switch split {
    case .mixing:
      let fromGreen = energy > .zero ? share(energy, of: green) : .zero
      remove(fromGreen, isGreen: true)
      remove(energy - fromGreen, isGreen: false)
      return (fromGreen, energy - fromGreen)
    case .firstInFirstOut:
      var (left, fromGreen) = (energy.count, Int64(0))
      for place in lots.indices where left > 0 {
        let taken = min(left, lots[place].energy)
        lots[place].energy -= taken
        left -= taken
        if lots[place].isGreen { fromGreen += taken }
      }
      lots.removeAll { $0.energy == 0 }
      return (Energy(count: fromGreen), energy - Energy(count: fromGreen))
    }
  }

  /// `energy` times `part` over all that is held, to the nearest mWh; never more than `part`, never so little that the rest exceeds the
  /// other store.
  private func share(_ energy: Energy, of part: Energy) -> Energy {
    let all = green + grey
    let nearest = Energy(count: nearest(Int128(energy.count) * Int128(part.count), over: Int128(all.count)))
    return max(energy - (all - part), min(part, nearest))
  }

  /// Takes `energy`, which is there, from the lots of one colour, oldest first.
  private mutating func remove(_ energy: Energy, isGreen: Bool) {
    var left = energy.count
    for place in lots.indices where lots[place].isGreen == isGreen && left > 0 {
      let taken = min(left, lots[place].energy)
      lots[place].energy -= taken
      left -= taken
    }
    lots.removeAll { $0.energy == 0 }
  }
}
