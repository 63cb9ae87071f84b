import CommunityModel
import DeviceProfiles
public import MarketTime
public import ModbusIO
public import Readings

/// The devices of a plan, simulated: each shows the values of a table at a moment, in registers as its profile has them.
public struct SimulatedSite: Sendable {
  private let plan: CollectionPlan
  private let series: [SeriesKey: [Sample]]
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

  /// The devices of `plan` with the samples of `readings`.
  ///
  /// - Throws: `Failure.noSeries` when none of the readings is of a metering point that the plan measures.
  public init(_ plan: CollectionPlan, showing readings: [Reading]) throws(Failure) {
    self.plan = plan
    var series: [SeriesKey: [Sample]] = [:]
    for reading in readings { series[reading.series, default: []].append(Sample(at: reading.time, value: reading.value)) }
    self.series = series.mapValues { $0.sorted { $0.time < $1.time } }
    let points = Set(plan.buses.flatMap(\.devices).flatMap(\.points.values))
    guard readings.contains(where: { points.contains($0.series.point) }) else {
      throw .noSeries(points: points.map(\.text).sorted())
    }
    var banks: [String: [UInt8: RegisterBank]] = [:]
    for bus in plan.buses {
      for device in bus.devices where banks[bus.id]?[device.unit] == nil {
        banks[bus.id, default: [:]][device.unit] = RegisterBank()
      }
    }
    self.banks = banks
    units = banks.mapValues { SimulatedUnits($0) }
  }

  /// From the first to the last sample; nil for an empty table.
  public var span: ClosedRange<Timestamp>? {
    guard let first = series.values.compactMap(\.first?.time).min(), let last = series.values.compactMap(\.last?.time).max()
    else {
      return nil
    }
    return first...last
  }

  /// Makes every device show its values at `time`: counters run evenly between two samples, other values stay until the next one,
  /// and so does a counter that then begins anew.
  ///
  /// - Throws: `Failure.doesNotFit` when a value is too large for its register.
  public func show(at time: Timestamp) throws(Failure) {
    for bus in plan.buses {
      for device in bus.devices {
        guard let bank = banks[bus.id]?[device.unit] else { continue }
        let image = try image(of: device, at: time)
        for words in image.contents {
          bank.set(words.words, at: words.address, in: ModbusIO.RegisterTable(words.table))
        }
      }
    }
  }

  private func image(of device: DevicePlan, at time: Timestamp) throws(Failure) -> RegisterImage {
    let profile = device.profile
    var values: [PartChannel: Int64] = [:]
    for (part, point) in device.points {
      for channel in Channel.allCases {
        if let value = value(of: SeriesKey(point, channel), at: time) { values[PartChannel(part, channel)] = value }
      }
    }
    let identity = DeviceIdentity(
      manufacturer: profile.maker, model: "simulated", firmware: "1", serial: profile.sunSpec == nil ? nil : device.id)
    do {
      let known = Set(profile.registers.map(\.key))
      let registers = try profile.encode(values.filter { known.contains($0.key) })
      guard profile.sunSpec != nil else { return registers }
      let models = profile.kind == .meter ? [1, 203] : [1, 103, 160]
      let others = values.filter { !known.contains($0.key) }
      let chain = try profile.encodeSunSpec(others, identity: identity, models: models)
      return RegisterImage(chain.contents + registers.contents)
    } catch {
      throw .doesNotFit(device: device.id, reason: "\(error)")
    }
  }

  private func value(of key: SeriesKey, at time: Timestamp) -> Int64? {
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
