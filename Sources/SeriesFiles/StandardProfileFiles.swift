public import Forecasting
import MarketTime
import Quantities

extension LoadProfileTable {
  /// Reads `load/bdew-2025.csv` or `load/vdew-1999.csv`; the first column, `month` or `season`, tells which.
  ///
  /// Columns `month` or `season`, `daytype`, `slot`, `start_local`, then one a profile; of `H0_W_per_MWh_a` the name is `H0`.
  ///
  /// - Throws: `SeriesFileErrors` for anything but a complete table.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    var edition = Edition.bdew2025
    do throws(SeriesFileError) {
      if try CSVReader.open(file).header.first == "season" { edition = .vdew1999 }
    } catch {
      throw SeriesFileErrors([error])
    }
    let slots = Self.slotsPerDay
    let period = edition == .bdew2025 ? "month" : "season"
    let table = TableReader(file: file, required: [period, "daytype", "slot", "start_local"])
    var profiles: [(name: String, cell: Int, values: [Int64])] = []
    var lines = [Int](repeating: 0, count: Self.valueCount(of: edition))
    try table.read { (names, required) throws(TableReader.CellFault) in
      for (cell, name) in names.enumerated() where !required.contains(cell) {
        let short = String(name.prefix { $0 != "_" })
        if profiles.contains(where: { $0.name == short }) { throw .init(.name(.repeated(name: short)), in: cell) }
        profiles.append((short, cell, Array(repeating: 0, count: Self.valueCount(of: edition))))
      }
      if profiles.isEmpty { throw .init(.name(.noSeries), in: 0) }
    } row: { (row, cells) throws(TableReader.CellFault) in
      let part: Int
      switch edition {
      case .bdew2025: part = try row.number(in: cells[0], of: 1...edition.periods) - 1
      case .vdew1999: part = try row.word(in: cells[0], as: Season.self).position
      }
      let slot = try row.slot(in: cells[2], of: slots, startingAt: cells[3])
      let place = Self.position(period: part, dayType: try row.word(in: cells[1], as: DayType.self), slot: slot)
      try row.takePlace(in: &lines[place])
      for position in profiles.indices {
        profiles[position].values[place] = try row.thousandths(in: profiles[position].cell)
      }
    }
    if let place = lines.firstIndex(of: 0) {
      let type = DayType.allCases[place / slots % DayType.allCases.count].rawValue
      let part = place / (slots * DayType.allCases.count)
      let name = edition == .bdew2025 ? "\(part + 1)" : Season.allCases[part].rawValue
      throw table.lacks("\(period) \(name), \(type), slot \(place % slots)")
    }
    do throws(ForecastingError) {
      try self.init(edition: edition, profiles: profiles.map { ($0.name, $0.values) })
    } catch {
      throw table.lacks(error.description)
    }
  }
}

extension Dynamisation {
  /// Reads `load/dynamisation.csv`: `term,coefficient,applies_to,note`.
  ///
  /// Rows whose term is not exactly `t^0` to `t^4` are remarks and not read; `applies_to` lists profiles, separated by commas.
  ///
  /// - Throws: `SeriesFileErrors` for a bad number or a missing coefficient.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    let table = TableReader(file: file, required: ["term", "coefficient", "applies_to"])
    let terms = ["t^0", "t^1", "t^2", "t^3", "t^4"]
    var coefficients: [String: DecimalNumber] = [:]
    var profiles: Set<String>?
    try table.read { (row, cells) throws(TableReader.CellFault) in
      let term = row.cells[cells[0]]
      guard terms.contains(term) else { return }
      if coefficients.updateValue(try row.decimal(in: cells[1]), forKey: term) != nil {
        throw .init(.name(.repeated(name: term)), in: cells[0])
      }
      let named = Set(row.cells[cells[2]].split(separator: ",").map { String($0.filter { $0 != " " }) })
      if let profiles, profiles != named {
        throw .init(
          .table(.notOneOf(found: row.cells[cells[2]], allowed: [profiles.sorted().joined(separator: ",")])), in: cells[2])
      }
      profiles = named
    }
    if let missing = terms.first(where: { coefficients[$0] == nil }) { throw table.lacks("the coefficient of \(missing)") }
    guard let made = Dynamisation(coefficients: terms.compactMap { coefficients[$0] }, profiles: profiles ?? []) else {
      throw table.lacks("coefficients of at most 12 decimals")
    }
    self = made
  }
}

extension HolidayTable {
  /// What a row's holiday is one of.
  private enum Scope: String, CaseIterable {
    case `public`
    case catholicMunicipalities = "catholic_municipalities_only"
    case city = "city_only"
  }

