import CommunityModel
import MarketTime
import Messages
import Testing

@Suite("When and to whom a message goes")
struct OutboxRulesTests {
  private let key = DeliveryKey(member: "m05", day: LocalDay(number: 20_622), channel: "mail", kind: .summary)

  @Test("a delivery has the same mark each time, and another one for each other delivery")
  func marks() {
    let mark = key.mark(in: "hollow")
    #expect(mark == key.mark(in: "hollow") && mark.count == 32 && mark.allSatisfy(\.isHexDigit))
    let others = [
      DeliveryKey(member: "m06", day: key.day, channel: "mail", kind: .summary),
      DeliveryKey(member: "m05", day: key.day.advanced(by: 1), channel: "mail", kind: .summary),
      DeliveryKey(member: "m05", day: key.day, channel: "chat", kind: .summary),
      DeliveryKey(member: "m05", day: key.day, channel: "mail", kind: .outage),
      DeliveryKey(member: "m05", day: key.day, channel: "mail", kind: .summary, copy: 1),
    ]
    #expect(Set(others.map { $0.mark(in: "hollow") } + [mark, key.mark(in: "other")]).count == 7)
    #expect(!mark.contains("m05"))
  }

  @Test("4xx of a mail server passes, 5xx stays, a refused login is about the channel and not about the member")
  func replies() {
    #expect(DeliveryResult.smtp(code: 250, "ok") == .delivered("ok"))
    #expect(DeliveryResult.smtp(code: 451, "later") == .passing("later"))
    #expect(DeliveryResult.smtp(code: 550, "no such user") == .permanent("no such user"))
    #expect(DeliveryResult.smtp(code: 535, "bad password") == .channelDown("bad password"))
    #expect(DeliveryResult.smtp(code: 421, "closing") == .channelDown("closing"))
    #expect(DeliveryResult.http(status: 200, "") == .delivered(""))
    #expect(DeliveryResult.http(status: 429, "", after: .seconds(7)) == .passing("", after: .seconds(7)))
    #expect(DeliveryResult.http(status: 503, "") == .passing(""))
    #expect(DeliveryResult.http(status: 404, "") == .permanent(""))
    #expect(DeliveryResult.http(status: 401, "") == .channelDown(""))
    #expect(DeliveryResult.http(status: 403, "", refusesRecipient: true) == .permanent(""))
  }

  @Test("waits longer after each attempt, up to the longest, and gives up when the news is old")
  func retries() {
    let rule = RetryRule(first: .seconds(120), longest: .seconds(3600), expiry: .seconds(86_400))
    // A mark of zeros spreads by nothing; 2, 4, 8, 16, 32 min, then an hour.
    let none = String(repeating: "0", count: 32)
    #expect((1...7).map { rule.wait(after: $0, mark: none) } == [120, 240, 480, 960, 1920, 3600, 3600].map { .seconds($0) })
    // ff of ff ff: 255/256 of a quarter of 120 s is 29.88 s.
    #expect(rule.wait(after: 1, mark: "00ff") == .milliseconds(149_882) + .microseconds(812) + .nanoseconds(500))
    let start = Timestamp(milliseconds: 0)
    func next(_ result: DeliveryResult, _ attempts: Int, _ seconds: Int) -> (state: DeliveryState, due: Timestamp?) {
      rule.next(after: result, attempts: attempts, created: start, now: start + .seconds(seconds), mark: none)
    }
    #expect(next(.passing("x"), 1, 0) == (.waiting, start + .seconds(120)))
    #expect(next(.passing("x", after: .seconds(900)), 1, 0) == (.waiting, start + .seconds(900)))
    #expect(next(.doubtful("x"), 1, 0).state == .waiting)
    #expect(next(.channelDown("x"), 3, 0) == (.waiting, start + .seconds(480)))
    #expect(next(.permanent("x"), 1, 0) == (.failed, nil))
    #expect(next(.delivered("x"), 1, 0) == (.sent, nil))
    #expect(next(.passing("x"), 30, 86_000) == (.failed, nil))
  }

