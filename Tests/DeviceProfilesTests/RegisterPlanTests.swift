import Quantities
import Readings
import TestSupport
import Testing

@testable import DeviceProfiles

@Suite("Registers are read in few requests")
struct RegisterPlanTests {
  private static let channels = Channel.allCases.filter { !$0.hasDirection }

  /// A profile of values at these addresses, each with as many registers and the scale register behind the colon.
  private func plan(
    _ values: [(address: UInt16, type: RawType, scale: UInt16?)], limit: Int = 125, gap: Int = 0
  ) -> RegisterPlan {
    let fields = zip(values, Self.channels).map {
      field($1, $0.address, $0.type, $1.unit.customary.symbol, scaleRegister: $0.scale)
    }
    return RegisterPlan(
      for: DeviceProfile(
        maker: "test", model: "test", kind: .meter, limits: RequestLimits(registersPerRequest: limit, gap: gap), registers: fields
      ))
  }

  private func holding(_ ranges: ClosedRange<Int>...) -> [RegisterBlock] {
    ranges.map { RegisterBlock(table: .holding, address: UInt16($0.lowerBound), count: $0.count) }
  }

  @Test("neighbours together, in the order of the addresses, however the profile lists them")
  func neighbours() {
    #expect(plan([(4, .u32, nil), (0, .f32, nil), (2, .u32, nil), (6, .u16, nil)]).requests == holding(0...6))
    #expect(plan([]).requests == [])
  }

