import Foundation
import Testing

/// The mail server is aiosmtpd, the reader of mails Python's email package.
@Suite("A month's heat by mail")
struct HeatMonthTests {
  /// Six flats on a heat network, a seventh without heat, and their heat in May and April 2026 and May 2025.
  private struct Village {
    let house: WrittenHouse
    static let flats = (1...6).map { "f\($0)" }

    /// - Parameter missing: the day of May 2026 of which nothing is known.
    init(_ server: MailServer, missing day: Int? = nil) async throws {
      house = try await WrittenHouse(channels: WrittenHouse.smtp(server), entering: [])
      try house.folder.write(Self.community, to: "community.yaml")
      try house.folder.write(Self.values(missing: day), to: "heat.csv")
      try await house.expect("import", house.folder.file("heat.csv"))
      // One wants no summaries at all, one has agreed to no channel, and one has no heat.
      for member in ["f1", "f2", "f3", "d"] {
        let given = member == "f3" ? [] : ["--given"]
        let outcome = try await house.run(
          ["member", "add", member, "--name", "Ann", "--address", "mail=\(member)@example.org", "--lang", "en"]
            + ["--frequency", member == "f1" ? "off" : "weekly"] + given)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
    }

    private static var community: String {
      let people = flats.map { "  - {id: \($0), name: Flat \($0), site: house}" } + ["  - {id: d, name: Doro, site: house}"]
      let points = flats.map { "  - {id: H-\($0), site: house, member: \($0), measures: heat}" }
      return """
        version: 1
        community: {id: hollow, name: Hollow House, time_zone: Europe/Berlin}
        sites:
          - {id: house, grid_connection: {import: 50 kW, export: 50 kW}}
        members:
        \(people.joined(separator: "\n"))
        metering_points:
          - {id: ROOF, site: house, measures: generation}
          - {id: P-d, site: house, member: d, measures: consumption}
          - {id: H-wood, site: house, measures: heat}
        \(points.joined(separator: "\n"))
        heat_networks:
          - {id: net, sites: [house]}
        fuels:
          - {id: wood, price: 0.05 EUR/kWh, kind: wood_chips}
        assets:
          - id: boiler
            kind: boiler
            site: house
            metering_point: H-wood
            heat_network: net
            fuel: wood
            heat_power: 50 kW
            efficiency: 90 %
        sharing: {rule: dynamic}

        """
    }

    /// Wh a quarter hour: the first flat 100 in May 2026, 200 in April, 125 in May 2025; the others 100 always; the boiler 1000.
    private static func values(missing: Int?) -> String {
      let formatter = ISO8601DateFormatter()
      var lines = ["time,H-wood.heat_energy [Wh]," + flats.map { "H-\($0).heat_energy [Wh]" }.joined(separator: ",")]
      // 1 May 2025, 1 April and 1 May 2026, midnight in Berlin, with how many days follow.
      for (start, days, first) in [(1_746_050_400.0, 31, 125), (1_774_994_400, 30, 200), (1_777_586_400, 31, 100)] {
        for quarter in 0..<(days * 24 * 4) where !(first == 100 && quarter / (24 * 4) + 1 == missing) {
          let time = formatter.string(from: Date(timeIntervalSince1970: start + Double(quarter) * 900))
          lines.append("\(time),1000,\(first),100,100,100,100,100")
        }
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private func text(_ mail: MailServer.Mail) -> String {
    (mail.body.parts.flatMap(\.parts) + mail.body.parts).compactMap(\.text).joined()
  }

  /// The mails that tell a month's heat, not a week's.
  private func heat(_ server: MailServer) async throws -> [MailServer.Mail] {
    try await server.mails().filter { $0.headers["subject"]?.contains("heat in May") == true }
  }

  @Test("goes once to who has heat and a channel, whatever they chose to hear, and not to others")
  func sent() async throws {
    let server = try await MailServer()
    let village = try await Village(server)
    let run = try await village.house.run("summary", "run", "--day", "2026-05-31", "--once")
    #expect(
      run.status == 0 && run.output.contains("2026-05: heat information, 2 new in the outbox"), "\(run.output)\(run.errors)")
    // f3 to f6 have heat, and nobody may write to them.
    #expect(run.errors.contains("4 members have a heat meter and have agreed to no channel"), "\(run.errors)")
    let mails = try await heat(server)
    #expect(Set(mails.flatMap(\.envelopeTo)) == ["f1@example.org", "f2@example.org"])
    let mail = try #require(mails.first { $0.envelopeTo == ["f1@example.org"] })
    // 31 days of 24 h of 4 x 100 Wh are 297.6 kWh; 30 days of 4 x 200 are 576; 31 of 4 x 125 are 372: a fifth less.
    #expect(mail.headers["subject"] == "298 kWh of heat in May 2026")
    let words = text(mail)
    for part in ["576 kWh", "372 kWh", "20 % less than in May 2025", "(of 6 households)", "wood chips 100 %"] {
      #expect(words.contains(part), "\(part) is not in \(words)")
    }
    #expect(mail.body.parts.contains { $0.png })
    for day in ["2026-05-31", "2026-06-01", "2026-06-06"] {
      try await village.house.expect("summary", "run", "--day", day, "--once")
    }
    #expect(try await heat(server).count == 2)
    #expect(try await village.house.expect("summary", "outbox", "--day", "2026-05-31").contains("heat"))
  }

  @Test("waits for the last day's values, until the 3rd; then it says what is missing")
  func waiting() async throws {
    let server = try await MailServer()
    let village = try await Village(server, missing: 31)
    for day in ["2026-05-31", "2026-06-01"] {
      let run = try await village.house.expect("summary", "run", "--day", day, "--once")
      #expect(run.contains("2026-05: heat information waits"), "\(run)")
    }
    #expect(try await heat(server).isEmpty)
    let run = try await village.house.expect("summary", "run", "--day", "2026-06-02", "--once")
    #expect(run.contains("2026-05: heat information, 2 new"), "\(run)")
    let mail = try #require(try await server.mails().first { $0.headers["subject"] == "Your heat in May 2026" })
    // One day of 31 is missing.
    #expect(text(mail).contains("as far as we know") && text(mail).contains("24 hours missing"), "\(text(mail))")
  }

  @Test("is shown in every form, sent anew on purpose, and refused to who has no heat meter")
  func shown() async throws {
    let server = try await MailServer()
    let village = try await Village(server)
    let show = ["summary", "show", "--month", "2026-05"]
    let json = try await village.house.run(show + ["--member", "f2", "--format", "json"])
    #expect(json.status == 0 && json.output.contains(#""kind": "heat_month""#), "\(json.output)\(json.errors)")
    #expect(json.output.contains(#""energy_kwh": 297.6"#))
    let folder = village.house.folder.file("preview")
    let all = try await village.house.run(show + ["--all", "--output", folder])
    #expect(all.output.contains("6 summaries of 2026-05"), "\(all.output)\(all.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(folder)/f4.png"))
    let other = try await village.house.run(show + ["--member", "d"])
    #expect(other.status == 64 && other.errors.contains("has no heat meter"), "\(other.errors)")
    let wrong = try await village.house.run(["summary", "show", "--member", "f1", "--month", "2026-5"])
    #expect(wrong.status == 64 && wrong.errors.contains("expected a month such as 2016-06"), "\(wrong.errors)")
    try await village.house.expect("summary", "send", "--member", "f1", "--month", "2026-05")
    #expect(try await server.mails().map { $0.headers["subject"] } == ["298 kWh of heat in May 2026"])
    let refused = try await village.house.run("summary", "send", "--member", "f3", "--month", "2026-05")
    #expect(refused.status == 1 && refused.errors.contains("has not consented"), "\(refused.errors)")
  }
}
