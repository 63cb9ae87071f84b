import Messages
import Testing

@Suite("Kinds of message")
struct MessageKindTests {
  @Test("only summaries, alerts and heat wait for consent to a channel: outages must be told, and a confirmation asks for it")
  func consent() {
    #expect(MessageKind.allCases.filter { !$0.consents(for: "mail").isEmpty } == [.summary, .alert, .heat])
  }
}
