import CommunityModel
import EnergySharing
import Foundation
import MarketTime
import Quantities
import TestSupport
import Testing

/// `sharing_oracle.py`, a reference by other people's hands in Python's fractions, as a process of its own.
private enum Oracle {
  static let folder = projectFile("../shared/oracles")
  static let isThere = FileManager.default.fileExists(atPath: folder.appending(path: "sharing_oracle.py").path)
  static let absence: Comment = "../shared/oracles/sharing_oracle.py is not beside this checkout"

  /// Its answers to `questions`, line by line.
  static func answers(_ questions: [String]) throws -> [[Int128]] {
    let file = FileManager.default.temporaryDirectory.appending(path: "questions-\(UUID().uuidString)")
    try Data((questions.joined(separator: "\n") + "\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", projectFile("Tests/EnergySharingTests/Support/ask_oracle.py").path, folder.path]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ").compactMap { Int128($0) } }
  }
}

@Suite("The independent oracle says the same", .enabled(if: Oracle.isThere, Oracle.absence))
struct OracleTests {
  private static let count = FaultFigure.count(10_000, large: 100_000)

  @Test("of every rule, in random intervals of 1 to 50 members, to the last mWh")
  func rules() async throws {
    try await onOwnThread {
      var random = SeededGenerator(seed: FaultFigure.seed)
      let questions = (0..<Self.count).map { Question(Question.rules[$0 % Question.rules.count], using: &random) }
      let answers = try Oracle.answers(questions.map(\.line))
      try #require(answers.count == questions.count)
      var differences: [String] = []
      for (question, answer) in zip(questions, answers) {
        var ours = try question.allocation().allocated.map { Int128($0.count) }
        if question.word == "operator" {
          let exact = OperatorDynamic.exact(generation: question.generation, needs: question.needs)
          // Whole mWh, toward zero.
          if ours != exact.shares.map({ $0 / 1_000_000 }) { differences.append("cut: \(question.line)") }
          ours = exact.shares + [exact.surplus]
        }
        if ours != answer { differences.append("\(question.line): \(ours), the oracle says \(answer)") }
      }
      #expect(differences.isEmpty, "seed \(FaultFigure.seed): \(differences.count) differ, first \(differences.first ?? "")")
      FaultFigure.tell(
        "random intervals beside the sharing oracle", ours: "\(differences.count) of \(questions.count) differ", goal: "none",
        reached: differences.isEmpty)
    }
  }

  @Test("of Austrian registers, prices, summing meters, MiSpeL and the pot")
  func others() async throws {
    try await onOwnThread {
      var random = SeededGenerator(seed: FaultFigure.seed)
      let makers: [(inout SeededGenerator) throws -> (String, [Int64])] = [
        { try Self.austria(isDynamic: true, &$0) }, { try Self.austria(isDynamic: false, &$0) },
        { try Self.price("middle", .midMarket, &$0) }, { try Self.price("ratio", .supplyDemandRatio, &$0) }, Self.summing,
        Self.mispel, Self.pot,
      ]
      let cases = try (0..<Self.count / 10).map { try makers[$0 % makers.count](&random) }
      let answers = try Oracle.answers(cases.map(\.0))
      try #require(answers.count == cases.count)
      let differences = zip(cases, answers).filter { $0.1.map { Int128($0) } != $1 }
      let first = differences.first.map { "\($0.0.0): \($0.0.1), the oracle says \($0.1)" } ?? ""
      #expect(differences.isEmpty, "seed \(FaultFigure.seed): \(differences.count) differ, first \(first)")
    }
  }

  private static func line(_ word: String, _ numbers: [Int64]) -> String {
    "\(word) " + numbers.map { "\($0)" }.joined(separator: " ")
  }

  private static func austria(isDynamic: Bool, _ random: inout SeededGenerator) throws -> (String, [Int64]) {
    func points(_ name: String, _ random: inout SeededGenerator) -> [AustrianRegisters.Point] {
      (0..<Int.random(in: 1...10, using: &random)).map { number in
        let energy = random.pick([
          0, 1, Int64.random(in: 0...50, using: &random), Int64.random(in: 0...900_000_000, using: &random),
        ])
        return .init(.init("\(name)\(number)"), Energy(count: energy), factor: Int.random(in: 1...100, using: &random))
      }
    }
    let (producers, consumers) = (points("P", &random), points("C", &random))
    let keys = consumers.map { _ in Int64.random(in: 1...100_000_000, using: &random) }
    let key = isDynamic ? AustrianRegisters.Key.dynamic : .static(keys.map { Fraction(count: $0) })
    let ours = try AustrianRegisters(producers: producers, consumers: consumers, key: key)
    let all = producers + consumers
    let numbers = [Int64(producers.count)] + all.map(\.energy.count) + all.map { Int64($0.factor) } + (isDynamic ? [] : keys)
    let made = ours.producers.map(\.participating) + ours.producers.map(\.surplus)
    let used = ours.consumers.map(\.participating) + ours.consumers.map(\.offered)
    let covered = ours.consumers.map(\.covered) + ours.consumers.map(\.residual)
    return (line(isDynamic ? "austria-dynamic" : "austria-static", numbers), (made + used + covered).map(\.count))
  }

