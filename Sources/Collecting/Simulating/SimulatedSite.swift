import CommunityModel
import DeviceProfiles
public import MarketTime
public import ModbusIO
public import Readings

/// The devices of a plan, simulated: each shows the values of a table or of a made-up day at a moment, in registers as its profile has
/// them.
///
/// A register whose value nobody knows says so where the profile has a sign for that; where it has none, it is not there and is refused
/// with exception 2, because any number in it would be a value. What lies between the values is zero.
public struct SimulatedSite: Sendable {
  private let devices: [SimulatedDevice]
  private let source: Source
  private let banks: [String: [UInt8: RegisterBank]]

  /// The simulated registers of each bus, by the bus's name.
  public let units: [String: SimulatedUnits]

  /// Why a plan cannot be simulated from a table.
  public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A device's value does not fit into its registers.
    case doesNotFit(device: String, reason: String)
    /// The table has no series of any device's metering points.
    case noSeries(points: [String])

    /// What is wrong and what to do.
    public var description: String {
      switch self {
      case .doesNotFit(let device, let reason): return "device \(device) cannot show its value: \(reason)"
      case .noSeries(let points):
        return "the table has no column of the devices' metering points (\(points.joined(separator: ", "))); "
          + "columns are named POINT.CHANNEL [unit]"
      }
    }
  }

  private enum Source: Sendable {
    case table([SeriesKey: [Sample]])
    case day(SimulatedDay)
  }

  /// The devices of `plan` with the samples of `readings`; `disturb` tells the fault to make of a request.
  ///
  /// - Throws: `Failure.noSeries` when none of the readings is of a metering point that the plan measures.
  public init(
    _ plan: CollectionPlan, showing readings: [Reading],
    disturbedBy disturb: @escaping @Sendable (SimulatedRequest) -> SimulatedFault? = { _ in nil }
  ) throws(Failure) {
    var series: [SeriesKey: [Sample]] = [:]
    for reading in readings { series[reading.series, default: []].append(Sample(at: reading.time, value: reading.value)) }
    let points = Set(plan.buses.flatMap(\.devices).flatMap(\.points.values))
    guard readings.contains(where: { points.contains($0.series.point) }) else {
      throw .noSeries(points: points.map(\.text).sorted())
    }
    self.init(plan, .table(series.mapValues { $0.sorted { $0.time < $1.time } }), disturb)
  }

  /// The devices of `plan` on a made-up day; `disturb` tells the fault to make of a request.
  public init(
    _ plan: CollectionPlan, on day: SimulatedDay,
    disturbedBy disturb: @escaping @Sendable (SimulatedRequest) -> SimulatedFault? = { _ in nil }
  ) {
    self.init(plan, .day(day), disturb)
  }

  private init(
    _ plan: CollectionPlan, _ source: Source, _ disturb: @escaping @Sendable (SimulatedRequest) -> SimulatedFault?
  ) {
    self.source = source
    devices = plan.buses.flatMap { bus in bus.devices.map { SimulatedDevice($0, bus: bus.id) } }
    var banks: [String: [UInt8: RegisterBank]] = [:]
    for bus in plan.buses {
      for device in bus.devices where banks[bus.id]?[device.unit] == nil {
        banks[bus.id, default: [:]][device.unit] = RegisterBank()
      }
    }
    self.banks = banks
    units = banks.mapValues { SimulatedUnits($0, disturbedBy: disturb) }
  }

  /// From the first to the last sample of the table; nil for an empty table, and for a made-up day, which never ends.
  public var span: ClosedRange<Timestamp>? {
    guard case .table(let series) = source, let first = series.values.compactMap(\.first?.time).min(),
      let last = series.values.compactMap(\.last?.time).max()
    else {
      return nil
    }
    return first...last
  }

  /// What a moment's values are made worse by.
  public enum Trouble: Sendable, Hashable {
    /// Nothing.
    case none
    /// Counters began anew at this moment.
    case countersReset(Timestamp)
    /// No value is available.
    case noValues
  }

  /// Makes every device show its values at `time`: counters run evenly between two samples, other values stay until the next one,
  /// and so does a counter that then begins anew.
  ///
  /// - Throws: `Failure.doesNotFit` when a value of a table is too large for its register. Of a made-up day it is left out.
  public func show(at time: Timestamp, with trouble: Trouble = .none) throws(Failure) {
    // Two devices may share a unit.
    var contents: [UnitOfBus: [ModbusIO.RegisterTable: [UInt16: UInt16]]] = [:]
    for device in devices {
      var tables = contents[device.place, default: [:]]
      for register in device.fillings { tables[ModbusIO.RegisterTable(register.table), default: [:]][register.address] = 0 }
      for words in try image(of: device, at: time, trouble).contents {
        for (offset, word) in words.words.enumerated() {
          tables[ModbusIO.RegisterTable(words.table), default: [:]][words.address &+ UInt16(offset)] = word
        }
      }
      contents[device.place] = tables
    }
    for (place, tables) in contents { banks[place.bus]?[place.unit]?.show(tables) }
  }

  private func image(of device: SimulatedDevice, at time: Timestamp, _ trouble: Trouble) throws(Failure) -> RegisterImage {
    var values = knownValues(of: device, at: time)
    switch trouble {
    case .none: break
    case .noValues: values = [:]
    case .countersReset(let reset):
      for (key, value) in knownValues(of: device, at: reset) where key.channel.isCounter {
        values[key] = values[key].map { max($0 - value, 0) }
      }
    }
    while true {
      do throws(DeviceProfileError) {
        return try image(of: device.plan, showing: values)
      } catch {
        if case .doesNotFit(let key, _) = error, case .day = source, values.removeValue(forKey: key) != nil { continue }
        throw .doesNotFit(device: device.plan.id, reason: "\(error)")
      }
    }
  }

  private func image(of device: DevicePlan, showing values: [PartChannel: Int64]) throws(DeviceProfileError) -> RegisterImage {
    let profile = device.profile
    let mapped = Set(profile.registers.map(\.key))
    let inRegisters = values.filter { mapped.contains($0.key) }
    var identity = DeviceIdentity()
    if case .day = source { identity = profile.simulatedIdentity(unit: device.unit) }
    let registers = try profile.encode(inRegisters, identity: identity)
    guard profile.sunSpec != nil else { return registers }
    let common = DeviceIdentity(manufacturer: profile.maker, model: "simulated", firmware: "1", serial: device.id)
    let usual = profile.usualSunSpecModels
    let chain = try profile.encodeSunSpec(
      values.filter { !mapped.contains($0.key) }, identity: common, models: usual.models, groups: usual.groups)
    return RegisterImage(chain.contents + registers.contents)
  }

  /// The values of `device` at `time`, as far as its registers have a place for them.
  private func knownValues(of device: SimulatedDevice, at time: Timestamp) -> [PartChannel: Int64] {
    switch source {
    case .day(let day):
      return day.values(of: device.keys, kind: device.plan.profile.kind, at: time)
    case .table(let series):
      var values: [PartChannel: Int64] = [:]
      for key in device.keys {
        guard let point = device.plan.points[key.part] else { continue }
        values[key] = Self.value(of: SeriesKey(point, key.channel), in: series, at: time)
      }
      return values
    }
  }

  private static func value(of key: SeriesKey, in series: [SeriesKey: [Sample]], at time: Timestamp) -> Int64? {
    guard let samples = series[key], let first = samples.first else { return nil }
    let behind = samples.partitioningIndex { $0.time > time }
    guard behind > 0 else { return first.value }
    let before = samples[behind - 1]
    guard key.channel.isCounter, behind < samples.count else { return before.value }
    let after = samples[behind]
    guard after.value > before.value else { return before.value }
    let elapsed = Int128(time.milliseconds - before.time.milliseconds)
    let length = Int128(after.time.milliseconds - before.time.milliseconds)
    return before.value + Int64(Int128(after.value - before.value) * elapsed / length)
  }
}
