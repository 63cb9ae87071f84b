/// A workbook as Excel writes it (XLSX, ECMA-376): sheets of rows of cells. Formulas count with their last result; styles do not count.
public struct Workbook: Sendable {
  /// What a cell holds.
  public enum Cell: Sendable, Hashable {
    /// Nothing.
    case empty
    /// A text.
    case text(String)
    /// A number, as it is written in the file: `0.25`, `2.5E-1`. Dates are numbers, see `SerialDate`.
    case number(String)
  }

  /// A row with its number as people see it, from 1.
  public struct Row: Sendable, Hashable {
    /// From 1.
    public let number: Int
    /// From column A on.
    public let cells: [Cell]
  }

  private let archive: ZipArchive
  private let texts: [String]
  /// Parts by the name of their sheet, in order.
  private let sheets: [(name: String, part: String)]

  /// The workbook in `bytes`.
  ///
  /// - Throws: `SpreadsheetError`.
  public init(_ bytes: [UInt8]) throws(SpreadsheetError) {
    archive = try ZipArchive(bytes)
    guard let book = try archive.part("xl/workbook.xml") else { throw .partMissing("xl/workbook.xml") }
    guard let links = try archive.part("xl/_rels/workbook.xml.rels") else { throw .partMissing("xl/_rels/workbook.xml.rels") }
    var targets: [String: String] = [:]
    for attributes in Self.elements("Relationship", in: links) {
      if let id = attributes["Id"], let target = attributes["Target"] {
        targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
      }
    }
    sheets = Self.elements("sheet", in: book).compactMap { attributes in
      attributes["name"].flatMap { name in attributes["id"].flatMap { targets[$0] }.map { (name: name, part: $0) } }
    }
    texts = try archive.part("xl/sharedStrings.xml").map(Self.sharedTexts) ?? []
  }

  /// The names of its sheets, in order.
  public var sheetNames: [String] { sheets.map(\.name) }

  /// The rows of a sheet that hold anything, in order.
  ///
  /// - Throws: `SpreadsheetError`.
  public func rows(of sheet: String) throws(SpreadsheetError) -> [Row] {
    guard let part = sheets.first(where: { $0.name == sheet })?.part else { throw .noSheet(sheet, known: sheetNames) }
    guard let bytes = try archive.part(part) else { throw .partMissing(part) }
    return SheetReader(bytes, texts: texts).rows()
  }

  private static func elements(_ name: String, in bytes: [UInt8]) -> [[String: String]] {
    var reader = XMLReader(bytes)
    var found: [[String: String]] = []
    while let event = reader.next() {
      if case .start(name, let attributes) = event { found.append(attributes) }
    }
    return found
  }

  /// The texts that cells share, without what only tells how to read them aloud.
  private static func sharedTexts(_ bytes: [UInt8]) -> [String] {
    var reader = XMLReader(bytes)
    var texts: [String] = []
    var (isText, isPhonetic) = (false, false)
    while let event = reader.next() {
      switch event {
      case .start("si", _): texts.append("")
      case .start("rPh", _): isPhonetic = true
      case .end("rPh"): isPhonetic = false
      case .start("t", _): isText = true
      case .end("t"): isText = false
      case .text(let text) where isText && !isPhonetic: texts[texts.count - 1] += text
      default: break
      }
    }
    return texts
  }
}

/// Reads the rows of one sheet.
private struct SheetReader {
  private var reader: XMLReader
  private let texts: [String]

  init(_ bytes: [UInt8], texts: [String]) {
    reader = XMLReader(bytes)
    self.texts = texts
  }

  consuming func rows() -> [Workbook.Row] {
    var rows: [Workbook.Row] = []
    var cells: [Workbook.Cell] = []
    var (number, column, kind, value) = (0, 0, "", "")
    var isValue = false
    while let event = reader.next() {
      switch event {
      case .start("row", let attributes):
        number = attributes["r"].flatMap { Int($0) } ?? number + 1
        cells = []
      case .end("row"):
        if cells.contains(where: { $0 != .empty }) { rows.append(Workbook.Row(number: number, cells: cells)) }
      case .start("c", let attributes):
        column = attributes["r"].flatMap(Self.column) ?? cells.count
        (kind, value) = (attributes["t"] ?? "n", "")
      case .start("v", _), .start("t", _): isValue = true
      case .end("v"), .end("t"): isValue = false
      case .text(let text) where isValue: value += text
      case .end("c"):
        // No sheet has more columns than 16,384.
        guard column < 16_384 else { continue }
        while cells.count < column { cells.append(.empty) }
        cells.append(cell(kind, value))
      default: break
      }
    }
    return rows
  }

  private func cell(_ kind: String, _ value: String) -> Workbook.Cell {
    switch kind {
    case "s": Int(value).flatMap { texts.indices.contains($0) ? .text(texts[$0]) : nil } ?? .empty
    case "n", "d": value.isEmpty ? .empty : kind == "n" ? .number(value) : .text(value)
    default: value.isEmpty ? .empty : .text(value)
    }
  }

  /// `AB12` is column 27, counted from 0.
  private static func column(_ reference: String) -> Int? {
    let letters = reference.utf8.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard !letters.isEmpty, letters.count <= 3 else { return nil }
    return letters.reduce(0) { $0 * 26 + Int($1 - UInt8(ascii: "A")) + 1 } - 1
  }
}

/// A date as Excel counts it: days since 30 December 1899, the time of day as a fraction.
public enum SerialDate {
  /// Milliseconds since 1970-01-01 00:00 of the clock that it was read from, to the nearest second; nil for what is no number, or a day
  /// before 1 March 1900, which Excel counts wrongly, or after 9999.
  public static func milliseconds(_ text: String) -> Int64? {
    guard let days = Double(text), (61..<2_958_466).contains(days) else { return nil }
    return Int64(((days - 25_569) * 86_400).rounded()) * 1000
  }
}
