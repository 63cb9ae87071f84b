import Foundation
import Testing

@testable import Spreadsheets

/// Samples made with Python's zipfile and XlsxWriter: `Tests/SeriesFilesTests/Official/make_samples.py`.
private func sample(_ name: String) throws -> [UInt8] {
  let folder = (#filePath as NSString).deletingLastPathComponent
  return Array(try #require(FileManager.default.contents(atPath: "\(folder)/Samples/\(name)")))
}

@Suite("Deflated bytes")
struct InflateTests {
  /// From Python 3.13: zlib.compressobj(level, zlib.DEFLATED, -15), the last with the strategy Z_FIXED.
  @Test(
    "become whole again: stored, with fixed codes, repeating what overlaps itself",
    arguments: [
      ("011200edff616263616263616263616263616263616263", "abcabcabcabcabcabc"), ("4b4c4a4e444500", "abcabcabcabcabcabc"),
      ("73ca49cc5048c2241401", "Blah blah blah blah blah!"), ("0300", ""),
    ])
  func vectors(_ hexadecimal: String, _ text: String) throws {
    #expect(String(decoding: try Inflate.bytes(of: Self.bytes(hexadecimal)[...], atMost: 100), as: UTF8.self) == text)
  }

  @Test("are refused where they break off, point before their beginning, or become more than they may")
  func refused() {
    let whole = Self.bytes("73ca49cc5048c2241401")
    for length in 0..<(whole.count - 1) {
      #expect(throws: Inflate.Fault.self) { try Inflate.bytes(of: whole[..<length], atMost: 100) }
    }
    #expect(throws: Inflate.Fault.tooLarge) { try Inflate.bytes(of: whole[...], atMost: 24) }
    // A block of the reserved kind 3; a repetition at the very beginning.
    #expect(throws: Inflate.Fault.damaged) { try Inflate.bytes(of: [0x07], atMost: 100) }
    #expect(throws: Inflate.Fault.damaged) { try Inflate.bytes(of: [0x03, 0x02, 0x00], atMost: 100) }
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    stride(from: 0, to: hexadecimal.count, by: 2).compactMap { place in
      UInt8(hexadecimal.dropFirst(place).prefix(2), radix: 16)
    }
  }
}

@Suite("A ZIP archive")
struct ZipArchiveTests {
  @Test("gives back its parts, stored or with codes of their own, also before a comment")
  func parts() throws {
    #expect(try ZipArchive(sample("stored.zip")).part("a.txt") == Array("stored".utf8))
    let text = (0..<5000).map { "line \($0 * $0 % 977)\n" }.joined()
    #expect(try ZipArchive(sample("deflated.zip")).part("ä/b.txt") == Array(text.utf8))
    #expect(try ZipArchive(sample("stored.zip")).part("b.txt") == nil)
  }

  /// CRC-32 of "123456789" is CBF43926, the check value of the catalogue of CRC algorithms.
  @Test("has checksums of the usual kind")
  func checksum() { #expect(Inflate.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926) }

  @Test("with any byte changed or cut off never gives other bytes than it holds")
  func damage() throws {
    let whole = try sample("deflated.zip")
    let content = try #require(try ZipArchive(whole).part("ä/b.txt"))
    for place in stride(from: 0, to: whole.count, by: 13) {
      var damaged = whole
      damaged[place] ^= 0x55
      let part = try? ZipArchive(damaged).part("ä/b.txt")
      #expect(part == nil || part == content, "byte \(place)")
      _ = try? ZipArchive(Array(whole[..<place]))
    }
    #expect(throws: SpreadsheetError.notAnArchive("its end is missing")) { try ZipArchive(Array("time,kWh\n".utf8)) }
  }
}

@Suite("A workbook")
struct WorkbookTests {
  @Test("has sheets of rows of texts, numbers, results of formulas, and dates as numbers")
  func cells() throws {
    let book = try Workbook(sample("cells.xlsx"))
    #expect(book.sheetNames == ["Kälte & <Wärme>", "big"])
    let rows = try book.rows(of: "Kälte & <Wärme>")
    #expect(rows.map(\.number) == [1, 3])
    #expect(rows[0].cells.count == 28)
    #expect(rows[0].cells[0] == .text("über & <unter> \"x\""))
    #expect(rows[0].cells[1] == .empty)
    #expect(rows[0].cells[2] == .number("0.1"))
    #expect(rows[0].cells[27] == .number("0.2"))
    // 1 June 2026 is day 46174, 06:00 a quarter of it; 2026-06-01T06:00:00Z is 1,780,293,600 s after 1970.
    #expect(rows[1].cells == [.text("1"), .number("46174.25"), .text("fetter Text")])
    #expect(SerialDate.milliseconds("46174.25") == 1_780_293_600_000)
    #expect(SerialDate.milliseconds("12.5") == nil)
    #expect(SerialDate.milliseconds("kWh") == nil)
    #expect(try book.rows(of: "big").count == 2000)
    #expect(try book.rows(of: "big")[1999].cells == [.number("1999"), .text("text 4"), .number("499.75")])
    #expect(throws: SpreadsheetError.noSheet("Big", known: ["Kälte & <Wärme>", "big"])) { try book.rows(of: "Big") }
  }

  @Test("is no workbook without its parts")
  func parts() throws {
    #expect(throws: SpreadsheetError.partMissing("xl/workbook.xml")) { try Workbook(sample("stored.zip")) }
    #expect("\(SpreadsheetError.partMissing("xl/workbook.xml"))".contains("export it as XLSX"))
  }

  @Test("may have prefixes, comments, CDATA, entities and both kinds of quotes in its XML")
  func xml() {
    var reader = XMLReader(
      Array("<?xml version='1.0'?><!-- <x> --><x:a b='1' c:d = \"&#x41;&amp;&#66;\"><![CDATA[<&>]]>&lt;&no;</x:a><e/>".utf8))
    var events: [XMLReader.Event] = []
    while let event = reader.next() { events.append(event) }
    #expect(
      events == [
        .start("a", attributes: ["b": "1", "d": "A&B"]), .text("<&>"), .text("<&no;"), .end("a"), .start("e", attributes: [:]),
        .end("e"),
      ])
    var broken = XMLReader(Array("<a><b".utf8))
    #expect(broken.next() == .start("a", attributes: [:]))
    #expect(broken.next() == nil)
  }
}
