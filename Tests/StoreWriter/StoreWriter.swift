import CommunityModel
import Glibc
import MarketTime
import Readings
import SQLiteStore

/// Fills a store with known readings until it is killed, or checks one that was; for the tests that take power, disk and processes away.
///
///     StoreWriter write FOLDER SEED ACKNOWLEDGED UNTIL   appends batches up to UNTIL behind what is there; prints "acknowledged N" after
///                                              each append that returned, "failed N" after one that threw
///     StoreWriter check SEED                   for each line "FOLDER ACKNOWLEDGED SENT end|all" prints what it finds there
///     StoreWriter tell SEED UNTIL              prints the readings of the batches up to UNTIL: point, channel, ms, value
@main
enum StoreWriter {
  /// So often in a row an append, or the opening, may fail until it gives up.
  private static let patience = 6

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let mode = arguments.first else { return fail("which mode?") }
    let rest = Array(arguments.dropFirst())
    switch mode {
    case "write":
      guard rest.count == 4, let seed = UInt64(rest[1]), let acknowledged = Int(rest[2]), let until = Int(rest[3]) else { break }
      return write(StoreCheck(path: rest[0] + "/readings.sqlite", known: KnownReadings(seed: seed)), acknowledged, until)
    case "check":
      guard rest.count == 1, let seed = UInt64(rest[0]) else { break }
      return check(KnownReadings(seed: seed))
    case "tell":
      guard rest.count == 2, let seed = UInt64(rest[0]), let until = Int(rest[1]) else { break }
      return tell(KnownReadings(seed: seed), until)
    default: break
    }
    fail("write FOLDER SEED ACKNOWLEDGED UNTIL, check SEED or tell SEED UNTIL")
  }

  private static func write(_ check: StoreCheck, _ acknowledged: Int, _ until: Int) {
    var failures = 0
    var store: ReadingsDatabase?
    var next = 1
    while store == nil {
      do {
        let opened = try ReadingsDatabase(writing: check.path, now: { Timestamp(milliseconds: 0) })
        let (last, _) = try check.look(at: opened, acknowledged: acknowledged, sent: acknowledged + 1, .end)
        guard last >= acknowledged else { return fail("\(StoreCheck.Finding.lost(last: last, acknowledged: acknowledged))") }
        next = last + 1
        say("opened \(last)")
        store = opened
      } catch let finding as StoreCheck.Finding {
        return fail("\(finding)")
      } catch {
        say("failed opening: \(error)")
        failures += 1
        guard failures < patience else { exit(3) }
      }
    }
    failures = 0
    while next <= until {
      do {
        try store?.append(check.known.batch(next))
        say("acknowledged \(next)")
        next += 1
        failures = 0
      } catch {
        say("failed \(next): \(error)")
        failures += 1
        guard failures < patience else { exit(3) }
      }
    }
    do { try store?.close() } catch { say("failed closing: \(error)") }
  }

  private static func check(_ known: KnownReadings) {
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 4, let acknowledged = Int(words[1]), let sent = Int(words[2]),
        let depth = StoreCheck.Depth(rawValue: String(words[3]))
      else {
        return fail("not a check: \(line)")
      }
      let check = StoreCheck(path: words[0] + "/readings.sqlite", known: known)
      say("\(check.run(acknowledged: acknowledged, sent: sent, depth))")
    }
  }

  private static func tell(_ known: KnownReadings, _ until: Int) {
    for number in 1...max(1, until) {
      for reading in known.batch(number) {
        say("\(reading.series.point) \(reading.series.channel.rawValue) \(reading.time.milliseconds) \(reading.value)")
      }
    }
  }

  /// Prints a line at once, in one piece.
  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
  }

  private static func fail(_ message: String) {
    say("broken: \(message)")
    exit(1)
  }
}
