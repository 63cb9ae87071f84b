import Quantities
import Readings

/// What is wrong with a profile that can be read: each makes values wrong or missing.
public enum ProfileProblem: Hashable, Sendable {
  /// Two fields give the same channel of a part.
  case channelTwice(PartChannel)
  /// The channel has a direction, and the profile does not say what positive numbers mean.
  case directionMissing(PartChannel)
  /// The register that is to tell the direction tells one way only, or the channel has none.
  case directionOneSided(PartChannel)
  /// The unit is none of the channel's.
  case foreignUnit(PartChannel, symbol: String)
  /// All numbers would become zero.
  case scaleZero(PartChannel)
  /// The pattern has more bits than the type.
  case patternTooLong(RawType, pattern: UInt64)
  /// The bits that are to count are none of the type's, or the type has none that can be taken apart.
  case foreignBits(PartChannel)
  /// A table of bits holds `bit` only, and only such a table does.
  case foreignType(PartChannel, table: RegisterTable)
  /// The summands of a counter lie in two tables, so that no request can read them at once.
  case splitCounter(PartChannel)
  /// No request can read these registers: more of them than a request may ask for, or past register 65535.
  case unreadable(RegisterBlock)
  /// Two values share some of their registers, but not all.
  case overlap(RegisterBlock, RegisterBlock)
  /// The model's point names a scale factor that the model does not have.
  case noSuchScaleFactor(model: Int, point: String)
  /// The model has a power, and the mapping does not say what its positive numbers mean.
  case modelDirectionMissing(model: Int)
  /// The unit is none of the channel's.
  case foreignModelUnit(model: Int, point: String, symbol: String)
}

extension ProfileProblem: CustomStringConvertible {
  /// What is wrong and what to change.
  public var description: String {
    switch self {
    case .channelTwice(let key): "\(key) stands twice; delete one"
    case .directionMissing(let key): "\(key) needs 'positive': what a positive value on the wire means"
    case .directionOneSided(let key): "'direction' of \(key) needs codes for both ways, such as charge: 0 and discharge: 1"
    case .foreignUnit(let key, let symbol): "'\(symbol)' is no unit of \(key)"
    case .scaleZero(let key): "the scale of \(key) is 0; write another"
    case .patternTooLong(let type, let pattern):
      "the pattern 0x\(String(pattern, radix: 16, uppercase: true)) has more bits than \(type.rawValue); shorten it"
    case .foreignBits(let key): "the bits of \(key) are none of its type's; take bits of a u16, u32 or u64"
    case .foreignType(let key, let table):
      "the type of \(key) does not go with table \(table.rawValue); `bit` is for coil and discrete"
    case .splitCounter(let key): "the summands of the counter \(key) lie in two tables; one request must read them all"
    case .unreadable(let block): "no request can read \(block): too many, or past register 65535"
    case .overlap(let left, let right):
      "a value, scale, direction or identity at \(left) and another at \(right) share some registers"
    case .noSuchScaleFactor(let model, let point): "model \(model) lacks the scale factor that its point \(point) names"
    case .modelDirectionMissing(let model): "model \(model) has a power; say 'inverter_positive' or 'meter_positive'"
    case .foreignModelUnit(let model, let point, let symbol): "'\(symbol)' is no unit for point \(point) of model \(model)"
    }
  }
}

extension DeviceProfile {
  /// What is wrong with the profile; empty for one that can be used.
  public var problems: [ProfileProblem] {
    registers.flatMap(problems(of:)) + repeatedChannels + wrongPatterns
      + RegisterPlan(for: self).unreadable.map { .unreadable($0) }
      + RegisterPlan(identityOf: self).unreadable.map { .unreadable($0) }
      + overlaps + (sunSpec?.problems ?? [])
  }

  private func problems(of field: RegisterField) -> [ProfileProblem] {
    var problems: [ProfileProblem] = []
    if !field.isDirectionKnown { problems.append(.directionMissing(field.key)) }
    if field.direction?.tellsBothWays(of: field.channel) == false { problems.append(.directionOneSided(field.key)) }
    if !field.channel.unit.symbols.contains(field.unit) { problems.append(.foreignUnit(field.key, symbol: field.unit.symbol)) }
    if field.scale?.mantissa == 0 { problems.append(.scaleZero(field.key)) }
    if field.channel.isCounter, field.others.contains(where: { $0.table != field.table }) {
      problems.append(.splitCounter(field.key))
    }
    for summand in field.summands {
      if summand.scale?.mantissa == 0 { problems.append(.scaleZero(field.key)) }
      if summand.table.holdsBits != (summand.type == .bit) {
        problems.append(.foreignType(field.key, table: summand.table))
      }
      if let bits = summand.bits, !summand.type.isUnsigned || !(0..<summand.type.bitCount).contains(bits.upperBound) {
        problems.append(.foreignBits(field.key))
      }
      for pattern in summand.notAvailable ?? [] where pattern > summand.largestPattern {
        problems.append(.patternTooLong(summand.type, pattern: pattern))
      }
    }
    return problems
  }

  private var repeatedChannels: [ProfileProblem] {
    var seen: Set<PartChannel> = []
    return registers.map(\.key).filter { !seen.insert($0).inserted }.map { .channelTwice($0) }
  }

  private var wrongPatterns: [ProfileProblem] {
    RawType.allCases.flatMap { type in
      (notAvailable[type] ?? []).filter { $0 > type.largestPattern }.map { .patternTooLong(type, pattern: $0) }
    }
  }

  private var overlaps: [ProfileProblem] {
    let companions = registers.flatMap(\.companions)
    let blocks = Set(registers.flatMap(\.summands).map(\.block) + identity.map(\.block) + companions).sorted()
    return zip(blocks, blocks.dropFirst()).compactMap { left, right in
      left.table == right.table && right.start < left.end ? .overlap(left, right) : nil
    }
  }
}

extension SunSpecMapping {
  fileprivate var problems: [ProfileProblem] {
    models.flatMap { model -> [ProfileProblem] in
      let repeated = model.repeating?.points ?? []
      let names = Set((model.points + repeated).filter { $0.type == .sunssf }.map(\.name))
      var problems: [ProfileProblem] = []
      for point in model.points + repeated {
        if case .point(let name) = point.scaleFactor, !names.contains(name) {
          problems.append(.noSuchScaleFactor(model: model.id, point: point.name))
        }
        if let channel = point.channel, let unit = point.unit, !channel.unit.symbols.contains(unit) {
          problems.append(.foreignModelUnit(model: model.id, point: point.name, symbol: unit.symbol))
        }
      }
      return problems
    } + directionProblems
  }

  /// A device has the inverter models or the meter models, so a direction is asked for only where the other family's is missing too.
  private var directionProblems: [ProfileProblem] {
    guard inverterPositive == nil, meterPositive == nil else { return [] }
    let powers = models.filter { model in model.points.contains { $0.channel?.hasDirection == true } }
    return powers.first.map { [.modelDirectionMissing(model: $0.id)] } ?? []
  }
}
