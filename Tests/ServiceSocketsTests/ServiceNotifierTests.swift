import Glibc
import ServiceSockets
import Testing

@Suite("Word to systemd")
struct ServiceNotifierTests {
  private func notifier(_ variables: [String: String]) -> ServiceNotifier? { ServiceNotifier { variables[$0] } }

  @Test("goes to the socket that systemd names, a file or an abstract one", arguments: [false, true])
  func messages(isAbstract: Bool) throws {
    let folder = Folder()
    let path = isAbstract ? "@eo-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))" : folder.file("notify")
    let systemd = try #require(Receiver(at: path))
    let teller = try #require(notifier(["NOTIFY_SOCKET": path]))
    #expect(teller.tell(.ready, .status("3 of 4 devices well")))
    #expect(systemd.next() == "READY=1\nSTATUS=3 of 4 devices well")
    #expect(teller.tell(.watchdog))
    #expect(systemd.next() == "WATCHDOG=1")
    #expect(teller.tell(.stopping))
    #expect(systemd.next() == "STOPPING=1")
    #expect(teller.tell(.reloading(microseconds: 1_234_567)))
    #expect(systemd.next() == "RELOADING=1\nMONOTONIC_USEC=1234567")
  }

  @Test("is one line a message, whatever a status says")
  func lines() throws {
    let folder = Folder()
    let systemd = try #require(Receiver(at: folder.file("notify")))
    notifier(["NOTIFY_SOCKET": folder.file("notify")])?.tell(.status("bus\nREADY=1\r\nmeter"))
    #expect(systemd.next() == "STATUS=bus READY=1 meter")
  }

  @Test("tells how often the watchdog wants to be fed, where it is this process's")
  func watchdog() {
    let socket = ["NOTIFY_SOCKET": "/run/notify"]
    func period(_ more: [String: String]) -> Duration? { notifier(socket.merging(more) { $1 })?.watchdogPeriod }
    #expect(period([:]) == nil)
    #expect(period(["WATCHDOG_USEC": "60000000"]) == .seconds(60))
    #expect(period(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(60))
    #expect(period(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"]) == nil)
    #expect(period(["WATCHDOG_USEC": "much"]) == nil)
  }

  @Test("is not told where nobody wants to know", arguments: [nil, "", "relative", "/" + String(repeating: "x", count: 200)])
  func nobody(path: String?) {
    #expect(notifier(path.map { ["NOTIFY_SOCKET": $0] } ?? [:]) == nil)
  }

  @Test("that nobody takes is lost without harm")
  func gone() {
    #expect(notifier(["NOTIFY_SOCKET": "/nowhere/notify"])?.tell(.ready) == false)
  }

  @Test("of a reload carries the monotonic time of the machine")
  func reloadTime() {
    func now() -> UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
    let before = now()
    guard case .reloading(let time) = ServiceNotifier.reloading else {
      Issue.record("no message of a reload")
      return
    }
    #expect((before...now()).contains(time))
  }
}
