import CommunityFiles
import CommunityModel
import MarketTime
import Quantities
import Testing

@Suite("How a community shares")
struct SharingEntriesTests {
  private func agreement(_ lines: String) throws -> SharingAgreement? { try agreements(lines).first }

  private func agreements(_ lines: String) throws -> [SharingAgreement] {
    let members = """
        - {id: m1, site: farm}
        - {id: m2, site: farm, joined: 2026-03-12}
        - {id: m3, site: farm, left: 2026-03-20}
      """
    let points = ["m1", "m2", "m3"].map { "  - {id: P-\($0), site: farm, member: \($0), measures: consumption}" }.joined(
      separator: "\n")
    let text = Sample.smallest + "members:\n\(members)\nmetering_points:\n\(points)\nsharing: \(lines)\n"
    return try CommunityFile(bytes: Array(text.utf8), file: "community.yaml").community.agreements
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

  @Test(
    "one agreement after the other, in the order of time whatever that of the file; one without an end holds until the next begins"
  )
  func versions() throws {
    let (spring, summer) = (LocalDay(iso8601: "2026-03-12"), LocalDay(iso8601: "2026-06-01"))
    #expect(
      try agreements("[{from: 2026-06-01, rule: dynamic}, {rule: equal}, {from: 2026-03-12, until: 2026-06-01, rule: waterfill}]")
        == [
          SharingAgreement(version: 1, validity: Validity(until: spring), rule: .equal),
          SharingAgreement(version: 2, validity: Validity(from: spring, until: summer), rule: .waterfill),
          SharingAgreement(version: 3, validity: Validity(from: summer), rule: .dynamic),
        ])
  }

  @Test("a quarter hour with a missing value is held unless the agreement wants a substitute")
  func missing() throws {
    #expect(try agreement("{rule: dynamic}")?.missing == .hold)
    #expect(try agreement("{rule: dynamic, missing: substitute}")?.missing == .substitute)
    #expect(problems("{rule: dynamic, missing: zero}") == ["'missing' is 'zero'; known are hold, substitute"])
  }

  @Test("two at a time, none at a time, and someone who is no member then are refused")
  func times() {
    #expect(
      problems("[{rule: equal}, {rule: dynamic}]") == [
        "this agreement begins on the same day as the one in line 17; write 'from', the first day on which it holds"
      ])
    #expect(
      problems("[{rule: equal, until: 2026-03-12}, {rule: dynamic, from: 2026-03-11}]") == [
        "this agreement begins on 2026-03-11, but the one in line 17 holds until 2026-03-12; let one end where the other begins"
      ])
    #expect(
      problems("[{rule: equal, until: 2026-03-12}, {rule: dynamic, from: 2026-03-20}]") == [
        "from 2026-03-12 until 2026-03-20 nothing is agreed, after the agreement in line 17 and before this one; let one end where "
          + "the other begins"
      ])
    #expect(
      problems("{rule: equal, from: 2026-03-20, until: 2026-03-20}") == [
        "'until' is 2026-03-20, it must be later than 'from' (2026-03-20): it is the first day that does not count any more"
      ])
    #expect(problems("{rule: equal, from: 12.03.2026}") == ["'from' is '12.03.2026', it must be a date such as 2026-03-12"])
    #expect(
      problems("[{rule: static, keys: {m2: 10 %}, until: 2026-03-12}, {rule: static, keys: {m3: 10 %}, from: 2026-03-12}]") == [
        "member 'm2' joins on 2026-03-12, so is no member while this agreement holds; leave the name out, or correct the dates"
      ])
    #expect(
      problems("[{rule: static, keys: {m2: 60 %, m1: 41 %}}, {rule: dynamic, from: 2026-04-01}]") == [
        "the keys add up to 101 %, at most 100 % can be shared"
      ])
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
