import Foundation
import Testing

@Suite("The reference community's summaries")
struct SummaryTests {
  private struct Summary: Decodable {
    struct Electricity: Decodable {
      let knownQuarterHours: Int
      let usedKwh: Decimal
      let ownKwh: Decimal
      let boughtKwh: Decimal
    }

    let schemaVersion: Int
    let kind: String
    let ownPower: String
    let electricity: Electricity
  }

  private struct Shares: Decodable {
    struct Sums: Decodable {
      struct Member: Decodable {
        let memberId: String
        let ownKwh: Decimal
      }

      let members: [Member]
    }

    let shares: Sums
  }

  private func imported() async throws -> CommunityCopy {
    let community = try CommunityCopy()
    #expect(try await community.energyOpt("import", community.path("history.csv")).status == 0)
    return community
  }

  private func summary(_ community: CommunityCopy, _ arguments: String...) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["summary"] + arguments + ["-c", community.file]).end()
  }

  @Test("tell what the meter's rows add up to, and what sharing gave")
  func figures() async throws {
    let community = try await imported()
    let day = "2016-06-24"
    let told = try Summary.read(
      try await summary(community, "show", "--member", "m06", "--day", day, "--format", "json").output)
    let table = try CSVTable(Checkout.text(community.path("history.csv")))
    let column = try table.column("B06-GRID.energy_import [Wh]")
    let rows = table.rows.filter { ("2016-06-23T22:00:00Z"..<"2016-06-24T22:00:00Z").contains($0[0]) }
    let used = rows.reduce(Int64(0)) { $0 + (Int64($1[column]) ?? 0) }
    #expect((told.schemaVersion, told.kind, told.ownPower) == (1, "summary", "sun"))
    #expect(told.electricity.knownQuarterHours == rows.count)
    #expect(told.electricity.usedKwh == Decimal(used) / 1000)
    #expect(told.electricity.usedKwh == told.electricity.ownKwh + told.electricity.boughtKwh)
    let shares = try Shares.read(try await community.energyOpt("share", "--day", day, "--format", "json").output)
    #expect(told.electricity.ownKwh == shares.shares.members.first { $0.memberId == "m06" }?.ownKwh)
  }

  private struct Week: Decodable {
    struct Day: Decodable {
      let day: String
      let electricity: Summary.Electricity
    }

    let kind: String
    let firstDay: String
    let lastDay: String
    let electricity: Summary.Electricity
    let days: [Day]
  }

  @Test("of a week are the sum of its days, which are what the meter's rows add up to")
  func week() async throws {
    let community = try await imported()
    // 24 June 2016 is a Friday.
    let told = try Week.read(
      try await summary(community, "show", "--member", "m06", "--week", "2016-06-24", "--format", "json").output)
    #expect((told.kind, told.firstDay, told.lastDay) == ("week_summary", "2016-06-20", "2016-06-26"))
    let table = try CSVTable(Checkout.text(community.path("history.csv")))
    let column = try table.column("B06-GRID.energy_import [Wh]")
    let rows = table.rows.filter { ("2016-06-19T22:00:00Z"..<"2016-06-26T22:00:00Z").contains($0[0]) }
    #expect(told.electricity.usedKwh == Decimal(rows.reduce(Int64(0)) { $0 + (Int64($1[column]) ?? 0) }) / 1000)
    #expect(told.electricity.usedKwh == told.days.reduce(0) { $0 + $1.electricity.usedKwh })
    #expect(told.electricity.ownKwh == told.days.reduce(0) { $0 + $1.electricity.ownKwh })
    let both = try await summary(community, "show", "--member", "m06", "--week", "2016-06-24", "--day", "2016-06-24")
    #expect(both.status == 64 && both.errors.contains("--day yyyy-mm-dd, --week yyyy-mm-dd or --month yyyy-mm"))
  }

  @Test("are written in every form, with a picture, and nobody else's name is in them")
  func forms() async throws {
    let community = try await imported()
    let show = try await summary(
      community, "show", "--all", "--day", "2016-06-24", "--lang", "de", "--output", community.path("preview"))
    #expect(show.status == 0 && show.output.hasPrefix("13 summaries"))
    let text = try Checkout.text(community.path("preview/m06.txt"))
    #expect(text.contains("Guten Morgen") && text.contains("keine Rechnung") && !text.contains("Josef Thielen"))
    let picture = try Data(contentsOf: URL(filePath: community.path("preview/m06.png")))
    #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) && picture.count < 100_000)
    let board = try await summary(community, "board", "--week", "2016-06-24", "--format", "html")
    #expect(board.status == 0 && board.output.contains("@page{size:A4"))
    let calendar = try await summary(community, "calendar", "--day", "2016-06-24")
    #expect(calendar.status == 0 && calendar.output.hasPrefix("BEGIN:VCALENDAR\r\n"))
  }

  @Test("of somebody who is no member are refused with the nearest name")
  func unknownMember() async throws {
    let community = try await imported()
    let show = try await summary(community, "show", "--member", "m66", "--day", "2016-06-24")
    #expect(show.status == 64 && show.errors.contains("'m66' was no member"))
  }
}
