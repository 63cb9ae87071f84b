import Messages
import Testing

@Suite("Kinds of message")
struct MessageKindTests {
  @Test("only summaries and alerts wait for consent: plant outages must be told, and a confirmation asks for it")
  func consent() {
    #expect(MessageKind.allCases.filter { !$0.consents(for: "mail").isEmpty } == [.summary, .alert])
  }
}
