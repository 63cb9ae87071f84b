import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Messages
import Quantities
import Readings
import SQLiteStore
import Summaries

/// `energy-opt summary run`
struct SummaryRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Writes and sends the summaries of a day to those who want them, each once.",
    discussion: """
      Who wants one summary a week gets that of the seven days until then, on
      weekly_on of summaries.yaml, else on Mondays.

      Waits until the day's values are there (98 % unless summaries.yaml says
      otherwise), at most until wait_until on the day after; then a summary says
      that it is incomplete, or there is none. Waits for send_at and for the end
      of quiet hours, and tries again what did not go. All of it is in the
      outbox in community.sqlite first: stopped or killed at any moment, it goes
      on where it was. Run it again as often as you like: nobody gets a summary
      twice.

      Who agreed to alerts is told of unusual use of their own, once a spell. Who
      has a heat meter gets the heat of the month before in the first days of a
      month, however seldom they want to hear else: once the month's last day is
      known, on the 3rd whatever is missing.

      Sends only to people entered with energy-opt member who have consented.
      A mail whose reception was not confirmed is sent again with the same
      Message-ID, by which mail programs know it.

      EXAMPLES
        energy-opt summary run                      yesterday's, waiting
        energy-opt summary run --day 2016-06-28 --once
        energy-opt summary outbox                   what became of them

      EXIT STATUS
        0 all that was due has gone   1 something failed or a channel is down
        3 a file is wrong             4 with --once: values are still missing
      """)

  @OptionGroup var delivery: DeliveryOptions

  @Option(
    help: ArgumentHelp("The local day that is told of; yesterday unless told.", valueName: "yyyy-mm-dd"),
    transform: SummaryOptions.day)
  var day: LocalDay?

  @Flag(help: "Wait for nothing: what is not due or does not go now stays in the outbox.")
  var once = false

  func run() throws {
    let files = try delivery.load()
    let calendar = files.community.calendar
    let day = day ?? calendar.localDay(of: SystemTime.now()).advanced(by: -1)
    let channels = try files.channels()
    guard !channels.isEmpty else {
      tell("\(files.path): there are no channels; see docs/formats/summaries.md")
      throw ExitCode(3)
    }
    let morning = SummaryMorning(files: files, options: delivery.files, day: day)
    var tally = DeliveryPass.Tally()
    if try !prepare(morning) { throw ExitCode(4) }
    while true {
      let store = try openStore(morning)
      tally += try reportingProblems {
        try DeliveryPass(
          store: store, community: files.community, settings: files.summaries.settings, retry: files.summaries.delivery.retry,
          channels: channels, now: SystemTime.now
        ).run()
      }
      let due = try reportingProblems { () -> Timestamp? in
        let due = try store.outbox().filter { $0.state == .waiting && channels[$0.key.channel] != nil }.compactMap(\.due).min()
        _ = try store.forgetOldMessages(at: SystemTime.now())
        try store.close()
        return due
      }
      guard !once, let due else { break }
      pause(until: tally.down.isEmpty ? due : max(due, SystemTime.now() + files.summaries.delivery.retry.first), "waiting")
    }
    try report(tally)
  }

  /// Whether the summaries are in the outbox; false where values are missing and nothing may be waited for.
  private func prepare(_ morning: SummaryMorning) throws -> Bool {
    var found: SummarySources?
    func words(_ coverage: Fraction) -> String {
      "\(decimalText(coverage.count / 1_000_000, digits: 1)) % of the values are there"
    }
    let (decision, coverage) = try morning.rule.settle(
      now: SystemTime.now,
      pause: once ? nil : { until, coverage in pause(until: until, "\(words(coverage)), waiting") },
      looking: {
        let sources = try morning.sources()
        found = sources
        return sources.coverage(of: morning.day)
      })
    switch decision {
    case .wait:
      tell("\(morning.day): \(words(coverage)); summaries wait for the rest until \(morning.rule.end)")
      return false
    case .skip:
      print("\(morning.day): no summaries, \(words(coverage))")
    case .send, .sendIncomplete:
      guard let found else { return false }
      let count = try morning.enqueue(from: found, in: try openStore(morning))
      print("\(morning.day): \(count) new in the outbox, \(words(coverage))")
    }
    try prepareHeat(morning)
    return true
  }

  /// Puts the heat information of the month before into the outbox in the first days of a month.
  private func prepareHeat(_ morning: SummaryMorning) throws {
    let heat = HeatMorning(files: morning.files, options: morning.options, sending: morning.day.advanced(by: 1))
    guard heat.isTime else { return }
    switch try heat.enqueue(in: try openStore(morning)) {
    case .nothing: break
    case .waiting(let month): print("\(month): heat information waits for values of the last day, at most until the 3rd")
    case .written(let month, let new, let unreached):
      print("\(month): heat information, \(new) new in the outbox")
      guard unreached > 0 else { return }
      tell(
        "\(month): \(unreached) \(unreached == 1 ? "member has a heat meter and has" : "members have a heat meter and have") agreed to no channel; "
          + "give it to them on paper: energy-opt summary show --all --month \(month) --output FOLDER")
    }
  }

  /// The store, once nobody else writes it.
  private func openStore(_ morning: SummaryMorning) throws -> CommunityDatabase {
    while true {
      do {
        return try CommunityDatabase(writing: morning.storePath)
      } catch ReadingStoreError.writtenByAnother where !once {
        pause(until: SystemTime.now() + .seconds(10), "another program writes \(morning.storePath), waiting")
      } catch {
        return try reportingProblems { throw error }
      }
    }
  }

  private func pause(until instant: Timestamp, _ words: String) {
    var progress = ProgressLine(now: SystemTime.uptime)
    progress.show("\(words) until \(instant)")
    Thread.sleep(forTimeInterval: max(1, (instant - SystemTime.now()) / .seconds(1)))
  }

  private func report(_ tally: DeliveryPass.Tally) throws {
    print("\(tally.sent) sent, \(tally.later) waiting, \(tally.failed) failed")
    for (channel, words) in tally.down.sorted(by: { $0.key < $1.key }) { tell("channel '\(channel)' does not work: \(words)") }
    if tally.failed > 0 || !tally.down.isEmpty { throw ExitCode(1) }
  }
}

