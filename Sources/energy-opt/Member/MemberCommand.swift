import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import Messages
import Readings
import SQLiteStore

/// `energy-opt member`
struct MemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member",
    abstract: "Whom the community writes to: addresses, consents, wishes; a copy of all that is stored, erasure.",
    discussion: """
      Who is a member stands in community.yaml. What is personal, such as names,
      addresses and consents, is in community.sqlite, so that it can be erased.
      Channels are those of summaries.yaml (docs/formats/summaries.md).

      A channel is used once its owner has consented: `add` asks for that with
      a code, which they confirm (`member consent --confirm CODE`), or you enter
      what they have signed (`member consent M channel:mail --given`).

      EXAMPLES
        energy-opt member add m05 --name "Frau Yılmaz" --address mail=yilmaz@example.org
        energy-opt member consent --confirm 3f9a0c…
        energy-opt member preferences m05 --frequency daily --neutral-subject yes
        energy-opt member list
        energy-opt member export m05 --to m05-data
        energy-opt member erase m05
      """,
    subcommands: [
      MemberAddCommand.self, MemberListCommand.self, MemberConsentCommand.self, MemberPreferencesCommand.self,
      MemberExportCommand.self, MemberEraseCommand.self,
    ])
}

/// The files of commands about people.
struct PeopleOptions: ParsableArguments {
  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("Who sends what when; beside the community's file unless told.", valueName: "summaries.yaml"))
  var summaries: String?

  func load() throws -> DeliveryFiles { try DeliveryFiles(options, summaries: summaries) }

  /// The member called `name`.
  ///
  /// - Throws: `ExitCode` 64 after telling that the community has none.
  func member(_ name: String, of community: Community) throws -> Member {
    if let member = community.members.first(where: { $0.id.text == name }) { return member }
    tell("the community has no member '\(name)'\(Spelling.hint(for: name, among: community.members.map(\.id.text).sorted()))")
    throw ExitCode(64)
  }

  /// Runs `body` on the store, opened for writing.
  func writing<Result>(_ body: (CommunityDatabase) throws -> Result) throws -> Result {
    try reportingProblems {
      let store = try CommunityDatabase(writing: options.storePath)
      let result = try body(store)
      try store.close()
      return result
    }
  }

  /// Those who are written to; only `member` where one is named.
  func recipients(_ member: Member.ID? = nil) throws -> [Recipient] {
    guard options.hasStore else { return [] }
    return try reportingProblems { try CommunityDatabase(readingOnly: options.storePath).recipients(member) }
  }

  /// `CHANNEL=ADDRESS` entries, each looked at by its channel; an empty address takes the channel away.
  ///
  /// - Throws: `ExitCode` 64 after telling what is wrong.
  func addresses(_ entries: [String], _ files: DeliveryFiles) throws -> [(channel: String, address: String)] {
    try entries.map { entry in
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        tell("--address is '\(entry)', expected a channel and an address such as mail=ann@example.org")
        throw ExitCode(64)
      }
      let address = String(parts[1].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      if !address.isEmpty, let objection = try files.objection(to: address, on: parts[0]) {
        tell("--address \(parts[0]): \(objection)")
        throw ExitCode(64)
      }
      return (parts[0], address)
    }
  }

  /// A name that may stand in a mail.
  static func name(_ text: String) throws -> String {
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || (0x80..<0xA0).contains($0.value) }) else {
      throw ValidationError("the name holds a line break or another control character; write it on one line")
    }
    return text
  }

  /// 128 random bits, hexadecimal.
  static func token() -> String {
    let number = UInt128.random(in: 0...UInt128.max)
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// How often that is.
  static func frequency(_ text: String) throws -> Frequency {
    guard let frequency = Frequency(rawValue: text) else {
      throw ValidationError("--frequency is '\(text)', expected daily, weekly or off")
    }
    return frequency
  }

  /// The purposes called so.
  static func purpose(_ text: String) throws -> ConsentPurpose {
    guard let purpose = ConsentPurpose(name: text) else {
      throw ValidationError("'\(text)' is nothing to consent to; known are channel:NAME, money, comparison, alerts")
    }
    return purpose
  }
}

