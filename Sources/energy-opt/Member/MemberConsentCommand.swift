import ArgumentParser
import CommunityFiles
import CommunityModel
import MarketTime
import Messages
import SQLiteStore

/// Asks somebody whether they agree: notes it, and puts a message with the code that confirms it into the outbox, to each address that it is about.
struct ConsentRequest {
  let files: DeliveryFiles
  let recipient: Recipient

  func ask(_ purposes: [ConsentPurpose], in store: CommunityDatabase) throws {
    let now = SystemTime.now()
    let day = files.community.calendar.localDay(of: now)
    let settings = files.summaries.settings
    for (place, channel) in recipient.addresses.keys.sorted().enumerated() {
      // A code for each address, so that whoever confirms has got it there.
      let asked = purposes.filter { purpose in
        if case .channel(let name) = purpose { name == channel } else { place == 0 }
      }
      guard !asked.isEmpty else { continue }
      let token = PeopleOptions.token()
      try store.request(asked, of: recipient.member, textVersion: settings.consentText, token: token, at: now)
      let copies = try store.outbox(of: recipient.member, day: day).filter {
        $0.key.channel == channel && $0.key.kind == .confirmation
      }
      let key = DeliveryKey(
        member: recipient.member, day: day, channel: channel, kind: .confirmation, copy: (copies.map(\.key.copy).max() ?? -1) + 1)
      let due = settings.quietHours?.end(for: now, in: files.community.calendar) ?? now
      _ = try store.enqueue([OutboxLetter(key: key, message: message(token, channel), due: due)], in: files.community.id, at: now)
      print("\(recipient.member): asked by \(channel) for \(asked.map(\.name).joined(separator: ", ")); code \(token)")
    }
  }

  private func message(_ token: String, _ channel: String) -> Message {
    let name = files.summaries.settings.organisation
    let way = files.summaries.delivery.confirmPage.map { $0 + token }
    let isGerman = recipient.language != "en"
    let text =
      isGerman
      ? """
      Guten Tag, \(recipient.name),

      Sie haben gewünscht, dass \(name) Ihnen hierher Nachrichten über Ihren Strom schickt.
      \(way.map { "Wenn das stimmt, öffnen Sie bitte:\n\($0)" } ?? "Wenn das stimmt, antworten Sie bitte mit diesem Code:\n\(token)")
      Wenn nicht, brauchen Sie nichts zu tun. Sie bekommen dann keine Nachrichten.
      """
      : """
      Hello \(recipient.name),

      you asked \(name) to send you messages about your electricity here.
      \(way.map { "If that is right, please open:\n\($0)" } ?? "If that is right, please reply with this code:\n\(token)")
      If not, you need not do anything. You will not get any messages.
      """
    return Message(
      recipient: recipient.member, kind: .confirmation, language: recipient.language,
      subject: isGerman ? "Bitte bestätigen: Nachrichten von \(name)" : "Please confirm: messages from \(name)", text: text + "\n"
    )
  }
}

/// `energy-opt member consent`
struct MemberConsentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent", abstract: "Notes that somebody agrees, has agreed on paper, or does not agree any more.",
    discussion: """
      Each purpose by itself: channel:NAME, money, comparison, alerts. Kept with
      the time and the version of the text (consent_text in summaries.yaml).

      EXAMPLES
        energy-opt member consent m05 channel:mail money --given
        energy-opt member consent m05 comparison --request
        energy-opt member consent m05 money --withdraw
        energy-opt member consent --confirm CODE     from the message
        energy-opt member consent --stop TOKEN       from List-Unsubscribe
      """)

  @OptionGroup var people: PeopleOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String?

  @Argument(help: ArgumentHelp("What it is about.", valueName: "purpose"), transform: PeopleOptions.purpose)
  var purposes: [ConsentPurpose] = []

  @Flag(help: "They have agreed, as on paper.")
  var given = false

  @Flag(help: "Ask them by their channels.")
  var request = false

  @Flag(help: "They do not agree any more; without a purpose, to nothing.")
  var withdraw = false

  @Option(help: ArgumentHelp("Confirm what was asked with this code.", valueName: "code"))
  var confirm: String?

  @Option(help: ArgumentHelp("End all messages to whoever has this token.", valueName: "token"))
  var stop: String?

  func validate() throws {
    let ways = [given, request, withdraw, confirm != nil, stop != nil].count { $0 }
    guard ways == 1 else { throw ValidationError("say one of --given, --request, --withdraw, --confirm, --stop") }
    guard (member != nil) == (confirm == nil && stop == nil) else {
      throw ValidationError("--confirm and --stop know the member; the others need one")
    }
    if purposes.isEmpty, given || request { throw ValidationError("say what it is about, such as channel:mail") }
  }

  func run() throws {
    let now = SystemTime.now()
    if let confirm {
      guard let (member, purposes) = try people.writing({ try $0.confirm(token: confirm, at: now) }) else {
        tell("nothing is asked with this code, or it has been confirmed or withdrawn already")
        throw ExitCode(1)
      }
      return print("\(member): agreed to \(purposes.map(\.name).joined(separator: ", "))")
    }
    if let stop {
      guard let member = try people.writing({ try $0.stop(stop, at: now) }) else {
        tell("nobody has this token")
        throw ExitCode(1)
      }
      return print("\(member): gets no more messages")
    }
    let files = try people.load()
    let known = try people.member(member ?? "", of: files.community)
    guard let recipient = try people.recipients(known.id).first else {
      tell("'\(known.id)' is not entered; begin with energy-opt member add")
      throw ExitCode(1)
    }
    for case .channel(let name) in purposes where recipient.addresses[name] == nil && !withdraw {
      tell("'\(known.id)' has no address on channel '\(name)'; enter it with energy-opt member preferences")
      throw ExitCode(64)
    }
    try people.writing { store in
      if given {
        let version = files.summaries.settings.consentText
        try store.give(purposes, of: known.id, textVersion: version, means: "paper", at: now)
        print("\(known.id): agreed to \(purposes.map(\.name).joined(separator: ", ")), text \(version)")
      } else if withdraw {
        try store.withdraw(purposes.isEmpty ? nil : purposes, of: known.id, at: now)
        print(
          "\(known.id): does not agree any more to \(purposes.isEmpty ? "anything" : purposes.map(\.name).joined(separator: ", "))"
        )
      } else {
        try ConsentRequest(files: files, recipient: recipient).ask(purposes, in: store)
      }
    }
  }
}
