import ArgumentParser
import ChartImages
import Charts
import CommunityModel
import Console
import EnergySharing
import Foundation
import MarketTime
import Reporting
import Summaries

/// `energy-opt summary show`
struct SummaryShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "What a member would be told of a day, a week or a month's heat, in every form; sends nothing.",
    discussion: """
      A day is told to who wants one summary a day, a week to who wants one a week,
      a month's heat to everybody who has a heat meter.

      EXAMPLES
        energy-opt summary show --member m05 --day 2016-06-28
        energy-opt summary show --member m05 --week 2016-06-28 --picture week.png
        energy-opt summary show --member m05 --month 2016-06
      """)

  /// A form of a summary.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, html, chat, json
  }

  /// How many summaries of all are held at once.
  private static let drawnAtOnce = 32

  @OptionGroup var files: SummaryOptions

  @Option(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String?

  @Flag(help: "Every member: text, HTML and picture of each into the folder of --output.")
  var all = false

  @OptionGroup var time: ToldTimeOptions

  @Option(help: "text, html or chat for people, json for programs.")
  var format = Format.text

  @Option(help: ArgumentHelp("Write the picture to this file, as PNG.", valueName: "file"))
  var picture: String?

  @Option(help: ArgumentHelp("The folder that --all writes to.", valueName: "folder"))
  var output: String?

  func validate() throws {
    guard (member != nil) != all else { throw ValidationError("say whose: --member or --all") }
    if all, output == nil { throw ValidationError("--all needs a folder: --output preview") }
    if !all, output != nil { throw ValidationError("--output goes with --all; send the text of one member to a file with >") }
  }

  /// What all are told of one time.
  private struct Told {
    let style: SummaryStyle
    let members: [Member.ID]
    /// What a member is told, and its JSON; nil for who is told nothing.
    let summary: (Member.ID) -> (rendered: RenderedSummary, json: String)?
  }

  func run() throws {
    let told = try time.month.map(heat) ?? days()
    if all { return try writeAll(told) }
    let name = member ?? ""
    guard let (rendered, json) = told.summary(Member.ID(name)) else {
      let meter = time.month == nil ? "meter" : "heat meter"
      tell(
        "'\(name)' was no member \(time.words), or has no \(meter)\(Spelling.hint(for: name, among: told.members.map(\.text)))")
      throw ExitCode(64)
    }
    switch format {
    case .text: print("\(rendered.subject)\n\n\(rendered.text)", terminator: "")
    case .html: print(rendered.html, terminator: "")
    case .chat: print(rendered.chat)
    case .json: print(json, terminator: "")
    }
    if let picture {
      guard let drawn = rendered.picture else {
        tell("there is no picture: nothing is known of \(time.name), or nothing was used")
        throw ExitCode(1)
      }
      for image in try pngs(of: [drawn]) { try write(image, to: picture) }
    }
  }

  private func days() throws -> Told {
    let days = time.days(weeklyOn: time.week == nil ? .monday : try files.weeklyOn())
    let sources = try files.sources(for: days)
    let summaries = try reportingSharing { try MemberSummaries(of: days, from: sources) }
    let style = try files.style(of: sources.community)
    return Told(style: style, members: summaries.members.map(\.id)) { member in
      summaries.summary(of: member).map { ($0.rendered(style), $0.json()) }
    }
  }

  private func heat(of month: LocalMonth) throws -> Told {
    let sources = try files.heat(of: month)
    let months = HeatMonths(from: sources)
    let style = try files.style(of: sources.community)
    return Told(style: style, members: months.members) { member in
      months.month(of: member).map { ($0.rendered(style), $0.json()) }
    }
  }

  private func pngs(of pictures: [Picture]) throws -> [Data] {
    do {
      return try PictureEncoder().pngs(of: pictures.map { ($0.svg(.light), $0.width * 3 / 2) }).map { Data($0) }
    } catch {
      tell("a picture cannot be drawn: \(error)")
      throw ExitCode(1)
    }
  }

  private func write(_ data: Data, to path: String) throws {
    do { try data.write(to: URL(filePath: path)) } catch {
      tell("\(path) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  private func writeAll(_ told: Told) throws {
    let folder = output ?? "."
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      tell("\(folder) cannot be made: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    // A few at a time: drawn on all cores, and never all in memory.
    var left = told.members[...]
    while !left.isEmpty {
      let written = left.prefix(Self.drawnAtOnce).compactMap { member in
        told.summary(member).map { (member, $0.rendered) }
      }
      left = left.dropFirst(Self.drawnAtOnce)
      let pictures = try pngs(of: written.compactMap { $0.1.picture })
      var next = pictures.makeIterator()
      for (member, rendered) in written {
        let image = rendered.picture == nil ? nil : next.next()
        try write(rendered, of: member, image, into: folder)
      }
    }
    print("\(told.members.count) summaries of \(time.name) in \(folder)")
  }

  /// Text, page and picture of `member`.
  private func write(_ rendered: RenderedSummary, of member: Member.ID, _ image: Data?, into folder: String) throws {
    try write(Data("\(rendered.subject)\n\n\(rendered.text)".utf8), to: "\(folder)/\(member).txt")
    var html = rendered.html
    if let image {
      try write(image, to: "\(folder)/\(member).png")
      // A browser finds the picture beside the page, as a mail program finds it within the mail.
      html = html.replacing("cid:\(rendered.contentID)", with: "\(member).png")
    }
    try write(Data(html.utf8), to: "\(folder)/\(member).html")
  }
}

/// Runs `body`; what cannot be shared is told on standard error, with exit status 3 for an agreement and 1 for a broken share.
func reportingSharing<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as SharingError {
    tell("\(error)")
    if case .violation = error { throw ExitCode(1) }
    throw ExitCode(3)
  }
}
