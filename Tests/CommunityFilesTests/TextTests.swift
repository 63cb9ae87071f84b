import CommunityModel
import Foundation
import Glibc
import Testing

@testable import CommunityFiles

@Suite("The text of a file")
struct TextTests {
  @Test("may begin with a byte order mark and end its lines as Windows does")
  func byteOrderMarkAndLineEnds() throws {
    let expected = try Sample.smallestDecoded()
    let windows = Sample.smallest.replacing("\n", with: "\r\n")
    for text in [Sample.smallest, "\u{FEFF}" + Sample.smallest, windows, "\u{FEFF}" + windows] {
      #expect(try community(text).community == expected)
    }
  }

  @Test("has the same lines and columns in its messages however its lines end")
  func placesWithWindowsLineEnds() {
    let broken = Sample.smallest.replacing("export: 30 kW", with: "export: 30 kw") + "\ttariffs:\n"
    #expect(faults(of: broken) == ["community.yaml:9:1: a tab indents this line; YAML wants blanks, two a level"])
    #expect(faults(of: broken.replacing("\n", with: "\r\n")) == faults(of: broken))
    let withoutTab = broken.replacing("\ttariffs:\n", with: "")
    #expect(faults(of: "\u{FEFF}" + withoutTab.replacing("\n", with: "\r\n")) == faults(of: withoutTab))
    #expect(faults(of: withoutTab).first?.hasPrefix("community.yaml:8:46: 'export' has the unit 'kw'") == true)
  }

  @Test("counts columns in characters, not in bytes")
  func columns() {
    let broken = Sample.smallest.replacing("grid_connection: {import: 30 kW,", with: "name: Mühle, \"Brücke\u{2029}\"\n    x: {")
    #expect(faults(of: broken) == ["community.yaml:8:25: holds the control character U+2029; delete it"])
  }

  @Test("may hold & and * where they are no anchors and aliases")
  func signs() throws {
    let text = "# **never** share *anything* &so\n" + Sample.smallest.replacing("Energy Cooperative", with: "M&M & 2*3 * 4")
    #expect(try community(text).community.name == "M&M & 2*3 * 4 Hollow")
  }

  @Test(
    "never reaches the parser with an anchor or alias in it, wherever it hides",
    arguments: [
      "a: &x 1\n", "a: *x\n", "a: [1, *x]\n", "a: [*x]\n", "{a: &x 1}\n", "&x a: 1\n", "a:\t&x 1\n", "- &x\n", "? *x\n",
      "{\"a\":*x}\n", "{k: \"a\n # b\", j: *x}\n", "[5 \", *x, \"]\n", "k: b\nj: 'it''s', *x\n", "a: \"\\\" \", *x\n",
      "b, \" : *x #\"\n", "a: !!str &x 1\n", "a: &x-y 1\n", "a: *_x\n", "\r*x\n",
    ])
  func hiddenAnchors(text: String) {
    let lines = told { _ = try YAMLText.parse(Array(text.utf8), file: "a.yaml") }
    #expect(lines.count == 1 && lines[0].contains("anchors (&) and aliases (*) are not used here"), "\(lines)")
  }

  @Test("of 330 bytes of nested aliases is refused within 100 ms and 20 MB", arguments: ["z: [*i]\n", "? *i\n: x\n"])
  func aliasBomb(fuse: String) throws {
    // Nine levels of nine: unfolded it would be 387 million lists. As a key it costs that already in the parser.
    var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (name, inner) in zip("bcdefghi", "abcdefgh") {
      bomb += "\(name): &\(name) [\((0..<9).map { _ in "*\(inner)" }.joined(separator: ","))]\n"
    }
    bomb += fuse
    bomb += "#" + String(repeating: "!", count: 329 - bomb.utf8.count) + "\n"
    let before = Expense.ofThisThread()
    let lines = faults(of: bomb)
    let after = Expense.ofThisThread()
    #expect(
      lines.first == "community.yaml:1:4: anchors (&) and aliases (*) are not used here; write the value out, or put a blank "
        + "behind the sign if it is text")
    #expect(after.milliseconds - before.milliseconds < 100)
    #expect(after.mebibytes - before.mebibytes < 20)
  }

  @Test("may be 1 MiB long and no longer")
  func largestFile() throws {
    var bytes = Array(Sample.smallest.utf8) + Array("# ".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: (1 << 20) - bytes.count)
    #expect(told { _ = try CommunityFile(bytes: bytes, file: "a.yaml") } == [])
    #expect(
      told { _ = try CommunityFile(bytes: bytes + [UInt8(ascii: "x")], file: "a.yaml") } == [
        "a.yaml: is larger than 1 MiB; series belong into CSV files beside it"
      ])
  }

  @Test("of a file that is longer is not even read to its end")
  func endlessFile() {
    #expect(
      told { _ = try CommunityFile(path: "/dev/zero") } == [
        "/dev/zero: is larger than 1 MiB; series belong into CSV files beside it"
      ])
  }

  @Test("that is hostile throughout is refused in seconds, with a bounded number of messages", arguments: HostileText.all)
  func hostileFiles(hostile: HostileText) {
    let clock = ContinuousClock()
    var lines: [String] = []
    let time = clock.measure { lines = faults(of: hostile.text) }
    #expect((1...101).contains(lines.count))
    #expect(lines.allSatisfy { $0.utf8.count < 5000 })
    #expect(time < .seconds(20))
  }
}

/// What the calling thread has used since it began, whatever other tests do meanwhile (getrusage(2), RUSAGE_THREAD).
private struct Expense {
  /// Time on a processor.
  let milliseconds: Double
  /// Memory touched for the first time.
  let mebibytes: Double

  static func ofThisThread() -> Expense {
    var usage = rusage()
    let thisThread: Int32 = 1  // RUSAGE_THREAD, which is not imported
    getrusage(thisThread, &usage)
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    return Expense(
      milliseconds: seconds * 1000 + microseconds / 1000,
      mebibytes: Double(usage.ru_minflt * sysconf(Int32(_SC_PAGESIZE))) / 1_048_576)
  }
}

/// A text that would cost a careless reader time, memory or its stack.
struct HostileText: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let text: String

  init(_ description: String, _ text: String) {
    testDescription = description
    self.text = text
  }

  static let all = [
    HostileText("nested lists", String(repeating: "[", count: 500_000)),
    HostileText("nested mappings", String(repeating: "{a: ", count: 200_000)),
    HostileText("nested as deep as the parser goes", String(repeating: "[", count: 990) + String(repeating: "]", count: 990)),
    HostileText("a long key", Sample.smallest + String(repeating: "k", count: 900_000) + ": 1\n"),
    HostileText("many keys", Sample.smallest + lines(60_000) { "key_\($0): 1" }),
    HostileText("many shares", Sample.smallest + "sharing:\n  rule: static\n  keys:\n" + lines(50_000) { "    m\($0): 1 %" }),
    HostileText("many sites", Sample.smallest + lines(50_000) { "  - {id: s\($0)}" }),
    HostileText("many tabs", Sample.smallest + lines(200_000) { _ in "\t" }),
    HostileText("many zero bytes", String(repeating: "\0", count: 1 << 20)),
    HostileText(
      "many dangling references", Sample.smallest + "members:\n" + lines(30_000) { "  - {id: m\($0), site: farn\($0)}" }),
  ]

  private static func lines(_ count: Int, line: (Int) -> String) -> String { (0..<count).map { line($0) + "\n" }.joined() }
}
