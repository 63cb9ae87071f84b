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
    commandName: "show", abstract: "What a member would be told of a day or a week, in every form; sends nothing.",
    discussion: """
      A day is told to who wants one summary a day, a week to who wants one a week.

      EXAMPLES
        energy-opt summary show --member m05 --day 2016-06-28
        energy-opt summary show --member m05 --week 2016-06-28 --picture week.png
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

  func run() throws {
    let days = time.days(weeklyOn: time.week == nil ? .monday : try files.weeklyOn())
    let sources = try files.sources(for: days)
    let summaries = try reportingSharing { try MemberSummaries(of: days, from: sources) }
    let style = try files.style(of: sources.community)
    if all { return try writeAll(summaries, style) }
    let name = member ?? ""
    guard let summary = summaries.summary(of: Member.ID(name)) else {
      let known = summaries.members.map(\.id.text)
      tell("'\(name)' was no member \(time.words), or has no meter\(Spelling.hint(for: name, among: known))")
      throw ExitCode(64)
    }
    let rendered = summary.rendered(style)
    switch format {
    case .text: print("\(rendered.subject)\n\n\(rendered.text)", terminator: "")
    case .html: print(rendered.html, terminator: "")
    case .chat: print(rendered.chat)
    case .json: print(summary.json(), terminator: "")
    }
    if let picture {
      guard let drawn = rendered.picture else {
        tell("there is no picture: nothing is known of the \(time.week == nil ? "day" : "week"), or nothing was used")
        throw ExitCode(1)
      }
      for image in try pngs(of: [drawn]) { try write(image, to: picture) }
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

  private func writeAll(_ summaries: MemberSummaries, _ style: SummaryStyle) throws {
    let folder = output ?? "."
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      tell("\(folder) cannot be made: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    // A few at a time: drawn on all cores, and never all in memory.
    var left = summaries.members[...]
    while !left.isEmpty {
      let written = left.prefix(Self.drawnAtOnce).compactMap { member in
        summaries.summary(of: member.id).map { (member.id, $0.rendered(style)) }
      }
      left = left.dropFirst(Self.drawnAtOnce)
      let pictures = try pngs(of: written.compactMap { $0.1.picture })
      var next = pictures.makeIterator()
      for (member, rendered) in written {
        let image = rendered.picture == nil ? nil : next.next()
        try write(rendered, of: member, image, into: folder)
      }
    }
    print(
      "\(summaries.members.count) summaries of \(time.week.map { "the week of \($0)" } ?? "\(summaries.days.lowerBound)") in \(folder)"
    )
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
