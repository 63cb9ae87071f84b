import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Delivery
import MarketTime
import Messages
import Reporting
import SQLiteStore

/// `energy-opt summary send`
struct SummarySendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends the summary of a day, a week or a month's heat to one member anew, or to yourself as a test.",
    discussion: """
      To the member only with their consent, and noted in the outbox. With --to
      it goes to another address instead, as a test; that is noted nowhere.

      EXAMPLES
        energy-opt summary send --member m05 --day 2016-06-28 --preview
        energy-opt summary send --member m05 --day 2016-06-28 --to me@example.org
        energy-opt summary send --member m05 --day 2016-06-28
        energy-opt summary send --member m05 --week 2016-06-28 --preview
        energy-opt summary send --member m05 --month 2016-06
      """)

  @OptionGroup var delivery: DeliveryOptions

  @Option(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @OptionGroup var time: ToldTimeOptions

  @Flag(help: "Show what would be sent, and to whom; send nothing.")
  var preview = false

  @Option(help: ArgumentHelp("Send it to this address instead.", valueName: "address"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "The channel; of a test the first of summaries.yaml unless told, else all of the member's.", valueName: "channel"))
  var channel: String?

  func validate() throws {
    if preview, to != nil { throw ValidationError("--preview and --to do not go together; keep one") }
  }

  func run() throws {
    let files = try delivery.load()
    let id = Member.ID(member)
    let known = try reportingProblems {
      delivery.files.options.hasStore
        ? try CommunityDatabase(readingOnly: delivery.files.options.storePath).recipients(id).first : nil
    }
    guard files.community.members.contains(where: { $0.id == id }) else {
      tell("the community has no member '\(member)'\(Spelling.hint(for: member, among: files.community.members.map(\.id.text)))")
      throw ExitCode(64)
    }
    var recipient = known ?? Recipient(member: id, name: "", language: delivery.files.lang.rawValue)
    // Who reads a test must not end the member's summaries with its link.
    if to != nil { recipient.stopToken = nil }
    let days = time.days(weeklyOn: files.summaries.settings.weeklyOn)
    let day = days.upperBound.advanced(by: -1)
    guard let message = try message(for: recipient, of: days, files, kind: to == nil ? nil : .test) else {
      tell("'\(member)' was no member \(time.words), or has no \(time.month == nil ? "meter" : "heat meter")")
      throw ExitCode(1)
    }
    if preview { return show(message, recipient) }
    if let to { return try test(message, of: day, to: to, files) }
    guard known != nil else {
      tell("nobody knows how to write to '\(member)'; enter them with energy-opt member add")
      throw ExitCode(1)
    }
    try sendAnew(message, of: day, to: recipient, files)
  }

  private func message(
    for recipient: Recipient, of days: Range<LocalDay>, _ files: DeliveryFiles, kind: MessageKind?
  ) throws -> Message? {
    if let month = time.month {
      return try HeatWriter(try delivery.files.heat(of: month), files.summaries).message(for: recipient, kind: kind ?? .heat)
    }
    let writer = try SummaryWriter(days, from: try delivery.files.sources(for: days), files.summaries)
    return try writer.message(for: recipient, kind: kind)?.message
  }

  private func show(_ message: Message, _ recipient: Recipient) {
    for (channel, address) in recipient.addresses.sorted(by: { $0.key < $1.key }) {
      let consent = recipient.consents(to: .channel(channel)) ? "" : " (no consent: nothing is sent)"
      print("To \(address) by \(channel)\(consent)")
    }
    print("Subject: \(message.subject)\n\n\(message.text)", terminator: "")
    for picture in message.pictures { print("[picture \(picture.contentID), \(picture.png.count / 1024 + 1) kB]") }
  }

  private func test(_ message: Message, of day: LocalDay, to address: String, _ files: DeliveryFiles) throws {
    guard let name = channel ?? files.summaries.delivery.channels.first?.id else {
      tell("\(files.path): there are no channels; see docs/formats/summaries.md")
      throw ExitCode(3)
    }
    if let objection = try files.objection(to: address, on: name) {
      tell("channel '\(name)': \(objection)")
      throw ExitCode(64)
    }
    let now = SystemTime.now()
    let key = DeliveryKey(member: message.recipient, day: day, channel: name, kind: .test, copy: Int(now.milliseconds))
    let parcel = Parcel(
      message: message, name: "", address: address, mark: key.mark(in: files.community.id), stopToken: nil, date: now)
    switch try files.channels()[name]?.deliver(parcel) {
    case .delivered(let words)?: print("sent to \(address) by \(name): \(words)")
    case let result?:
      tell("not sent by \(name): \(result.words)")
      throw ExitCode(1)
    case nil: throw ExitCode(3)
    }
  }

  private func sendAnew(_ message: Message, of day: LocalDay, to recipient: Recipient, _ files: DeliveryFiles) throws {
    let wanted = recipient.addresses.keys.filter { channel == nil || channel == $0 }.sorted()
    let agreed = wanted.filter { message.kind.consents(for: $0).allSatisfy(recipient.consents) }
    guard !agreed.isEmpty else {
      tell("'\(member)' has not consented to \(wanted.isEmpty ? "any channel" : wanted.joined(separator: ", ")); nothing is sent")
      throw ExitCode(1)
    }
    let now = SystemTime.now()
    let tally = try reportingProblems { () -> DeliveryPass.Tally in
      let store = try CommunityDatabase(writing: delivery.files.options.storePath)
      let before = try store.outbox(of: recipient.member, day: day)
      let pass = DeliveryPass(
        store: store, community: files.community, settings: files.summaries.settings, retry: files.summaries.delivery.retry,
        channels: try files.channels(), now: SystemTime.now)
      var tally = DeliveryPass.Tally()
      for channel in agreed {
        let copies = before.filter { $0.key.channel == channel && $0.key.kind == message.kind }.map(\.key.copy)
        let key = DeliveryKey(
          member: recipient.member, day: day, channel: channel, kind: message.kind, copy: (copies.max() ?? -1) + 1)
        _ = try store.enqueue([OutboxLetter(key: key, message: message, due: now)], in: files.community.id, at: now)
        tally += try pass.run(only: key)
      }
      try store.close()
      return tally
    }
    print("\(tally.sent) sent, \(tally.later) waiting, \(tally.failed) failed")
    for (name, words) in tally.down.sorted(by: { $0.key < $1.key }) { tell("channel '\(name)' does not work: \(words)") }
    if tally.sent < agreed.count { throw ExitCode(1) }
  }
}
