import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Messages
import SQLiteStore

/// `energy-opt summary outbox`
struct SummaryOutboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What is waiting, has gone, has failed: for each member, day and channel.",
    discussion: """
      Messages are kept for 30 days, these lines for 12 months.

      EXAMPLES
        energy-opt summary outbox --state failed
        energy-opt summary outbox --member m05 --format json
        energy-opt summary outbox --bounces /var/mail/bounces/new/*
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("Only of this member.", valueName: "member"))
  var member: String?

  @Option(help: ArgumentHelp("Only of this local day.", valueName: "yyyy-mm-dd"), transform: SummaryOptions.day)
  var day: LocalDay?

  @Option(help: "Only in this state: waiting, sending, sent, failed, bounced, withdrawn.", transform: Self.state)
  var state: DeliveryState?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Mails that came back: notes whose, and shows these. An address that came back three times is not used.", valueName: "files"
    ))
  var bounces: [String] = []

  @OptionGroup var output: OutputOptions

  private static func state(_ text: String) throws -> DeliveryState {
    guard let state = DeliveryState(rawValue: text) else {
      throw ValidationError("--state is '\(text)'\(Spelling.hint(for: text, among: DeliveryState.allCases.map(\.rawValue)))")
    }
    return state
  }

  func run() throws {
    if !bounces.isEmpty { return try noteBounces() }
    let entries = try reportingProblems {
      guard options.hasStore else { return [OutboxEntry]() }
      return try CommunityDatabase(readingOnly: options.storePath).outbox(of: member.map { Member.ID($0) }, day: day)
    }
    let shown = entries.filter { state == nil || $0.state == state }
    switch output.format {
    case .text: show(shown)
    case .json: print(JSONValue.array(shown.map(\.json)).text())
    case .csv:
      print("member,day,channel,kind,copy,state,attempts,doubtful,created,due,changed")
      for entry in shown {
        let key = entry.key
        print(
          "\(key.member),\(key.day),\(key.channel),\(key.kind.rawValue),\(key.copy),\(entry.state.rawValue),\(entry.attempts),"
            + "\(entry.doubtful),\(entry.created),\(entry.due.map { "\($0)" } ?? ""),\(entry.changed)")
      }
    }
  }

  private func show(_ entries: [OutboxEntry]) {
    let counts = DeliveryState.allCases.compactMap { state in
      let count = entries.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    print(counts.isEmpty ? "the outbox is empty" : counts.joined(separator: ", "))
    var table = TextTable(
      columns: [
        .init("day"), .init("member"), .init("channel"), .init("what"), .init("state"), .init("tries", .right), .init("answer"),
      ],
      flexible: "answer")
    for entry in entries {
      table.append([
        "\(entry.key.day)", "\(entry.key.member)", "\(entry.key.channel)",
        "\(entry.key.kind.rawValue)\(entry.key.copy > 0 ? " \(entry.key.copy + 1)" : "")",
        "\(entry.state.rawValue)\(entry.doubtful > 0 ? ", perhaps twice" : "")", "\(entry.attempts)",
        "\(entry.result ?? entry.due.map { "due \($0)" } ?? "")",
      ])
    }
    if !entries.isEmpty { print(table.lines(width: output.lineWidth).joined(separator: "\n")) }
  }

  private func noteBounces() throws {
    let files = try DeliveryFiles(options, summaries: nil)
    guard let domain = files.summaries.delivery.sender?.address.domain else {
      tell("\(files.path): nobody is named that mails come from: add 'sender'")
      throw ExitCode(3)
    }
    try reportingProblems {
      let store = try CommunityDatabase(writing: options.storePath)
      for path in bounces {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        guard let text, let notice = BounceNotice(mail: text, domain: domain) else {
          tell("\(path): no notice of a mail of ours that has failed")
          continue
        }
        for mark in notice.marks {
          let member = try store.noteBounce(
            mark: mark, isPermanent: notice.isPermanent, reason: notice.reason, at: SystemTime.now())
          print("\(path): \(member.map { "to \($0), \(notice.reason)" } ?? "not in the outbox")")
        }
      }
      try store.close()
    }
  }
}

extension OutboxEntry {
  /// For programs.
  var json: JSONValue {
    .object([
      ("member", .string(key.member.text)), ("day", .string("\(key.day)")), ("channel", .string(key.channel)),
      ("kind", .string(key.kind.rawValue)), ("copy", .integer(key.copy)), ("mark", .string(mark)),
      ("state", .string(state.rawValue)),
      ("attempts", .integer(attempts)), ("doubtful", .integer(doubtful)), ("created", .string("\(created)")),
      ("due", .optional(due.map { "\($0)" })), ("changed", .string("\(changed)")), ("result", .optional(result)),
    ])
  }
}
