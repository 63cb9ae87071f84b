public import CommunityModel
public import MarketTime
import Quantities
public import Readings

/// The interval energies of a file.
public struct ImportedEnergies: Sendable {
  /// Each series by quarter hour, from the file's first row to its last; what the file lacks is missing.
  public let series: [SeriesKey: TimeSeries<IntervalEnergy>]
  /// What the file held.
  public let report: SeriesFileReport
}

extension SeriesFileReader {
  /// Reads energies (Wh, kWh, ...) or mean powers (W, kW, ...) of intervals.
  ///
  /// A mean power is multiplied by the interval's length. Half hours and hours are spread evenly over their quarter hours, which
  /// add up to the row's value to the milliwatt-hour, and are *estimated*; quarter hours are *measured*; shorter intervals are
  /// summed, *measured* where the quarter hour is complete and else *missing*. Empty cells and gaps are *missing*. A column of
  /// `active_power` gives two series: what is positive as `energy_import`, what is negative as `energy_export`; `heat_power`
  /// gives `heat_energy`, `dc_power` `dc_energy`.
  ///
  /// - Parameters:
  ///   - interval: how long a row's interval is; nil for the gap between the file's first two times.
  ///   - progress: told bytes read and file size, about once a megabyte.
  /// - Throws: `SeriesFileErrors` when the file is refused.
  public func intervalEnergies(
    from file: CSVFile, interval: RowInterval? = nil, progress: Progress? = nil
  ) throws(SeriesFileErrors) -> ImportedEnergies {
    var taken: Set<SeriesKey> = []
    let (sink, report) = try intervals(
      from: file, interval: interval, allowed: RowInterval.allCases, progress: progress
    ) { (name) throws(SeriesFileError.Fault) -> IntervalColumn<EnergyColumn> in
      let column = try energyColumn(name)
      for part in column.meaning.parts where !taken.insert(part.series).inserted {
        throw .name(.repeated(name: part.series.description))
      }
      return column
    }
    var series: [SeriesKey: TimeSeries<IntervalEnergy>] = [:]
    for (position, column) in sink.columns.enumerated() {
      for part in column.meaning.parts {
        series[part.series] = column.meaning.energies(of: part.sign, ofColumn: position, in: sink)
      }
    }
    return ImportedEnergies(series: series, report: report)
  }

  /// What a column of a file of energies holds.
  private func energyColumn(_ name: SeriesName) throws(SeriesFileError.Fault) -> IntervalColumn<EnergyColumn> {
    let point = try name.meteringPoint()
    let channel = try name.channel(else: channel ?? .energyImport)
    let energies = ChannelUnit.milliwattHour.symbols
    let powers = ChannelUnit.milliwatt.symbols
    switch channel.unit {
    case .milliwattHour:
      let unit = try name.unit(of: energies + powers, else: unit)
      let column = EnergyColumn(parts: [.init(series: SeriesKey(point, channel), sign: .any)], isPower: powers.contains(unit))
      return IntervalColumn(meaning: column, unit: unit, mayBeNegative: false)
    case .milliwatt:
      let unit = try name.unit(of: powers, else: unit)
      guard let counters = channel.counters else { throw .name(.notAnEnergy(channel: channel.rawValue)) }
      var parts = [EnergyColumn.Part(series: SeriesKey(point, counters.positive), sign: .any)]
      if let negative = counters.negative {
        parts = [
          .init(series: SeriesKey(point, counters.positive), sign: .positive),
          .init(series: SeriesKey(point, negative), sign: .negative),
        ]
      }
      return IntervalColumn(
        meaning: EnergyColumn(parts: parts, isPower: true), unit: unit, mayBeNegative: counters.negative != nil)
    case .millivoltampere, .millivar, .millivolt, .milliampere, .millionth, .ratio, .millihertz, .millivarHour,
      .millivoltampereHour, .gram, .second, .pascal,
      .millidegree, .millilitrePerHour, .millilitre, .number:
      throw .name(.notAnEnergy(channel: channel.rawValue))
    }
  }
}

/// What a column of a file of energies holds.
private struct EnergyColumn {
  /// A series that the column gives.
  struct Part {
    let series: SeriesKey
    let sign: Sign
  }

  /// Which of a column's values count.
  enum Sign {
    case any, positive, negative
  }

  let parts: [Part]
  /// Whether the values are mean powers in milliwatts, else energies in milliwatt-hours.
  let isPower: Bool

  /// The values of one sign as energies of quarter hours.
  func energies(
    of sign: Sign, ofColumn column: Int, in sink: IntervalSink<EnergyColumn>
  ) -> TimeSeries<IntervalEnergy>? {
    func part(_ value: Int64) -> Int64 {
      switch sign {
      case .any: return value
      case .positive: return max(value, 0)
      case .negative: return max(-value, 0)
      }
    }
    let length = Duration.milliseconds(sink.interval.milliseconds)
    func energy(_ value: Int64) -> Int64 { isPower ? Power(count: value).energy(over: length).count : value }
    return sink.series(ofColumn: column, missing: .missing) { value, place, places in
      let row = energy(part(value))
      guard places > 1 else { return .measured(Energy(count: row)) }
      // Cut from the row's running share, so that the quarter hours add up to it.
      let share = row * Int64(place + 1) / Int64(places) - row * Int64(place) / Int64(places)
      return .estimated(Energy(count: share))
    } join: { values in
      .measured(Energy(count: energy(values.reduce(0) { $0 + part($1) })))
    }
  }
}

extension Channel {
  /// The counters that grow with this power, for its positive and, where it has a direction, its negative values.
  fileprivate var counters: (positive: Channel, negative: Channel?)? {
    switch self {
    case .activePower: return (.energyImport, .energyExport)
    case .activePowerL1: return (.energyImportL1, .energyExportL1)
    case .activePowerL2: return (.energyImportL2, .energyExportL2)
    case .activePowerL3: return (.energyImportL3, .energyExportL3)
    case .dcPower: return (.dcEnergy, nil)
    case .dcPower1: return (.dcEnergy1, nil)
    case .dcPower2: return (.dcEnergy2, nil)
    case .dcPower3: return (.dcEnergy3, nil)
    case .dcPower4: return (.dcEnergy4, nil)
    case .heatPower: return (.heatEnergy, nil)
    default: return nil
    }
  }
}
