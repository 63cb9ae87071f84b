import Testing

@testable import CommunityFiles

@Suite("Spelling")
struct SpellingTests {
  @Test("works")
  func works() { #expect(Spelling.distance("ab", "ba") == 1) }
}