/// `energy-opt member add`
struct MemberAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Enters how a member is written to, and asks for their consent with a code.")

  @OptionGroup var people: PeopleOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Option(help: ArgumentHelp("How they are greeted, as “Frau Yılmaz”.", valueName: "name"), transform: PeopleOptions.name)
  var name: String

  @Option(help: ArgumentHelp("Where a channel reaches them; once for each channel.", valueName: "channel=address"))
  var address: [String] = []

  @Option(help: "de or en.")
  var lang = "de"

  @Option(
    help: "daily, weekly or off; plant outages and a month's heat are told in any case.", transform: PeopleOptions.frequency)
  var frequency = Frequency.weekly

  @Flag(help: "A subject that tells nothing of them.")
  var neutralSubject = false

  @Option(
    help: ArgumentHelp("What else they are asked: money, comparison, alerts.", valueName: "purposes"),
    transform: { try $0.split(separator: ",").map { try PeopleOptions.purpose(String($0)) } })
  var ask: [[ConsentPurpose]] = []

  @Flag(help: "They have agreed to all of it already, as on paper: nothing is asked.")
  var given = false

  func validate() throws {
    if !["de", "en"].contains(lang) { throw ValidationError("--lang is '\(lang)', expected de or en") }
  }

  func run() throws {
    let files = try people.load()
    let member = try people.member(member, of: files.community)
    let addresses = try people.addresses(address, files)
    if try people.recipients(member.id).first != nil {
      tell("'\(member.id)' is entered already; change them with energy-opt member preferences")
      throw ExitCode(1)
    }
    let recipient = Recipient(
      member: member.id, name: name, language: lang, frequency: frequency, hasNeutralSubject: neutralSubject,
      addresses: Dictionary(addresses.filter { !$0.address.isEmpty }.map { ($0.channel, $0.address) }) { $1 })
    let purposes = recipient.addresses.keys.sorted().map { ConsentPurpose.channel($0) } + ask.flatMap(\.self)
    try people.writing { store in
      try store.keep(recipient, stopToken: PeopleOptions.token(), at: SystemTime.now())
      if given {
        let version = files.summaries.settings.consentText
        try store.give(purposes, of: member.id, textVersion: version, means: "paper", at: SystemTime.now())
        return print("\(member.id): agreed to \(purposes.map(\.name).joined(separator: ", ")), text \(version)")
      }
      guard !recipient.addresses.isEmpty else { return }
      try ConsentRequest(files: files, recipient: recipient).ask(purposes, in: store)
    }
  }
}

