import CommunityFiles
import DeviceProfiles
import Readings
import TestSupport
import Testing

/// Row V1 of the fault catalogue, of what is shipped; `RobustnessTests` has it for all types.
@Suite("Signs for \"no value\" in shipped profiles")
struct NotAvailableTests {
  /// A register of a profile and one of its signs.
  private struct Sign {
    let profile: DeviceProfile
    let field: RegisterField
    let summand: RegisterSummand
    let pattern: UInt64
  }

  /// The signs that a profile names, and of floats those that IEEE 754 knows: quiet and signalling NaN, the infinities.
  private static func signs(of profile: DeviceProfile) -> [Sign] {
    profile.registers.flatMap { field in
      field.summands.flatMap { summand -> [Sign] in
        let named = summand.notAvailable ?? (summand.bits == nil ? profile.notAvailable[summand.type] : nil) ?? []
        let floats: [UInt64] =
          switch summand.type {
          case .f32: [0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7F80_0000, 0xFF80_0000]
          case .f64: [0x7FF8 << 48, 0xFFF8 << 48, 0x7FF0 << 48 | 1, .max, 0x7FF0 << 48, 0xFFF0 << 48]
          default: []
          }
        return (named + floats).map { Sign(profile: profile, field: field, summand: summand, pattern: $0) }
      }
    }
  }

  /// The words of `bits`, worked out apart from the code under test.
  private static func words(_ bits: UInt64, _ summand: RegisterSummand, _ profile: DeviceProfile) -> [UInt16] {
    let count = summand.type.registerCount
    let highFirst = (0..<count).map { UInt16(truncatingIfNeeded: bits >> UInt64(16 * (count - 1 - $0))) }
    return (summand.wordOrder ?? profile.wordOrder) == .highFirst ? highFirst : Array(highFirst.reversed())
  }

  /// What a device shows that has the sign in one register, anything in the others of the same value, and a small number where the
  /// value's scale or direction stands.
  private static func image(of sign: Sign, _ random: inout SeededGenerator) -> RegisterImage {
    let (field, summand) = (sign.field, sign.summand)
    var bits = sign.pattern
    if let range = summand.bits {
      // Of a register of which some bits count, the others are anything.
      bits = random.next() & ~(summand.largestPattern << UInt64(range.lowerBound)) | sign.pattern << UInt64(range.lowerBound)
    }
    var image = RegisterImage()
    let scale = field.scaleRegister.map { RegisterBlock(table: $0.table, address: $0.address, count: 1) }
    for companion in [scale, field.direction?.place.block].compactMap({ $0 }) {
      image.add((0..<companion.count).map { _ in UInt16.random(in: 0...3, using: &random) }, of: companion)
    }
    let own = words(bits, summand, sign.profile)
    // Sums are read in one answer where that is possible.
    let answers = field.summands.allSatisfy { $0.table == field.table } ? [field.span] : field.summands.map(\.block)
    for answer in answers {
      var all = (0..<answer.count).map { _ in random.word(of: summand.type) }
      let place = Int(summand.address) - Int(answer.address)
      if answer.table == summand.table, place >= 0, place + own.count <= all.count {
        all.replaceSubrange(place..<place + own.count, with: own)
      }
      image.add(all, of: answer)
    }
    return image
  }

  @Test("none of them ever becomes a number, whatever stands in the other registers")
  func noLeaks() throws {
    let count = FaultFigure.count(2000, large: 100_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let catalog = try DeviceCatalog(folders: [Folder.devices])
    let profiles = try catalog.names.map { try catalog.profile($0) }
    let signs = profiles.flatMap(Self.signs).shuffled(using: &random)
    var (leaks, first) = (0, "")
    for number in 0..<count {
      // Each of them in turn, then at random.
      let sign = number < signs.count ? signs[number] : random.pick(signs)
      let value = sign.profile.decode(Self.image(of: sign, &random)).first { $0.key == sign.field.key }?.value
      guard value != .missing(.notAvailable), value != .missing(.notANumber) else { continue }
      leaks += 1
      if first.isEmpty { first = "\(sign.profile.maker) \(sign.profile.model) \(sign.field.key) \(sign.pattern) \(value as Any)" }
    }
    #expect(signs.count > 100)
    #expect(
      FaultFigure.tell(
        "V1 signs for no value in \(profiles.count) shipped profiles, read as numbers",
        ours: "\(leaks) of \(count), \(signs.count) different", limit: "\(count)", goal: "0", reached: leaks == 0), "\(first)")
  }
}

extension SeededGenerator {
  /// Any word of a register of `type`.
  fileprivate mutating func word(of type: RawType) -> UInt16 {
    let bits = next()
    return type == .bit ? UInt16(bits & 1) : UInt16(bits & 0xFFFF)
  }
}
