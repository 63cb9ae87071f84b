import DeviceProfiles
import MarketTime
public import Quantities
import Readings

/// What simulated devices show without a table: a clear day, the same every day, by the sort of device.
///
/// Counters began on 2024-01-01 and agree with the powers. The time of day is Central European Time without summer time.
public struct SimulatedDay: Sendable {
  private let curve: DayCurve
  private static let begin: Int64 = 1_704_063_600_000  // 2024-01-01T00:00:00+01:00
  private static let dayLength: Int64 = 86_400_000

  /// A day of a household with these mean powers in even parts of the day, from midnight on.
  public init(household: [Power]) { curve = DayCurve(household: household) }

  /// The values at `time` of the channels `keys` of a device of `kind`; those that nobody can say are not there.
  func values(of keys: Set<PartChannel>, kind: DeviceKind, at time: Timestamp) -> [PartChannel: Int64] {
    let moment = Moment(time, begin: Self.begin, dayLength: Self.dayLength)
    var values: [PartChannel: Int64] = [:]
    for part in Set(keys.map(\.part)) {
      let known = self.values(of: part, kind: kind, at: moment)
      for key in keys where key.part == part { values[key] = known[key.channel] }
    }
    return values
  }

  private func values(of part: DevicePart, kind: DeviceKind, at moment: Moment) -> [Channel: Int64] {
    var values: [Channel: Int64] = [
      .temperature: 35_000, .temperature1: 35_000, .temperature2: 35_000, .errorFlags: 0, .stateOfHealth: 980_000,
      .stateOfCharge: curve.charge[moment.minute] * 1_000_000 / DayCurve.capacity,
    ]
    // No contact closed: the heat pump does as it likes.
    if kind == .relay { values[.sgReadyState] = 0 }
    if let flow = flow(of: part, kind: kind) { values.merge(alternating(flow, at: moment)) { $1 } }
    values.merge(part.name == "battery" || kind == .battery ? batteryInputs(at: moment) : strings(at: moment)) { $1 }
    values.merge(heat(at: moment)) { $1 }
    return values
  }

  /// What flows at `part` of a device of `kind`.
  private func flow(of part: DevicePart, kind: DeviceKind) -> DayCurve.Flow? {
    let parts = ["grid": curve.grid, "pv": curve.sun, "battery": curve.battery, "load": curve.load]
    if let flow = parts[part.name] { return flow }
    switch kind {
    case .meter: return curve.grid
    case .inverter: return curve.sun
    case .hybridInverter: return curve.hybrid
    case .battery: return curve.battery
    case .heatPump, .heatingRod: return curve.heatPump
    case .boiler: return curve.heat
    case .wallbox: return curve.car
    case .heatMeter, .heatController, .combinedHeatAndPower, .gateway, .relay: return nil
    }
  }

  /// At 230 V on each of three even phases, 50 Hz and a power factor of 0.96: the reactive power is 7/24 of the active one, the
  /// apparent one 25/24.
  private func alternating(_ flow: DayCurve.Flow, at moment: Moment) -> [Channel: Int64] {
    let power = flow.powers[moment.minute]
    let (reactive, apparent) = (abs(power) * 7 / 24, abs(power) * 25 / 24)
    let (consumed, produced) = (moment.count(flow.consumed), moment.count(flow.produced))
    var values: [Channel: Int64] = [
      .activePower: power, .apparentPower: apparent, .reactivePower: reactive, .current: apparent / 230, .currentNeutral: 0,
      .powerFactor: 960_000, .frequency: 50_000, .energyImport: consumed, .energyExport: produced,
      .energyTotal: consumed + produced, .reactiveEnergyImport: consumed * 7 / 24, .reactiveEnergyExport: produced * 7 / 24,
      .reactiveEnergyTotal: (consumed + produced) * 7 / 24, .apparentEnergyImport: consumed * 25 / 24,
      .apparentEnergyExport: produced * 25 / 24,
    ]
    for channel: Channel in [.activePowerL1, .activePowerL2, .activePowerL3] { values[channel] = power / 3 }
    for channel: Channel in [.apparentPowerL1, .apparentPowerL2, .apparentPowerL3] { values[channel] = apparent / 3 }
    for channel: Channel in [.reactivePowerL1, .reactivePowerL2, .reactivePowerL3] { values[channel] = reactive / 3 }
    for channel: Channel in [.currentL1, .currentL2, .currentL3] { values[channel] = apparent / 690 }
    for channel: Channel in [.voltageL1, .voltageL2, .voltageL3] { values[channel] = 230_000 }
    for channel: Channel in [.voltageL1L2, .voltageL2L3, .voltageL3L1] { values[channel] = 398_372 }
    for channel: Channel in [.powerFactorL1, .powerFactorL2, .powerFactorL3] { values[channel] = 960_000 }
    for channel: Channel in [.energyImportL1, .energyImportL2, .energyImportL3] { values[channel] = consumed / 3 }
    for channel: Channel in [.energyExportL1, .energyExportL2, .energyExportL3] { values[channel] = produced / 3 }
    return values
  }

  /// Two strings that share the sun, at 600 V each.
  private func strings(at moment: Moment) -> [Channel: Int64] {
    let power = -curve.sun.powers[moment.minute]
    let energy = moment.count(curve.sun.produced)
    return [
      .dcPower: power, .dcPower1: power / 2, .dcPower2: power / 2, .dcVoltage: 600_000, .dcVoltage1: 600_000,
      .dcVoltage2: 600_000, .dcCurrent: power / 600, .dcCurrent1: power / 1200, .dcCurrent2: power / 1200, .dcEnergy: energy,
      .dcEnergy1: energy / 2, .dcEnergy2: energy / 2,
    ]
  }

  /// The battery's own side, at 400 V.
  private func batteryInputs(at moment: Moment) -> [Channel: Int64] {
    let power = curve.battery.powers[moment.minute]
    return [.dcPower: power, .dcVoltage: 400_000, .dcCurrent: power / 400, .dcEnergy: moment.count(curve.battery.consumed)]
  }

  /// Water that leaves at 65 degrees and comes back at 45: 1 kWh is 43 l.
  private func heat(at moment: Moment) -> [Channel: Int64] {
    let power = curve.heat.powers[moment.minute]
    let energy = moment.count(curve.heat.consumed)
    return [
      .heatPower: power, .heatEnergy: energy, .coolingEnergy: 0, .volumeFlow: power * 43 / 1000, .volume: energy * 43 / 1000,
      .flowTemperature: 65_000, .returnTemperature: 45_000, .temperatureDifference: 20_000,
    ]
  }
}

/// A moment of the day, and the whole days before it.
private struct Moment {
  let days: Int64
  let minute: Int
  /// Milliseconds of the minute that have passed.
  private let rest: Int64

  init(_ time: Timestamp, begin: Int64, dayLength: Int64) {
    let elapsed = max(time.milliseconds - begin, 0)
    days = elapsed / dayLength
    minute = Int(elapsed % dayLength / 60_000)
    rest = elapsed % 60_000
  }

  /// What a counter has counted since the beginning that goes through `sums` every day.
  func count(_ sums: [Int64]) -> Int64 {
    let today = sums[minute] + (sums[minute + 1] - sums[minute]) * rest / 60_000
    return days * (sums.last ?? 0) + today
  }
}
