import Messages
import Testing

@Suite("Kinds of message")
struct MessageKindTests {
  @Test("only a summary waits for consent: plant outages must be told, and a confirmation asks for it")
  func consent() {
    #expect(MessageKind.allCases.filter(\.needsConsent) == [.summary])
  }
}
