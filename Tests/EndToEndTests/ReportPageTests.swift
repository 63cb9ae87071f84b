import Foundation
import Testing

@Suite("The reference community's report as a page")
struct ReportPageTests {
  /// Reports of a day by quarter hour, a week and a month by day.
  private static let periods = [["--day", "2016-06-20"], ["--week", "2016-06-20"], ["--month", "2016-06"]]

  @Test(
    "fits a telephone, a desk and paper, can be read in the light and in the dark, has words for each picture, and refers to nothing",
    .enabled(if: PageCheck.isThere, .init(rawValue: PageCheck.absence)))
  func page() async throws {
    let community = try CommunityCopy()
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    for (number, period) in Self.periods.enumerated() {
      for language in number == 0 ? ["de", "en"] : ["de"] {
        let page = try await community.report(period + ["--format", "html", "--lang", language])
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.output.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(language)\">"))
        let file = community.path("report-\(number)-\(language).html")
        try page.output.write(toFile: file, atomically: true, encoding: .utf8)
        for scheme in number == 0 ? ["light", "dark"] : ["light"] {
          let check = try await PageCheck.look(at: file, isSelfContained: true, scheme: scheme)
          #expect(check.findings.isEmpty, "\(period) \(language) \(scheme): \(check.findings.joined(separator: "\n"))")
          #expect((1...40).contains(check.pages), "\(check.pages) sheets of paper")
        }
      }
    }
  }

  @Test("shows the figures that its Markdown has")
  func sameFigures() async throws {
    let community = try CommunityCopy()
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    let page = try await community.report(["--day", "2016-06-20", "--format", "html"]).output
    let markdown = try await community.report(["--day", "2016-06-20", "--format", "md"]).output
    let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") && !$0.hasPrefix("|:") && !$0.hasPrefix("| figure") }
    #expect(rows.count > 20)
    for row in rows {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map {
        $0.trimmingCharacters(in: .whitespaces).replacing("&", with: "&amp;").replacing("'", with: "&#39;")
      }
      let name = cells[0]
      guard !name.isEmpty, !name.allSatisfy({ "-: ".contains($0) }) else { continue }
      let place = try #require(page.range(of: "\(name)</th>"), "\(name)")
      #expect(page[place.upperBound...].prefix(400).contains(cells[1]) || page.contains(">\(cells[1])<"), "\(name): \(cells[1])")
    }
  }

  @Test("is drawn in characters within the width, without colours in a file")
  func plot() async throws {
    let community = try CommunityCopy()
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    for width in [60, 80] {
      let text = try await community.report(["--day", "2016-06-20", "--plot", "--width", "\(width)"])
      #expect(text.status == 0, "\(text.errors)")
      #expect(text.output.contains("Where electricity came from"))
      #expect(text.output.contains("████") && text.output.contains("//"))
      #expect(!text.output.contains("\u{1B}"))
      let drawn = text.output.components(separatedBy: "Where electricity came from").last ?? ""
      for line in drawn.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
    #expect(try await community.report(["--day", "2016-06-20", "--plot", "--format", "json"]).status == 64)
  }
}

extension CommunityCopy {
  /// Runs `energy-opt report`.
  fileprivate func report(_ arguments: [String]) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["report", "-c", file] + arguments).end()
  }
}
