import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import Testing

@Suite("An agreement")
struct SharingTests {
  private let quarter = QuarterHour(index: 1_800_000)
  private func members(_ names: String...) -> [Participant] { names.map { Participant(.init($0)) } }
  private func energies(_ counts: Int64...) -> [Energy] { counts.map { Energy(count: $0) } }

  @Test("takes members in any order and answers in the order of their names")
  func order() throws {
    let keys = [0.5, 0.3, 0.2].map { Fraction($0) }
    let one = try Sharing(members("c", "a", "b"), rule: StaticKeys(keys))
    #expect(one.participants.map(\.id) == ["a", "b", "c"])
    let shares = try one.allocate(Energy(count: 1000), to: energies(999, 999, 999), at: quarter)
    #expect(shares.allocated == energies(300, 200, 500))
    #expect(shares.surplus == .zero)
  }

  @Test("counts a negative reading as zero, and tells")
  func negative() throws {
    let sharing = try Sharing(members("a", "b"), rule: Dynamic())
    let night = try sharing.allocate(Energy(count: -20), to: energies(5, -1), at: quarter)
    #expect(night.clamped == 2)
    #expect(night.allocated == energies(0, 0))
    #expect((night.residual, night.surplus) == (energies(5, 0), .zero))
  }

  @Test("keeps a car from taking more than its cap")
  func capped() throws {
    let sharing = try Sharing(members("car", "house"), rule: Dynamic(), dailyCaps: ["car": Energy(count: 100)])
    // 600 for 900 and 300; the car counts with 100, so that all of both fits.
    let shares = try sharing.allocate(Energy(count: 600), to: energies(900, 300), at: quarter)
    #expect(shares.allocated == energies(100, 300))
    #expect(shares.residual == energies(800, 0))
    #expect(shares.surplus == Energy(count: 200))
  }

  @Test("that cannot be meant is refused, each with its reason")
  func refused() throws {
    #expect(throws: SharingError.wrongCount(expected: 2, found: 1)) { try Sharing(members("a"), rule: EqualShares(among: 2)) }
    #expect(throws: SharingError.repeated("a")) { try Sharing(members("a", "b", "a"), rule: Dynamic()) }
    #expect(throws: SharingError.badKeys("they add up to 110.0 %, at most 100 % can be shared")) {
      try StaticKeys([Fraction(0.6), Fraction(0.5)])
    }
    #expect(throws: SharingError.badKeys("key 2 is negative (-1)")) { try Investment([3, -1]) }
    #expect(throws: SharingError.badKeys("no key is above zero, so nobody would get anything")) { try Investment([0, 0]) }
    #expect(throws: SharingError.badKeys("a weight is zero; each must be at least 1")) { try WaterFilling(weights: [1, 0]) }
    #expect(throws: SharingError.self) { try Cascade([[0, 1], [1]]) }
    #expect(throws: SharingError.self) { try Cascade([[0, 2]]) }
    #expect(throws: SharingError.self) { try EqualShares(among: 0) }
    let sharing = try Sharing(members("a", "b"), rule: Dynamic())
    #expect(throws: SharingError.wrongCount(expected: 2, found: 1)) {
      try sharing.allocate(.zero, to: energies(1), at: quarter)
    }
    #expect(throws: SharingError.tooLarge) {
      try sharing.allocate(.zero, to: energies(.max, 1), at: quarter)
    }
  }
}