  @Test("a request ends before it would be too long, and never inside a value")
  func limits() {
    // Four values of two registers, five registers at most: two values each.
    #expect(plan([(0, .u32, nil), (2, .u32, nil), (4, .u32, nil), (6, .u32, nil)], limit: 5).requests == holding(0...3, 4...7))
    // KEBA: two registers at most.
    #expect(
      plan([(1000, .u32, nil), (1002, .u32, nil), (1004, .u16, nil)], limit: 2).requests
        == holding(1000...1001, 1002...1003, 1004...1004))
  }

  @Test("registers that nobody needs are read along up to the gap, which is none unless the profile says so")
  func gaps() {
    let values: [(UInt16, RawType, UInt16?)] = [(0, .u32, nil), (4, .u32, nil), (9, .u16, nil)]
    #expect(plan(values).requests == holding(0...1, 4...5, 9...9))
    #expect(plan(values, gap: 2).requests == holding(0...5, 9...9))
    #expect(plan(values, gap: 3).requests == holding(0...9))
  }

  @Test("of plans with as many requests the one that reads least is taken: a gap is not read without need")
  func fewestRegisters() {
    // Limit 8: 0-1 and 2-3 and, behind a gap of 2, 6-7 and 8-9 and 10-11. [0-3][6-11] reads 10 registers, [0-7][8-11] 12.
    let values: [(UInt16, RawType, UInt16?)] = [(0, .u32, nil), (2, .u32, nil), (6, .u32, nil), (8, .u32, nil), (10, .u32, nil)]
    #expect(plan(values, limit: 8, gap: 2).requests == holding(0...3, 6...11))
  }

  @Test("a value and its scale register share a request where that is possible, if need be at the price of one more")
  func scales() {
    // Filling up the first request, 0-5, would part 4 from its scale 7; cutting after 3 costs nothing.
    let eight: [(UInt16, RawType, UInt16?)] = [(0, .u32, nil), (2, .u32, nil), (4, .u16, 7), (5, .u32, nil)]
    #expect(plan(eight, limit: 6).requests == holding(0...3, 4...7))
    // Limit 4: value 2 and scale 5 only meet in 2-5, which makes three requests of eight registers.
    let tight: [(UInt16, RawType, UInt16?)] = [(0, .u32, nil), (2, .u16, 5), (3, .u32, nil), (6, .u32, nil)]
    #expect(plan(tight, limit: 4).requests == holding(0...1, 2...5, 6...7))
    // Too far apart for one request: both are in the same round.
    #expect(plan([(0, .u16, 200)]).requests == holding(0...0, 200...200))
    // A scale between its two values, and one four before its value, which has to be parted.
    #expect(plan([(10, .u16, 11), (12, .u16, 11), (13, .u16, 9)], limit: 4).requests == holding(9...12, 13...13))
  }

  @Test("tables are not mixed, holding registers come first")
  func tables() {
    let fields = [
      field(.voltageL1, 5, .u16, "V", table: .input), field(.voltageL2, 6, .u16, "V"),
      field(.voltageL3, 4, .u16, "V", table: .input),
    ]
    let plan = RegisterPlan(for: DeviceProfile(maker: "test", model: "test", kind: .meter, registers: fields))
    #expect(plan.requests == holding(6...6) + [RegisterBlock(table: .input, address: 4, count: 2)])
  }

  @Test("values that no request can bring are told, not split")
  func unreadable() {
    let plan = plan([(65535, .u32, nil), (65534, .u32, nil), (0, .u64, nil)], limit: 3)
    #expect(plan.requests == holding(65534...65535))
    #expect(plan.unreadable == holding(0...3, 65535...65536))
  }

  @Test("values that share registers are each whole in one request")
  func overlaps() {
    #expect(plan([(0, .u32, nil), (1, .u32, nil), (0, .u16, nil)]).requests == holding(0...2))
    #expect(plan([(0, .u32, nil), (1, .u32, nil)], limit: 2).requests == holding(0...1, 1...2))
  }

  @Test("only the wanted parts are read")
  func parts() {
    #expect(RegisterPlan(for: Profiles.goodWe, parts: [.grid]).requests == holding(36015...36018, 36025...36026))
    #expect(RegisterPlan(for: Profiles.goodWe, parts: []).requests == [])
  }

  @Test("the SDM630's 20 values take eight requests without gaps and one with gaps of 16")
  func sdm630() {
    // Runs without a gap: 0-19, 24-25, 30-31, 48-49, 52-53, 56-57, 60-63, 70-75.
    #expect(
      RegisterPlan(for: Profiles.sdm630).requests.map { [$0.start, $0.count] } == [
        [0, 20], [24, 2], [30, 2], [48, 2], [52, 2], [56, 2], [60, 4], [70, 6],
      ])
    let generous = DeviceProfile(
      maker: "Eastron", model: "SDM630", kind: .meter, limits: RequestLimits(registersPerRequest: 80, gap: 16),
      registers: Profiles.sdm630.registers)
    #expect(RegisterPlan(for: generous).requests == [RegisterBlock(table: .input, address: 0, count: 76)])
  }

  @Test("a refused request can be halved between values, down to single ones")
  func halves() {
    let plan = plan([(0, .u32, nil), (2, .u64, nil), (6, .u16, nil), (9, .u16, nil)], gap: 5)
    #expect(plan.requests == holding(0...9))
    #expect(plan.halves(of: plan.requests[0]) == holding(0...5, 6...9))
    #expect(plan.halves(of: holding(0...5)[0]) == holding(0...1, 2...5))
    #expect(plan.halves(of: holding(6...9)[0]) == holding(6...6, 9...9))
    #expect(plan.halves(of: holding(2...5)[0]) == [])
    // Values that overlap stay together.
    #expect(self.plan([(0, .u32, nil), (1, .u32, nil)]).halves(of: holding(0...2)[0]) == [])
  }

  @Test("every plan keeps the limits and brings every value whole, as cheaply as trying all plans", arguments: UInt64(1)...1000)
  func properties(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limit = Int.random(in: 1...12, using: &random)
    let gap = Int.random(in: 0...4, using: &random)
    var values: [(address: UInt16, type: RawType, scale: UInt16?)] = []
    for _ in 0..<Int.random(in: 1...9, using: &random) {
      let scale = Bool.random(using: &random) ? UInt16.random(in: 0...30, using: &random) : nil
      values.append((UInt16.random(in: 0...30, using: &random), random.pick(RawType.allCases), scale))
    }
    let plan = plan(values, limit: limit, gap: gap)
    let wanted = values.map { RegisterBlock(table: .holding, address: $0.address, count: $0.type.registerCount) }
    let scales = values.compactMap(\.scale).map { RegisterBlock(table: .holding, address: $0, count: 1) }
    for block in wanted + scales {
      let isRead = plan.requests.contains { $0.contains(block) }
      #expect(isRead || plan.unreadable.contains(block), "seed \(seed)")
      #expect(isRead == (block.count <= limit), "seed \(seed)")
    }
    for request in plan.requests {
      #expect((1...limit).contains(request.count), "seed \(seed)")
      let needed = Set((wanted + scales).filter { request.contains($0) }.flatMap { Array($0.start..<$0.end) }).sorted()
      #expect(needed.first == request.start && needed.last == request.end - 1, "seed \(seed)")
      #expect(zip(needed, needed.dropFirst()).allSatisfy { $1 - $0 - 1 <= gap }, "seed \(seed)")
    }
    let pairs = zip(values, wanted).compactMap { value, block in
      value.scale.map { (block, RegisterBlock(table: .holding, address: $0, count: 1)) }
    }
    // A scale register inside another value may be read twice, which the plan does not count as an advantage: leave such maps out.
    let registers = Set(wanted + scales).flatMap { Array($0.start..<$0.end) }
    guard Set(registers).count == registers.count else { return }
    let cost = Self.cost(of: plan.requests, pairs: pairs)
    #expect(
      cost == Self.cheapest(Set(wanted + scales).filter { $0.count <= limit }.sorted(), pairs, limit: limit, gap: gap),
      "seed \(seed)")
  }

  /// Pairs parted, requests, registers.
  private static func cost(of requests: [RegisterBlock], pairs: [(RegisterBlock, RegisterBlock)]) -> [Int] {
    let parted = Set(pairs.map { [$0.0, $0.1] }).filter { pair in
      !requests.contains { $0.contains(pair[0]) && $0.contains(pair[1]) }
    }
    return [parted.count, requests.count, requests.reduce(0) { $0 + $1.count }]
  }

  /// The least cost of all ways to cut the row of values into requests.
  private static func cheapest(
    _ values: [RegisterBlock], _ pairs: [(RegisterBlock, RegisterBlock)], limit: Int, gap: Int
  ) -> [Int] {
    var best: [Int]?
    for cuts in 0..<(1 << max(values.count - 1, 0)) {
      var requests: [RegisterBlock] = []
      var isPossible = true
      var first = 0
      for last in values.indices where last == values.count - 1 || cuts >> last & 1 == 1 {
        var end = values[first].end
        for value in values[first...last] {
          isPossible = isPossible && value.start - end <= gap
          end = max(end, value.end)
        }
        isPossible = isPossible && end - values[first].start <= limit
        requests.append(RegisterBlock(table: .holding, address: values[first].address, count: end - values[first].start))
        first = last + 1
      }
      guard isPossible else { continue }
      let cost = cost(of: requests, pairs: pairs)
      if best.map({ cost.lexicographicallyPrecedes($0) }) ?? true { best = cost }
    }
    return best ?? [0, 0, 0]
  }
}
