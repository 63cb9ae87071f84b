import Glibc
import SeriesFiles
import TestSupport
import Testing

@Suite("CSV reader")
struct CSVReaderTests {
  /// All rows, header first.
  private func rows(_ file: CSVFile) throws -> [[String]] {
    var reader = try CSVReader.open(file)
    var rows = [reader.header]
    while try reader.nextRow() { rows.append((0..<reader.cellCount).map { reader.text($0) }) }
    return rows
  }

  private func rows(_ text: String) throws -> [[String]] { try rows(CSVFile(name: "test.csv", text: text)) }

  @Test(
    "reads the same cells in every form of the same table",
    arguments: [
      "time,a,b\n1,2,3\n", "time,a,b\n1,2,3", "time;a;b\n1;2;3\n", "time,a,b\r\n1,2,3\r\n", "\u{FEFF}time,a,b\n1,2,3\n",
      "\n\ntime,a,b\n\n1,2,3\n\n", "time , a,\tb\n 1,2 , 3 \n", "\"time\",\"a\",\"b\"\n\"1\",2,\"3\"\n",
      "\u{FEFF}\"time\";\"a\";\"b\"\r\n1;2;\"3\"\r\n",
    ])
  func forms(text: String) throws {
    #expect(try rows(text) == [["time", "a", "b"], ["1", "2", "3"]])
  }

  @Test("takes what stands in quotes literally, and a doubled quote for one")
  func quotes() throws {
    #expect(
      try rows("a,b\n\"x, \"\"y\"\" z\",\" w \"\n\"\"\"\",\"\"\n") == [["a", "b"], ["x, \"y\" z", " w "], ["\"", ""]])
  }

  @Test("takes a semicolon in quotes or brackets of the header for no separator")
  func separators() throws {
    #expect(try rows("a,\"b;c\",d [x;y]\n1,2;3,4\n") == [["a", "b;c", "d [x;y]"], ["1", "2;3", "4"]])
  }

  @Test("keeps empty cells, at the end of a row too")
  func emptyCells() throws {
    #expect(try rows("a,b,c\n1,,\n,,3\n") == [["a", "b", "c"], ["1", "", ""], ["", "", "3"]])
  }

  @Test("reads letters of all alphabets and counts them as one character each")
  func letters() throws {
    var reader = try CSVReader.open(CSVFile(name: "test.csv", text: "größe,b\nÄpfel µ,\"7\"\n"))
    #expect(try reader.nextRow())
    #expect(reader.text(0) == "Äpfel µ")
    #expect(reader.column(of: 0) == 1)
    #expect(reader.column(of: 1) == 9)
  }

  @Test(
    "refuses what is no CSV text, and says where",
    arguments: [
      ([UInt8]("".utf8), FormFault.empty, "0:0"),
      (Array("\n\n".utf8), .empty, "0:0"),
      (Array("time,a\n1,\"2\n3,4\n".utf8), .quoteNotClosed, "2:3"),
      (Array("time,a\n1,\"2\"x\n".utf8), .textAfterQuote, "2:6"),
      (Array("time,ä\n1,".utf8) + [0xE4, 0x0A], .notUTF8, "2:3"),
      (Array("time,".utf8) + [0xFC, 0x0A], .notUTF8, "1:6"),
      (Array("time,a\nä,".utf8) + [0x00, 0x0A], .nulByte, "2:3"),
      ([0xFF, 0xFE, 0x74, 0x00], .utf16, "1:0"),
    ])
  func damaged(bytes: [UInt8], fault: FormFault, place: String) throws {
    func read() throws {
      var reader = try CSVReader.open(CSVFile(name: "test.csv", bytes: bytes))
      while try reader.nextRow() {}
    }
    #expect(faults(read) == [.form(fault)])
    #expect(places(read) == [place])
  }

  @Test("refuses a line above a megabyte, from memory and from a file, but reads one just below")
  func longLines() throws {
    let limit = CSVReader.longestLine
    let longest = "a\n" + String(repeating: "x", count: limit) + "\n1\n"
    let tooLong = "a\n" + String(repeating: "x", count: limit + 1) + "\n1\n"
    #expect(try rows(longest).count == 3)
    let wrong = faults { _ = try rows(tooLong) }
    #expect(wrong == [.form(.lineTooLong(limit: limit))])
    try withTemporaryFile(longest) { file in
      let read = try rows(file)
      #expect(read.count == 3)
    }
    try withTemporaryFile(tooLong) { file in
      let refused = places { _ = try rows(file) }
      #expect(refused == ["2:0"])
    }
  }

  @Test("reads a file of several buffers as it reads the same bytes in memory")
  func refilling() throws {
    // Rows of changing length, some megabyte in all, so that lines lie across the buffer's ends.
    var random = SeededGenerator(seed: 7)
    let lines = (0..<20_000).map { row in
      "\(row),\(String(repeating: "7", count: Int.random(in: 0...120, using: &random))),\"\(row)\""
    }
    let text = "a,b,c\n" + lines.joined(separator: "\r\n") + "\n"
    let expected = try rows(text)
    #expect(expected.count == 20_001)
    try withTemporaryFile(text) { file in
      let read = try rows(file)
      #expect(read == expected)
    }
  }

  @Test("says why a file cannot be opened")
  func missingFile() throws {
    let error = try #require(throws: SeriesFileError.self) { try rows(CSVFile("/nowhere/prices.csv")) }
    #expect(
      error.description
        == "/nowhere/prices.csv: the file cannot be read (No such file or directory); expected a CSV file; "
        + "check the path and its permissions")
  }

  private func withTemporaryFile(_ text: String, _ body: (CSVFile) throws -> Void) throws {
    var template = Array("/tmp/series-files-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      close(descriptor)
      unlink(path)
    }
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    try body(CSVFile(path))
  }
}