/// A day's summaries on their way into the outbox.
struct SummaryMorning {
  let files: DeliveryFiles
  let options: SummaryOptions
  let day: LocalDay

  var storePath: String { options.options.storePath }

  /// Until when the day's values are waited for.
  var rule: CoverageRule {
    CoverageRule(files.summaries.settings, day: day, on: files.community.calendar)
  }

  /// The week that ended with the day, where those are written to who want one summary a week; else nil.
  private var week: Range<LocalDay>? {
    let sending = day.advanced(by: 1)
    return sending.weekday == files.summaries.settings.weeklyOn ? sending.advanced(by: -7)..<sending : nil
  }

  /// What the summaries are made from, as far as it is known now.
  func sources() throws -> SummarySources { try options.sources(for: week ?? day..<day.advanced(by: 1)) }

  /// Writes the summaries and puts them into the outbox: how many are new. Those that are there already are not even written.
  func enqueue(from sources: SummarySources, in store: CommunityDatabase) throws -> Int {
    try reportingProblems {
      let letters = try letters(from: sources, store)
      let count = try store.enqueue(letters, in: files.community.id, at: SystemTime.now())
      try store.close()
      return count
    }
  }

  private func letters(from sources: SummarySources, _ store: CommunityDatabase) throws -> [OutboxLetter] {
    let settings = files.summaries.settings
    let sending = day.advanced(by: 1)
    let members = Set(files.community.on(sending).members.map(\.id))
    let known = Set(
      try store.outbox(day: day).filter { [.summary, .outage].contains($0.key.kind) }.map { "\($0.key.member) \($0.key.channel)" }
    )
    let usable = Set(files.summaries.delivery.channels.map(\.id))
    let recipients = try store.recipients().filter { members.contains($0.member) && !$0.addresses.isEmpty }
    guard !recipients.isEmpty else { return [] }
    let ofDay = try SummaryWriter(day..<sending, from: sources, files.summaries)
    let ofWeek =
      try recipients.contains { $0.frequency == .weekly }
      ? week.map { try SummaryWriter($0, from: sources, files.summaries) } : nil
    let due = files.due(on: sending)
    var letters = try alerts(from: sources, to: recipients, ofDay, store, due: due).filter { usable.contains($0.key.channel) }
    var progress = ProgressLine(now: SystemTime.uptime)
    for (number, recipient) in recipients.enumerated() {
      progress.show("writing \(number + 1) of \(recipients.count)")
      guard recipient.addresses.keys.contains(where: { !known.contains("\(recipient.member) \($0)") }),
        let (message, hasNews) = try (recipient.frequency == .weekly ? ofWeek ?? ofDay : ofDay).message(for: recipient)
      else { continue }
      if message.kind == .summary, recipient.frequency == .daily, !hasNews { continue }
      for channel in recipient.channels(for: message.kind, on: sending, weeklyOn: settings.weeklyOn)
      where usable.contains(channel) && !known.contains("\(recipient.member) \(channel)") {
        letters.append(
          OutboxLetter(
            key: DeliveryKey(member: recipient.member, day: day, channel: channel, kind: message.kind), message: message,
            due: due))
      }
    }
    return letters
  }

  /// What stands out of the own last weeks of those who asked to be told, once a spell.
  private func alerts(
    from sources: SummarySources, to recipients: [Recipient], _ writer: SummaryWriter, _ store: CommunityDatabase, due: Timestamp
  ) throws -> [OutboxLetter] {
    let settings = files.summaries.settings
    return try recipients.flatMap { recipient -> [OutboxLetter] in
      let channels = recipient.channels(for: .alert, on: day.advanced(by: 1), weeklyOn: settings.weeklyOn)
      guard !channels.isEmpty, let member = files.community.on(day).members.first(where: { $0.id == recipient.member }) else {
        return []
      }
      let told = try store.outbox(of: recipient.member).filter { entry in
        entry.key.kind == .alert && entry.state != .withdrawn && entry.state != .failed
      }
      guard let use = UseWatch(of: member, until: day, from: sources).news(on: day, told: told.map(\.key.day)) else { return [] }
      let message = writer.alert(use, for: recipient)
      return channels.map { channel in
        OutboxLetter(
          key: DeliveryKey(member: recipient.member, day: day, channel: channel, kind: .alert), message: message, due: due)
      }
    }
  }
}
