import Testing

@testable import Collecting

@Suite("A trouble in the log")
struct ComplaintTests {
  private static let minute: Duration = .seconds(60)
  private static let hour: Duration = .seconds(3600)

  @Test("is told once, after an hour, after a day and each day, with how often it failed")
  func reminders() {
    var complaint = Complaint()
    var told: [Int: Complaint.Failure] = [:]
    // A poll every 5 min for two days and an hour.
    for poll in 0...(49 * 12) {
      if let telling = complaint.failed("no_answer", at: Self.minute * (poll * 5)) { told[poll] = telling }
    }
    #expect(
      told == [
        0: .begins, 12: .lasts(Self.hour, failures: 13), 288: .lasts(Self.hour * 24, failures: 289),
        576: .lasts(Self.hour * 48, failures: 577),
      ])
    #expect(complaint.succeeded(at: Self.hour * 50) == .ends(Self.hour * 50, failures: 589))
  }

  @Test("tells each cause once, however often they take turns")
  func causes() {
    var complaint = Complaint()
    let told = (0..<100).map { complaint.failed($0.isMultiple(of: 2) ? "no_answer" : "connection_lost", at: .seconds($0)) }
    #expect(told.prefix(2) == [.begins, .changes])
    #expect(told.dropFirst(2).allSatisfy { $0 == nil })
  }

  @Test("that comes and goes with every poll fills three lines in an hour, not thousands")
  func flapping() {
    var complaint = Complaint()
    var failures: [Complaint.Failure] = []
    var recoveries: [Complaint.Recovery] = []
    // Ten times a second, every second poll fails, for 59 minutes.
    for poll in 0..<35_400 {
      let now: Duration = .milliseconds(poll * 100)
      if poll.isMultiple(of: 2) {
        if let telling = complaint.failed("no_answer", at: now) { failures.append(telling) }
      } else if let telling = complaint.succeeded(at: now) {
        recoveries.append(telling)
      }
    }
    #expect(failures == [.begins, .comesAndGoes])
    #expect(recoveries == [.ends(.milliseconds(100), failures: 1)])
    // Ten good minutes later it is over.
    #expect(complaint.succeeded(at: .seconds(3540 + 599)) == nil)
    #expect(complaint.succeeded(at: .seconds(3540 + 600)) == .isSteady(.milliseconds(3_539_900), failures: 17_700))
    #expect(complaint.failed("no_answer", at: .seconds(5000)) == .begins)
  }

  @Test("that is over for ten minutes is a new one when it comes back")
  func anew() {
    var complaint = Complaint()
    _ = complaint.failed("no_answer", at: .zero)
    #expect(complaint.succeeded(at: .seconds(5)) == .ends(.seconds(5), failures: 1))
    #expect(complaint.succeeded(at: .seconds(65)) == nil)
    #expect(complaint.failed("no_answer", at: .seconds(605)) == .begins)
  }

  @Test("a line that may come with every poll is told once an hour, with how often it was not")
  func repetition() {
    var repetition = Repetition()
    let told = (0...7200).compactMap { repetition.tell("conflicts", at: .seconds($0)) }
    #expect(told == [0, 3599, 3599])
    #expect(repetition.tell("other", at: .seconds(7200)) == 0)
  }

  @Test(
    "says how long as a person would",
    arguments: [
      (0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (7500, "2 h 5 min"), (172_799, "47 h 59 min"),
      (172_800, "2 d"), (187_200, "2 d 4 h"),
    ] as [(Int64, String)])
  func spoken(seconds: Int64, text: String) {
    #expect(Duration.seconds(seconds).spoken == text)
  }
}
