import CommunityFiles
import CommunityModel
import Quantities
import Testing

@Suite("How a community shares")
struct SharingEntriesTests {
  private func agreement(_ lines: String) throws -> SharingAgreement? {
    let members = ["m1", "m2", "m3"].map { "  - {id: \($0), site: farm}" }.joined(separator: "\n")
    let points = ["m1", "m2", "m3"].map { "  - {id: P-\($0), site: farm, member: \($0), measures: consumption}" }.joined(
      separator: "\n")
    let text = Sample.smallest + "members:\n\(members)\nmetering_points:\n\(points)\nsharing: \(lines)\n"
    return try CommunityFile(bytes: Array(text.utf8), file: "community.yaml").community.sharing
  }

  private func problems(_ lines: String) -> [String] {
    do {
      _ = try agreement(lines)
      return []
    } catch let problems as FileProblems {
      return problems.problems.map(\.message)
    } catch {
      return ["\(error)"]
    }
  }

  @Test("levels with weights, classes, equal keys of what can be used, and a daily cap")
  func rules() throws {
    #expect(
      try agreement("{rule: waterfill, weights: {m2: 3}}") == SharingAgreement(rule: .waterfill, weights: ["m2": 3]))
    #expect(
      try agreement("{rule: cascade, classes: [[m1, m3], [m2]]}")
        == SharingAgreement(rule: .cascade, classes: [["m1", "m3"], ["m2"]]))
    #expect(
      try agreement("{rule: equal, base: divisible, daily_caps: {m1: 5 kWh}}")
        == SharingAgreement(rule: .equal, base: .divisible, dailyCaps: ["m1": Energy(wattHours: 5000)]))
  }

  @Test("what a rule has no use for is refused, with what to do")
  func useless() {
    #expect(
      problems("{rule: dynamic, base: divisible}") == ["the rule 'dynamic' has no base; use 'static' or 'equal' or delete it"])
    #expect(problems("{rule: cascade}") == ["the rule 'cascade' needs 'classes', such as `[[m01, m02], [m03]]`"])
    #expect(
      problems("{rule: equal, weights: {m1: 2}}") == ["the rule 'equal' has no weights; use 'waterfill' or delete them"])
    #expect(problems("{rule: cascade, classes: [[m1], [m2, m1]]}") == ["member 'm1' is in two classes; each belongs to one"])
    #expect(problems("{rule: cascade, classes: [m1]}") == ["a class of 'classes' is a list of members, such as `[m01, m02]`"])
  }
}
