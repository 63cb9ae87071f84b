import Foundation
import Testing

/// What no compiler checks: the rules of `docs/decisions/0004-rooms.md` and `CONTRIBUTING.md`.
@Suite("The architecture")
struct ArchitectureTests {
  private let sources: [Checkout.Source]
  private let table: [String: Set<String>]

  init() throws {
    sources = try Checkout.sources()
    table = try Checkout.roomTable()
  }

  /// Modules that come with the toolchain and the rooms that may use them; nil for any.
  private static let systemModules: [String: Set<String>?] = [
    "Synchronization": nil,
    "Glibc": nil,
    "Dispatch": ["ModbusIO", "ServiceSockets", "ChartImages"],
    "Foundation": ["MarketTime", "CommunityFiles", "CaseFiles", "SQLiteStore", "energy-opt", "energy-collector"],
  ]

  @Test("each room imports only what the manifest's table allows it")
  func imports() {
    #expect(table.count > 15)
    var violations: [String] = []
    for source in sources {
      let allowed = table[source.room] ?? []
      for module in source.imports {
        if let rooms = Self.systemModules[module] {
          if let rooms, !rooms.contains(source.room) { violations.append("\(source.path) imports \(module)") }
        } else if !allowed.contains(module) {
          violations.append("\(source.path) imports \(module), which the table does not allow \(source.room)")
        }
      }
    }
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test("what is timed is built of the same rooms, each with what it may import here")
  func benchmarks() throws {
    let timed = try Checkout.roomTable("Benchmarks/Package.swift")
    #expect(timed.count > 15)
    for (room, imports) in timed { #expect(imports == table[room], "\(room), in Benchmarks/Package.swift") }
  }

  @Test("the table runs one way")
  func noCycles() {
    func reaches(_ room: String, from start: String, seen: Set<String> = []) -> Bool {
      (table[start] ?? []).contains { next in
        next == room || (!seen.contains(next) && reaches(room, from: next, seen: seen.union([next])))
      }
    }
    #expect(table.keys.filter { reaches($0, from: $0) }.isEmpty)
  }

  @Test("C libraries are seen by one room each, and only the collector opens a bus")
  func adapters() {
    let users = { (module: String) in Set(sources.filter { $0.imports.contains(module) }.map(\.room)) }
    #expect(users("CModbus") == ["ModbusIO"])
    #expect(users("CHighs") == ["HighsSolver"])
    #expect(users("CRsvg") == ["ChartImages"])
    #expect(users("CQrencode") == ["QRCodes"])
    #expect(users("CTimex") == ["energy-collector"])
    #expect(users("CZlib") == ["Spreadsheets"])
    #expect(users("CCurl") == ["Delivery"])
    #expect(users("Delivery") == ["energy-opt"])
    #expect(users("ModbusIO") == ["Collecting", "energy-collector"])
    #expect(users("GRDB") == ["SQLiteStore"])
    #expect(users("Yams") == ["CommunityFiles"])
    #expect(users("Crypto") == ["RecordLedger"])
    #expect(!(table["energy-collector"] ?? []).contains("HighsSolver"))
  }

  @Test("only MarketCalendar asks the system for time zones, in the rooms that know time")
  func foundationInMarketTime() {
    let files = sources.filter { $0.room == "MarketTime" && $0.imports.contains("Foundation") }.map(\.path)
    #expect(files == ["Sources/MarketTime/MarketCalendar.swift"])
  }

  @Test("no file is longer than 400 lines, no function longer than 60")
  func lengths() {
    var violations = sources.filter { $0.lines.count > 400 }.map { "\($0.path) has \($0.lines.count) lines" }
    for source in sources {
      for function in Self.functions(in: source) where function.length > 60 {
        violations.append("\(source.path):\(function.line) has a function of \(function.length) lines")
      }
    }
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  /// Where functions begin and how many lines they have, by the indentation of their closing brace.
  private static func functions(in source: Checkout.Source) -> [(line: Int, length: Int)] {
    source.lines.indices.compactMap { start in
      let line = source.lines[start]
      guard line.contains("func") || line.contains("init"),
        line.contains(/^\s*(?:(?:public|package|private|fileprivate|static|mutating|override|@\w+)\s+)*(?:func|init)\b/)
      else {
        return nil
      }
      // A requirement of a protocol and a body on the same line end elsewhere.
      guard line.hasSuffix("{") || line.hasSuffix("(") else { return nil }
      let indent = line.prefix { $0 == " " }
      guard let end = source.lines[start...].firstIndex(where: { $0 == indent + "}" }) else { return nil }
      return (start + 1, end - start + 1)
    }
  }

  @Test(
    "nothing forced, unchecked or unfinished",
    arguments: [
      "try!", " as! ", "fatalError(", "nonisolated(unsafe)", "@unchecked", "unowned(unsafe)", "TODO", "FIXME", "XXX",
    ])
  func forbiddenWords(_ word: String) {
    let places = sources.flatMap { source in
      source.lines.enumerated().filter { $0.element.contains(word) }.map { "\(source.path):\($0.offset + 1)" }
    }
    #expect(places.isEmpty, "\(word) stands in \(places.joined(separator: ", "))")
  }

  @Test("nobody's own folders are written down")
  func machinePaths() throws {
    let manifest = try String(contentsOf: Checkout.root.appending(path: "Package.swift"), encoding: .utf8)
    let files = sources.map { ($0.path, $0.lines) } + [("Package.swift", manifest.split(separator: "\n").map(String.init))]
    let places = files.flatMap { path, lines in
      lines.enumerated().filter { $0.element.contains(/\/(?:home|root|Users|work|mnt)\//) }.map { "\(path):\($0.offset + 1)" }
    }
    #expect(places.isEmpty, "\(places.joined(separator: ", "))")
  }

  @Test("imports are recognised in every form")
  func importForms() {
    let lines = [
      "import Foundation", "public import MarketTime", "@testable import Planning", "@preconcurrency import Dispatch",
      "@_spi(Tests) package import Readings  // why", "import struct Quantities.Energy", "internal import func Glibc.pow",
      "// import Nothing", "important = true", "  let text = \"import nothing\"", "energy-opt import history.csv",
    ]
    #expect(
      Checkout.Source(room: "", path: "", lines: lines).imports == [
        "Foundation", "MarketTime", "Planning", "Dispatch", "Readings", "Quantities", "Glibc",
      ])
  }

  @Test("no day of 96 quarter hours is written down")
  func noFixedDays() {
    let places = sources.flatMap { source in
      source.code.enumerated().filter { $0.element.contains("96") && $0.element.contains(/(?:^|[^\w.])96(?:$|[^\w.])/) }.map {
        "\(source.path):\($0.offset + 1)"
      }
    }
    #expect(places.isEmpty, "\(places.joined(separator: ", "))")
  }

  @Test("no folder or type has a name that says nothing")
  func names() {
    let empty: Set<String> = ["Utils", "Helpers", "Common", "Core", "Extensions", "Misc"]
    let folders = sources.flatMap { source in source.path.split(separator: "/").map(String.init).filter { empty.contains($0) } }
    #expect(folders.isEmpty)
    let types = sources.flatMap { source in
      source.lines.compactMap { line in
        !line.contains("{")
          ? nil
          : line.firstMatch(of: /\b(?:class|struct|enum|actor|protocol) (\w*(?:Manager|Engine|Context|Helper|Util|Utils))\b/)
            .map { "\(source.path): \($0.1)" }
      }
    }
    #expect(types.isEmpty, "\(types.joined(separator: ", "))")
  }

  @Test("every room with code of its own has its tests beside it")
  func testsBeside() {
    let programs: Set<String> = ["energy-opt", "energy-collector"]
    let rooms = Set(sources.map(\.room)).subtracting(programs)
    let missing = rooms.filter { room in
      let folder = Checkout.root.appending(path: "Tests/\(room)Tests")
      return !FileManager.default.fileExists(atPath: folder.path)
    }
    #expect(missing.isEmpty, "\(missing.sorted().joined(separator: ", "))")
  }
}
