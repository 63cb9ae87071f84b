import Quantities
import Readings

/// What is wrong with a profile that can be read: each makes values wrong or missing.
public enum ProfileProblem: Hashable, Sendable {
  /// Two fields give the same channel of a part.
  case channelTwice(PartChannel)
  /// The channel has a direction, and the profile does not say what positive numbers mean.
  case directionMissing(PartChannel)
  /// The unit is none of the channel's.
  case foreignUnit(PartChannel, symbol: String)
  /// All numbers would become zero.
  case scaleZero(PartChannel)
  /// The pattern has more bits than the type.
  case patternTooLong(RawType, pattern: UInt64)
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
    if field.channel.hasDirection, field.positive == nil { problems.append(.directionMissing(field.key)) }
    if !field.channel.unit.symbols.contains(field.unit) { problems.append(.foreignUnit(field.key, symbol: field.unit.symbol)) }
    if field.scale?.mantissa == 0 { problems.append(.scaleZero(field.key)) }
    for pattern in field.notAvailable ?? [] where pattern > field.type.largestPattern {
      problems.append(.patternTooLong(field.type, pattern: pattern))
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
    let scales = registers.compactMap(\.scaleRegister?.block)
    let blocks = Set(registers.map(\.block) + identity.map(\.block) + scales).sorted()
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
