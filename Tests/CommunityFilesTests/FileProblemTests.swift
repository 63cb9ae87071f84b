import Testing

@testable import CommunityFiles

@Suite("Problems of a file")
struct FileProblemTests {
  @Test("stand in the order of their places, one line each")
  func order() {
    let problems = FileProblems([
      FileProblem(file: "b.yaml", line: 1, column: 1, message: "m"),
      FileProblem(file: "a.yaml", line: 10, column: 2, message: "m"),
      FileProblem(file: "a.yaml", line: 10, column: 1, message: "n"),
      FileProblem(file: "a.yaml", line: 9, message: "m"),
      FileProblem(file: "a.yaml", line: 10, column: 1, message: "m"),
      FileProblem(file: "a.yaml", message: "m"),
    ])
    #expect(
      problems.description == """
        a.yaml: m
        a.yaml:9: m
        a.yaml:10:1: m
        a.yaml:10:1: n
        a.yaml:10:2: m
        b.yaml:1:1: m
        """)
  }

  @Test("spell out control characters, so that a file cannot write to the terminal what it wants")
  func controlCharacters() {
    let problem = FileProblem(file: "a.yaml", message: "'\u{1B}[2J\u{202E}\n\u{7F}\u{85}' is no name")
    #expect(problem.message == "'\\u{001B}[2J\\u{202E}\\u{000A}\\u{007F}\\u{0085}' is no name")
  }

  @Test("do not repeat a very long value in full, but keep the advice behind it")
  func longMessages() {
    let problem = FileProblem(file: "a.yaml", message: "'\(String(repeating: "x", count: 100_000))' is no name; shorten it")
    #expect(problem.message.count == 1005)
    #expect(problem.message.hasPrefix("'xxx"))
    #expect(problem.message.hasSuffix("xxx' is no name; shorten it"))
  }

  @Test("are counted beyond the first hundred, and no longer told")
  func manyProblems() {
    let list = ProblemList(file: "a.yaml")
    for number in 1...250 { list.add("wrong \(number)", line: number, column: 1) }
    #expect(throws: FileProblems.self) { try list.throwIfAny() }
    let lines = told { try list.throwIfAny() }
    #expect(lines.count == 101)
    #expect(lines.first == "a.yaml: has 250 problems, of which 100 follow")
    #expect(lines.last == "a.yaml:100:1: wrong 100")
  }

  @Test("of a hundred are all told, and none is no reason to stop")
  func fewProblems() throws {
    let list = ProblemList(file: "a.yaml")
    try list.throwIfAny()
    for number in 1...100 { list.add("wrong \(number)", line: number, column: 1) }
    #expect(told { try list.throwIfAny() }.count == 100)
  }
}