  @Test("nothing goes out in quiet hours, also over midnight and where clocks change")
  func quietHours() throws {
    let berlin = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let hours = DailyHours(from: try #require(LocalTime(iso8601: "21:00")), until: try #require(LocalTime(iso8601: "07:00")))
    func end(_ instant: String) throws -> String {
      "\(hours.end(for: try #require(Timestamp(iso8601: instant)), in: berlin))"
    }
    #expect(try end("2026-06-18T12:00:00+02:00") == "2026-06-18T10:00:00Z")
    #expect(try end("2026-06-18T21:00:00+02:00") == "2026-06-19T05:00:00Z")
    #expect(try end("2026-06-19T06:59:00+02:00") == "2026-06-19T05:00:00Z")
    #expect(try end("2026-06-19T07:00:00+02:00") == "2026-06-19T05:00:00Z")
    // Clocks are set forward in the night to 29 March: 07:00 is 05:00 UTC, one hour earlier than the day before.
    #expect(try end("2026-03-28T22:00:00+01:00") == "2026-03-29T05:00:00Z")
    let noon = try #require(LocalTime(iso8601: "12:00"))
    #expect(!DailyHours(from: noon, until: noon).contains(noon))
  }

  @Test("a summary needs consent to its channel and the chosen frequency; an outage is told in any case")
  func consents() {
    func consent(_ purpose: ConsentPurpose, given: Bool = true, withdrawn: Bool = false) -> Consent {
      let time = Timestamp(milliseconds: 1)
      return Consent(
        member: "m05", purpose: purpose, textVersion: "1", requested: time, given: given ? time : nil,
        withdrawn: withdrawn ? time : nil)
    }
    var ann = Recipient(
      member: "m05", name: "Ann", language: "en", frequency: .daily, addresses: ["mail": "a@example.org", "chat": "7"],
      consents: [consent(.channel("mail")), consent(.channel("chat"), given: false)])
    // 2026-06-19 is a Friday.
    let friday = LocalDay(number: 20_623)
    #expect(friday.weekday == .friday)
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .monday) == ["mail"])
    #expect(ann.channels(for: .outage, on: friday, weeklyOn: .monday) == ["chat", "mail"])
    ann.frequency = .weekly
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .monday) == [])
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .friday) == ["mail"])
    ann.frequency = .off
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .friday) == [])
    ann.frequency = .daily
    ann.consents.append(consent(.channel("mail"), withdrawn: true))
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .monday) == [])
    ann.consents.append(consent(.channel("mail")))
    #expect(ann.channels(for: .summary, on: friday, weeklyOn: .monday) == ["mail"])
    #expect(!ann.consents(to: .money))
    // An alert needs a consent of its own, and comes on the day, however often summaries come.
    #expect(ann.channels(for: .alert, on: friday, weeklyOn: .monday) == [])
    ann.consents.append(consent(.alerts))
    ann.frequency = .weekly
    #expect(ann.channels(for: .alert, on: friday, weeklyOn: .monday) == ["mail"])
    ann.frequency = .off
    #expect(ann.channels(for: .alert, on: friday, weeklyOn: .monday) == [])
    // Heat must be told, however seldom they want to hear; by which channel is theirs to say.
    #expect(ann.channels(for: .heat, on: friday, weeklyOn: .monday) == ["mail"])
    ann.consents.append(consent(.channel("mail"), withdrawn: true))
    #expect(ann.channels(for: .heat, on: friday, weeklyOn: .monday) == [])
  }

  /// The form of RFC 3464, 6.1.
  @Test("a mail that comes back is known by its Message-ID")
  func bounces() throws {
    let mark = key.mark(in: "hollow")
    let notice = """
      Content-Type: multipart/report; report-type=delivery-status; boundary="b"

      --b
      Content-Type: message/delivery-status

      Reporting-MTA: dns; mx.example.org

      Final-Recipient: rfc822; ann@example.org
      Action: failed
      Status: 5.1.1
      Diagnostic-Code: smtp; 550 5.1.1 no such user

      --b
      Content-Type: message/rfc822

      Message-ID: <\(mark)@musterhof.example>
      Subject: x

      --b--
      """
    let bounce = try #require(BounceNotice(mail: notice, domain: "musterhof.example"))
    #expect(bounce.marks == [mark] && bounce.isPermanent && bounce.reason == "smtp; 550 5.1.1 no such user")
    #expect(BounceNotice(mail: notice, domain: "other.example") == nil)
    #expect(BounceNotice(mail: notice.replacing("Action: failed", with: "Action: delayed"), domain: "musterhof.example") == nil)
  }
}
