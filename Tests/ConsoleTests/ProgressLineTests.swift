import Console
import Synchronization
import Testing

/// A clock set by hand and a record of what was written.
private final class Bench: Sendable {
  let time = Mutex(Duration.zero)
  let written = Mutex<[String]>([])

  func line(_ terminal: Terminal = Terminal(isTerminal: true, width: 20)) -> ProgressLine {
    ProgressLine(
      terminal: terminal, interval: .milliseconds(100), now: { self.time.withLock { $0 } },
      write: { text in self.written.withLock { $0.append(text) } })
  }
  func advance(_ milliseconds: Int) { time.withLock { $0 += .milliseconds(milliseconds) } }
  var output: [String] { written.withLock { $0 } }
}

@Suite("Progress line")
struct ProgressLineTests {
  @Test("shows the first text at once, then no more than one in the interval")
  func rate() {
    let bench = Bench()
    var line = bench.line()
    var made = 0
    for step in 0..<5 {
      line.show(
        {
          made += 1
          return "step \(step)"
        }())
      bench.advance(40)
    }
    line.clear()
    // At 0, 40, 80, 120, 160 ms: the ones at 0 and 120 are shown.
    #expect(bench.output == ["\rstep 0\u{1B}[K", "\rstep 3\u{1B}[K", "\r\u{1B}[K"])
    #expect(made == 2)
  }

  @Test("shows again when the interval is just over")
  func boundary() {
    let bench = Bench()
    var line = bench.line()
    line.show("one")
    bench.advance(99)
    line.show("too early")
    bench.advance(1)
    line.show("two")
    line.clear()
    #expect(bench.output == ["\rone\u{1B}[K", "\rtwo\u{1B}[K", "\r\u{1B}[K"])
  }

  @Test("takes itself away when it goes, once")
  func clearing() {
    let bench = Bench()
    do {
      var line = bench.line()
      line.show("working")
    }
    #expect(bench.output == ["\rworking\u{1B}[K", "\r\u{1B}[K"])
    do {
      var line = bench.line()
      line.clear()
    }
    #expect(bench.output.count == 2)
  }

  @Test("is cut to leave the last column free")
  func cutting() {
    let bench = Bench()
    var line = bench.line()
    line.show("a text longer than twenty columns")
    #expect(bench.output == ["\ra text longer than…\u{1B}[K"])
    line.clear()
  }

  @Test("writes nothing where it cannot write over a line")
  func noTerminal() {
    let bench = Bench()
    do {
      var line = bench.line(Terminal(isTerminal: false))
      line.show("working")
      line.clear()
    }
    #expect(bench.output.isEmpty)
  }
}