  private static func price(
    _ word: String, _ method: InternalPrices.Method, _ random: inout SeededGenerator
  ) throws -> (String, [Int64]) {
    let supply = random.pick([0, Int64.random(in: 0...100, using: &random), Int64.random(in: 0...1_000_000_000, using: &random)])
    let demand = random.pick([1, supply + 1, Int64.random(in: 1...1_000_000_000, using: &random)])
    let retail = Int64.random(in: 2...600_000, using: &random)
    let feedIn = Int64.random(in: 1...retail, using: &random)
    let prices = try InternalPrices(
      method, surplus: Energy(count: supply), demand: Energy(count: demand), retail: EnergyPrice(count: retail),
      feedIn: EnergyPrice(count: feedIn))
    return (line(word, [supply, demand, retail, feedIn]), [prices.buy.count, prices.sell.count])
  }

  private static func summing(_ random: inout SeededGenerator) -> (String, [Int64]) {
    let numbers = (0..<5).map { _ in random.pick([0, Int64.random(in: 0...5_000_000, using: &random)]) }
    let meter = SummingMeter(
      generation: Energy(count: numbers[0]), gridImport: Energy(count: numbers[3]), gridExport: Energy(count: numbers[4]),
      tenants: Energy(count: numbers[1]), thirdParty: Energy(count: numbers[2]))
    return (line("summing", numbers), [meter.residual, meter.surplus, meter.toTenants].map(\.count))
  }

  private static func mispel(_ random: inout SeededGenerator) throws -> (String, [Int64]) {
    let numbers = (0..<4 * Int.random(in: 1...20, using: &random)).map { _ in
      random.pick([0, Int64.random(in: 0...9, using: &random), Int64.random(in: 0...50_000_000, using: &random)])
    }
    let month = stride(from: 0, to: numbers.count, by: 4).map { start in
      MispelQuota.Quarter(
        gridImport: Energy(count: numbers[start]), gridExport: Energy(count: numbers[start + 1]),
        charged: Energy(count: numbers[start + 2]), discharged: Energy(count: numbers[start + 3]))
    }
    let quota = try MispelQuota(month)
    let figures = [
      quota.gridImport, quota.charged, quota.discharged, quota.chargedFromGrid, quota.chargedFromPlant, quota.dischargedToGrid,
      quota.storageFeedIn, quota.green, quota.resold, quota.losses, quota.resaleLosses, quota.exempt, quota.levied,
      quota.eligible,
    ]
    return (line("mispel", numbers), figures.map(\.count))
  }

  /// `lr` with caps in the place of needs, nobody's turn first.
  private static func pot(_ random: inout SeededGenerator) throws -> (String, [Int64]) {
    let question = Question("investment-reoffered", using: &random)
    let cents = { (count: Int64) in Money(count: count * 10_000) }
    let split = try MoneySplit(of: cents(question.generation), by: question.keys, upTo: question.needs.map(cents))
    let numbers = [0, question.generation, Int64(question.needs.count)] + question.needs + question.keys
    return (line("pot", numbers), split.parts.map { $0.count / 10_000 })
  }
}

@Suite("Random intervals under every rule")
struct RandomIntervalsTests {
  /// Intervals of one agreement.
  private static let atOnce = 100

  @Test("keep all invariants, come out the same again and with members in another order", arguments: Question.rules)
  func hold(_ word: String) async throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Vienna"))
    try await onOwnThread {
      var random = SeededGenerator(seed: FaultFigure.seed)
      for _ in 0..<FaultFigure.count(2000, large: 1_000_000) / Self.atOnce {
        let question = Question(word, using: &random)
        let places = question.needs.indices.shuffled(using: &random)
        // Daily caps need local midnight.
        let start = calendar.quarterHours(of: LocalDay(number: Int(question.turn / 100))).lowerBound
        let most = question.needs.map { max(1, $0) }
        let uses = most.map { most in (0..<Self.atOnce).map { _ in Int64.random(in: 0...most, using: &random) } }
        let generation = (0..<Self.atOnce).map { _ in Int64.random(in: 0...(2 * max(1, question.generation)), using: &random) }
        let columns = try SharingColumns(
          span: start..<start.advanced(by: Self.atOnce), generation: generation, uses: uses)
        // The invariants are checked in here; a breach is thrown.
        let shares = try question.sharing().allocate(columns, calendar: calendar)
        let again = try question.sharing(places).allocate(columns, calendar: calendar)
        try #require(again == shares, "seed \(FaultFigure.seed): \(question.line)")
      }
    }
  }
}
