import Quantities

/// The powers of a clear summer day in a household with sun, battery and heating, minute by minute, and the energies that belong to
/// them: what every simulated device of a site without a table shows.
///
/// Made up, and always the same. Powers are whole multiples of 360 mW, so that thirds of them, their energies a minute, and the
/// reactive and apparent powers at a power factor of 0.96 are whole numbers. The battery ends a day as full as it began it. Grid =
/// load - sun + battery, in every minute.
struct DayCurve: Sendable {
  /// Minutes of a day.
  static let length = 24 * 60
  private static let step: Int64 = 360

  /// What flows, in mW, in each minute of the day, and what it adds up to from midnight to each minute's start, in mWh, one more
  /// than there are minutes.
  struct Flow: Sendable {
    let powers: [Int64]
    let consumed: [Int64]
    let produced: [Int64]

    /// The flow of `powers`, positive for consumption.
    init(_ powers: [Int64]) {
      self.powers = powers
      consumed = Self.sums(powers.map { max($0, 0) })
      produced = Self.sums(powers.map { max(-$0, 0) })
    }

    /// A minute of 1 mW is a sixtieth of 1 mWh.
    private static func sums(_ powers: [Int64]) -> [Int64] { powers.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1 / 60) } }
  }

  /// The household's load.
  let load: Flow
  /// The inverter's AC side without the battery: negative.
  let sun: Flow
  /// The AC side of an inverter with both.
  let hybrid: Flow
  /// The battery: positive while it charges.
  let battery: Flow
  /// The connection to the grid.
  let grid: Flow
  /// A wallbox that charges a car in the afternoon.
  let car: Flow
  /// What the heating takes out of the water, positive.
  let heat: Flow
  /// The electricity of a heat pump with a coefficient of performance of 3.
  let heatPump: Flow
  /// How full the battery is at each minute's start, in mWh.
  let charge: [Int64]

  /// What the battery holds.
  static let capacity: Int64 = 5_000_000
  private static let batteryLimit: Int64 = 2_500_000
  private static let reserve: Int64 = 500_000

  /// The day of a household whose mean powers in even parts of the day, from midnight on, are `household`; they may not be empty.
  init(household: [Power]) {
    let minutes = 0..<Int64(Self.length)
    let load = minutes.map { minute in
      Self.even(household.isEmpty ? 400_000 : household[Int(minute) * household.count / Self.length].count)
    }
    // 6.5 kW at noon, from half past four to half past eight: 62 kWh.
    let sun = minutes.map { Self.even(6_500_000 * Self.arc($0, 270, 1230) / 1_000_000) }
    (battery, charge) = Self.batteryDay(surplus: zip(sun, load).map { $0 - $1 })
    self.load = Flow(load)
    self.sun = Flow(sun.map { -$0 })
    hybrid = Flow(zip(sun, battery.powers).map { $1 - $0 })
    grid = Flow(zip(zip(load, sun), battery.powers).map { $0.0 - $0.1 + $1 })
    car = Flow(minutes.map { (960..<1140).contains($0) ? Self.even(11_040_000) : 0 })
    let heat = minutes.map { minute in
      Self.even(360_000 + (2_000_000 * (Self.arc(minute, 300, 600) + Self.arc(minute, 990, 1350))) / 1_000_000)
    }
    self.heat = Flow(heat)
    heatPump = Flow(heat.map { Self.even($0 / 3) })
  }

  /// `power` in mW as a multiple of the step, towards zero.
  private static func even(_ power: Int64) -> Int64 { power / step * step }

  /// A hill between two minutes, 0 to 1,000,000, flat at its feet.
  private static func arc(_ minute: Int64, _ start: Int64, _ end: Int64) -> Int64 {
    guard (start..<end).contains(minute) else { return 0 }
    let hill = 4_000_000 * (minute - start) * (end - minute) / ((end - start) * (end - start))
    return (hill + hill * hill / 1_000_000) / 2
  }

  /// A battery that takes what is left and gives what lacks, from a charge at midnight that it comes back to.
  private static func batteryDay(surplus: [Int64]) -> (Flow, charge: [Int64]) {
    var start = capacity / 2
    while true {
      var charge = [start]
      var powers: [Int64] = []
      for power in surplus {
        let now = charge[powers.count]
        let free = even((capacity - now) * 60)
        let held = even((now - reserve) * 60)
        let flow = power > 0 ? min(power, batteryLimit, free) : -min(-power, batteryLimit, held)
        powers.append(even(flow))
        charge.append(now + even(flow) / 60)
      }
      let end = charge[powers.count]
      if end == start { return (Flow(powers), charge) }
      start = end
    }
  }
}