/// `energy-opt member preferences`
struct MemberPreferencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preferences", abstract: "Changes how often, in which language and where a member is written to.")

  @OptionGroup var people: PeopleOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Option(help: ArgumentHelp("How they are greeted.", valueName: "name"), transform: PeopleOptions.name)
  var name: String?

  @Option(help: ArgumentHelp("Where a channel reaches them; nothing behind = takes it away.", valueName: "channel=address"))
  var address: [String] = []

  @Option(help: "de or en.")
  var lang: String?

  @Option(
    help: "daily, weekly or off; plant outages and a month's heat are told in any case.", transform: PeopleOptions.frequency)
  var frequency: Frequency?

  @Option(help: "yes: a subject that tells nothing of them; no.")
  var neutralSubject: String?

  func validate() throws {
    if let lang, !["de", "en"].contains(lang) { throw ValidationError("--lang is '\(lang)', expected de or en") }
    if let neutralSubject, !["yes", "no"].contains(neutralSubject) {
      throw ValidationError("--neutral-subject is '\(neutralSubject)', expected yes or no")
    }
  }

  func run() throws {
    let files = try people.load()
    let member = try people.member(member, of: files.community)
    let addresses = try people.addresses(address, files)
    guard var recipient = try people.recipients(member.id).first else {
      tell("'\(member.id)' is not entered; begin with energy-opt member add")
      throw ExitCode(1)
    }
    let former = recipient.addresses
    recipient.name = name ?? recipient.name
    recipient.language = lang ?? recipient.language
    recipient.frequency = frequency ?? recipient.frequency
    recipient.hasNeutralSubject = neutralSubject.map { $0 == "yes" } ?? recipient.hasNeutralSubject
    for (channel, address) in addresses { recipient.addresses[channel] = address.isEmpty ? nil : address }
    let changed = recipient
    try people.writing { store in
      try store.keep(changed, stopToken: PeopleOptions.token(), at: SystemTime.now())
      // Whoever owns the new address has agreed to nothing yet.
      let new = changed.addresses.filter { former[$0.key] != $0.value }.keys.sorted().map { ConsentPurpose.channel($0) }
      try store.withdraw(
        former.filter { changed.addresses[$0.key] != $0.value }.keys.map { ConsentPurpose.channel($0) }, of: changed.member,
        at: SystemTime.now())
      if !new.isEmpty { try ConsentRequest(files: files, recipient: changed).ask(new, in: store) }
    }
    print(
      "\(member.id): \(changed.frequency.rawValue), \(changed.language), \(changed.addresses.keys.sorted().joined(separator: ", "))"
    )
  }
}

/// `energy-opt member list`
struct MemberListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Who is written to, by which channels, and what they have agreed to.")

  @OptionGroup var people: PeopleOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let community = try people.options.load().community
    let recipients = try people.recipients()
    switch output.format {
    case .json: print(JSONValue.array(recipients.map(\.json)).text())
    case .csv:
      print("member,language,frequency,channels,consents")
      for recipient in recipients {
        print(
          "\(recipient.member),\(recipient.language),\(recipient.frequency.rawValue),"
            + "\(recipient.addresses.keys.sorted().joined(separator: " ")),\(recipient.agreed.joined(separator: " "))")
      }
    case .text:
      var table = TextTable(
        columns: [.init("member"), .init("name"), .init("how often"), .init("channels"), .init("agreed to")],
        flexible: "agreed to")
      for recipient in recipients {
        let isMember = community.members.contains { $0.id == recipient.member }
        table.append([
          "\(recipient.member)\(isMember ? "" : " (left)")", "\(recipient.name)", "\(recipient.frequency.rawValue)",
          "\(recipient.addresses.keys.sorted().joined(separator: ", "))",
          "\(recipient.agreed.isEmpty ? "nothing yet" : recipient.agreed.joined(separator: ", "))",
        ])
      }
      let others = community.members.count { member in !recipients.contains { $0.member == member.id } }
      if !recipients.isEmpty { print(table.lines(width: output.lineWidth).joined(separator: "\n")) }
      print("\(recipients.count) entered, \(others) members without an entry")
    }
  }
}

extension Recipient {
  /// What they have agreed to, by name.
  var agreed: [String] { Set(consents.map(\.purpose)).filter { consents(to: $0) }.map(\.name).sorted() }

  /// For programs.
  var json: JSONValue {
    .object([
      ("member", .string(member.text)), ("name", .string(name)), ("language", .string(language)),
      ("frequency", .string(frequency.rawValue)), ("neutral_subject", .bool(hasNeutralSubject)),
      ("addresses", .object(addresses.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      (
        "consents",
        .array(
          consents.map { consent in
            .object([
              ("purpose", .string(consent.purpose.name)), ("text_version", .string(consent.textVersion)),
              ("requested", .string("\(consent.requested)")), ("given", .optional(consent.given.map { "\($0)" })),
              ("means", .optional(consent.means)), ("withdrawn", .optional(consent.withdrawn.map { "\($0)" })),
            ])
          })
      ),
    ])
  }
}
