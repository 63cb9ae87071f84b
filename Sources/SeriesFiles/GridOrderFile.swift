public import CommunityModel
import MarketTime
import Quantities

extension SeriesFileReader {
  /// Reads a file of limits that the grid's operator orders: `from,until,import_kw,export_kw,controllable_kw`.
  ///
  /// Times have their zone and are starts of quarter hours; an empty cell is no limit. Rows may share quarter hours.
  ///
  /// - Throws: `SeriesFileErrors` with all that is wrong.
  public static func gridOrders(from file: CSVFile) throws(SeriesFileErrors) -> [GridOrder] {
    var orders: [GridOrder] = []
    let columns = ["from", "until", "import_kw", "export_kw", "controllable_kw"]
    try TableReader(file: file, required: columns).read { (row, cells) throws(TableReader.CellFault) in
      let from = try row.quarterHour(in: cells[0])
      let until = try row.quarterHour(in: cells[1])
      guard from < until else {
        throw .init(
          .table(.notOneOf(found: row.cells[cells[1]], allowed: ["a time behind \(row.cells[cells[0]])"])), in: cells[1])
      }
      orders.append(
        GridOrder(
          span: from..<until, imports: try row.power(in: cells[2]), exports: try row.power(in: cells[3]),
          controllable: try row.power(in: cells[4])))
    }
    return orders
  }
}

extension TableReader.Row {
  /// The quarter hour that begins at the time in `cell`.
  fileprivate func quarterHour(in cell: Int) throws(TableReader.CellFault) -> QuarterHour {
    let text = cells[cell]
    guard let time = Timestamp(iso8601: text) else {
      let hasNoZone = LocalInstant.parse(text).map { $0.offset == nil } ?? false
      throw .init(.row(hasNoZone ? .zoneMissing(text) : .notATime(text)), in: cell)
    }
    let quarter = QuarterHour(containing: time)
    guard quarter.start == time else { throw .init(.row(.offGrid(interval: .quarterHour)), in: cell) }
    return quarter
  }

  /// The power in `cell`, written in kW, at least zero; nil where it is empty.
  fileprivate func power(in cell: Int) throws(TableReader.CellFault) -> Power? {
    if cells[cell].isEmpty { return nil }
    guard let milliwatts = try decimal(in: cell).scaled(by: 1_000_000) else { throw .init(.row(.outOfRange), in: cell) }
    guard milliwatts >= 0 else {
      throw .init(.table(.notOneOf(found: cells[cell], allowed: ["a power of zero or more"])), in: cell)
    }
    return Power(count: milliwatts)
  }
}
