public import CommunityModel
import MarketTime
public import Messages
import Quantities
import Yams

/// What a community has decided on its summaries and how they go out, as `summaries.yaml` beside its file describes it, checked.
///
/// The format is specified in `docs/formats/summaries.md`.
public struct SummariesFile: Sendable, Equatable {
  /// What is in a summary, and when it comes.
  public let settings: SummarySettings
  /// How it goes out.
  public let delivery: DeliverySettings

  /// Reads and checks the file at `path` against the community's.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String, of community: Community) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path, of: community)
  }

  /// Reads and checks `bytes`; `file` names them in messages, and folders and files in it are found from where it lies.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String, of community: Community) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    let fields = Fields(root, subject: "the file", problems: problems)
    try FileVersion.check(fields)
    let reader = SummariesReader(root: fields, problems: problems, folder: Self.folder(of: file))
    (settings, delivery) = reader.read(of: community)
    try problems.throwIfAny()
  }

  private static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "" }
    return String(file[...slash])
  }
}

/// Walks through a file of summaries.
struct SummariesReader {
  let root: Fields
  let problems: ProblemList
  /// Where relative paths begin, with a slash at the end.
  let folder: String

  func read(of community: Community) -> (SummarySettings, DeliverySettings) {
    if let name = root.text("community", expected: "the id of the community"), name != community.id.text {
      problems.add(
        "these are the summaries of '\(name)', but the community is '\(community.id)'; take this community's file",
        at: root.node("community")?.mark)
    }
    let decided = settings(of: community)
    let ways = delivery()
    root.finish()
    return (decided, ways)
  }

  private func settings(of community: Community) -> SummarySettings {
    SummarySettings(
      organisation: root.text("organisation", default: community.name) ?? community.name, contact: root.optionalText("contact"),
      formality: root.choice("tone", default: .formal) ?? .formal, link: page("link"),
      houseQuietHours: hours("house_quiet_hours"), quietHours: hours("quiet_hours"), sendAt: time("send_at", usually: "07:00"),
      coverage: root.optionalQuantity("coverage", in: Fraction.zero...Fraction.one, like: "98 %") ?? Fraction(0.98),
      waitUntil: time("wait_until", usually: "10:00"), whenIncomplete: root.choice("when_incomplete", default: .send) ?? .send,
      weeklyOn: weekday("weekly_on"), consentText: root.text("consent_text", default: "1") ?? "1", heatUser: heatUser(),
      publicPage: page("public_page"))
  }

  private enum MonthName: String, CaseIterable {
    case january, february, march, april, may, june, july, august, september, october, november, december
  }

  private func heatUser() -> AverageHeatUser? {
    guard let fields = root.fields("average_heat_user") else { return nil }
    let source = fields.text("source", expected: "who says so, such as Heizspiegel 2026")
    let months = MonthName.allCases.compactMap {
      fields.quantity($0.rawValue, in: Energy.zero...Energy(kilowattHours: 1_000_000), like: "640 kWh")
    }
    fields.finish()
    return source.flatMap { AverageHeatUser(source: $0, months: months) }
  }

  private func time(_ key: String, usually usual: String) -> LocalTime {
    (root.has(key) ? root.time(key) : LocalTime(iso8601: usual)) ?? .midnight
  }

  private func hours(_ key: String) -> DailyHours? {
    guard let fields = root.fields(key) else { return nil }
    let (from, until) = (fields.time("from"), fields.time("until"))
    fields.finish()
    guard let from, let until else { return nil }
    return DailyHours(from: from, until: until)
  }

  private enum DayName: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
  }

  private func weekday(_ key: String) -> Weekday {
    let name = root.choice(key, default: DayName.monday) ?? .monday
    return DayName.allCases.firstIndex(of: name).flatMap { Weekday(rawValue: $0) } ?? .monday
  }

  // MARK: - Delivery

  private func delivery() -> DeliverySettings {
    let from = root.fields("sender").flatMap { sender($0) }
    var channels: [ChannelSettings] = []
    for node in root.list("channels") {
      guard let channel = ChannelEntry(node, problems: problems, folder: folder).channel else { continue }
      if channels.contains(where: { $0.id == channel.id }) {
        problems.add("the channel '\(channel.id)' stands twice; give each its own id", at: node.mark)
      }
      if channel.isMail, !root.has("sender") {
        problems.add("channel '\(channel.id)' sends mails, but nobody is named that they come from: add 'sender'", at: node.mark)
      }
      channels.append(channel)
    }
    return DeliverySettings(sender: from, confirmPage: page("confirm_page"), retry: retryRule(), channels: channels)
  }

  private func sender(_ fields: Fields) -> MailSender? {
    let name = fields.text("name", expected: "the sender's name")
    let from = mailAddress(fields, "address", isNeeded: true)
    let replyTo = mailAddress(fields, "reply_to")
    let stopAddress = mailAddress(fields, "stop_address")
    let listID = fields.optionalText("list_id")
    let stopPage = page("stop_page", of: fields)
    fields.finish()
    guard let name, let from else { return nil }
    return MailSender(
      name: name, address: from, replyTo: replyTo, listID: listID, stopPage: stopPage, stopAddress: stopAddress)
  }

  private func mailAddress(_ fields: Fields, _ key: String, isNeeded: Bool = false) -> MailAddress? {
    guard isNeeded || fields.has(key), let text = fields.text(key, expected: "a mail address such as ann@example.org") else {
      return nil
    }
    do {
      return try MailAddress(text)
    } catch {
      problems.add("'\(key)': \(error)", at: fields.node(key)?.mark)
      return nil
    }
  }

  private func page(_ key: String, of fields: Fields? = nil) -> String? {
    let fields = fields ?? root
    guard let text = fields.optionalText(key) else { return nil }
    if text.hasPrefix("https://"), !text.contains(where: { " <>,".contains($0) }), text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text
    }
    problems.add("'\(key)' is '\(text)', it must be an address that begins with https://", at: fields.node(key)?.mark)
    return nil
  }

  private func retryRule() -> RetryRule {
    guard let fields = root.fields("retries") else { return .usual }
    let usual = RetryRule.usual
    let range = Duration.seconds(1)...Duration.seconds(7 * 86_400)
    let rule = RetryRule(
      first: fields.duration("first", default: usual.first, in: range, like: "2 min") ?? usual.first,
      longest: fields.duration("longest", default: usual.longest, in: range, like: "1 h") ?? usual.longest,
      expiry: fields.duration("expiry", default: usual.expiry, in: range, like: "24 h") ?? usual.expiry)
    fields.finish()
    return rule
  }
}