  /// Reads `holidays.csv`: `date,country,subdivision,scope,...`.
  ///
  /// Holidays of single towns or parishes only (any scope but `public`) are passed over.
  ///
  /// - Throws: `SeriesFileErrors` for a bad date or an unknown scope.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    var entries: [Entry] = []
    try TableReader(file: file, required: ["date", "country", "subdivision", "scope"]).read {
      (row, cells) throws(TableReader.CellFault) in
      guard let day = LocalDay(iso8601: row.cells[cells[0]]) else {
        throw .init(.table(.notOneOf(found: row.cells[cells[0]], allowed: ["a date such as 2026-01-01"])), in: cells[0])
      }
      guard try row.word(in: cells[3], as: Scope.self) == .public else { return }
      let region = row.cells[cells[2]]
      entries.append(Entry(day, country: row.cells[cells[1]], region: region.isEmpty ? nil : region))
    }
    self.init(entries)
  }
}

extension GenerationShape {
  /// Reads `generation/pv-dresden.csv` and its like: `month,slot,start_utc,w_per_kwp`.
  ///
  /// - Throws: `SeriesFileErrors` for anything but a complete table.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    let table = TableReader(file: file, required: ["month", "slot", "start_utc", "w_per_kwp"])
    var values = [Int64](repeating: 0, count: Self.months * Self.slotsPerDay)
    var lines = [Int](repeating: 0, count: values.count)
    try table.read { (row, cells) throws(TableReader.CellFault) in
      let month = try row.number(in: cells[0], of: 1...Self.months)
      let slot = try row.slot(in: cells[1], of: Self.slotsPerDay, startingAt: cells[2])
      let place = (month - 1) * Self.slotsPerDay + slot
      try row.takePlace(in: &lines[place])
      values[place] = try row.thousandths(in: cells[3])
    }
    if let place = lines.firstIndex(of: 0) {
      throw table.lacks("month \(place / Self.slotsPerDay + 1), slot \(place % Self.slotsPerDay)")
    }
    do throws(ForecastingError) {
      try self.init(milliwattsPerKilowatt: values)
    } catch {
      throw table.lacks(error.description)
    }
  }
}

extension HeatShape {
  /// Reads `heat/dresden.csv` and its like: `month,slot,start_utc,outdoor_degc,heat_w_per_mwh,collector_w_per_kw`.
  ///
  /// - Throws: `SeriesFileErrors` for anything but a complete table.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    let table = TableReader(
      file: file, required: ["month", "slot", "start_utc", "outdoor_degc", "heat_w_per_mwh", "collector_w_per_kw"])
    let (months, slots) = (GenerationShape.months, GenerationShape.slotsPerDay)
    var outdoor = [Temperature](repeating: .zero, count: months * slots)
    var demand = [Int64](repeating: 0, count: months * slots)
    var collectors = demand
    var lines = [Int](repeating: 0, count: months * slots)
    try table.read { (row, cells) throws(TableReader.CellFault) in
      let month = try row.number(in: cells[0], of: 1...months)
      let slot = try row.slot(in: cells[1], of: slots, startingAt: cells[2])
      let place = (month - 1) * slots + slot
      try row.takePlace(in: &lines[place])
      guard let degrees = try row.decimal(in: cells[3]).scaled(by: 1000) else { throw .init(.row(.outOfRange), in: cells[3]) }
      outdoor[place] = Temperature(count: degrees)
      demand[place] = try row.thousandths(in: cells[4])
      collectors[place] = try row.thousandths(in: cells[5])
    }
    if let place = lines.firstIndex(of: 0) { throw table.lacks("month \(place / slots + 1), slot \(place % slots)") }
    do throws(ForecastingError) {
      try self.init(outdoor: outdoor, demand: demand, collectors: collectors)
    } catch {
      throw table.lacks(error.description)
    }
  }
}

extension TableReader.Row {
  /// The number of a quarter hour of the day in `cell`; the time beside it must be its start.
  fileprivate func slot(in cell: Int, of count: Int, startingAt timeCell: Int) throws(TableReader.CellFault) -> Int {
    let slot = try number(in: cell, of: 0...count - 1)
    let start = LocalTime(minutes: slot * 24 * 60 / count)?.description ?? ""
    guard cells[timeCell] == start else {
      throw .init(.table(.notOneOf(found: cells[timeCell], allowed: ["\(start), the start of slot \(slot)"])), in: timeCell)
    }
    return slot
  }

  /// Notes the row's line where its values go; a fault when another line took the place.
  fileprivate func takePlace(in taken: inout Int) throws(TableReader.CellFault) {
    guard taken == 0 else { throw .init(.table(.repeated(firstLine: taken)), in: 0) }
    taken = line
  }
}
