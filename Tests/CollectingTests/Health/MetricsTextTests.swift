import Collecting
import Foundation
import ModbusIO
import TestSupport
import Testing

@Suite("The figures for Prometheus", .timeLimit(.minutes(1)))
struct MetricsTextTests {
  /// What a page in the text format says: read by the rules of the format's description, not of our writer.
  private struct Page {
    var types: [String: String] = [:]
    var help: [String: String] = [:]
    /// By name and labels as in `name{a="b"}`, labels sorted.
    var samples: [String: Double] = [:]
    var problems: [String] = []

    init(_ text: String) {
      if !text.hasSuffix("\n") { problems.append("the last line does not end") }
      var finished: Set<String> = []
      var current = ""
      for line in text.split(separator: "\n") {
        if line.hasPrefix("# ") {
          let words = line.split(separator: " ", maxSplits: 3).map(String.init)
          guard words.count == 4 else { problems.append("short comment: \(line)"); continue }
          if words[1] == "HELP" { help[words[2]] = words[3] }
          if words[1] == "TYPE" {
            if types.updateValue(words[3], forKey: words[2]) != nil { problems.append("\(words[2]) has two types") }
          }
          continue
        }
        guard let sample = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)/), let value = Double(sample.3)
        else {
          problems.append("no sample: \(line)")
          continue
        }
        let name = String(sample.1)
        if types[name] == nil || help[name] == nil { problems.append("\(name) has no type or help before it") }
        if name != current, !finished.insert(name).inserted { problems.append("\(name) stands in two places") }
        current = name
        let labels = Self.labels(sample.2.map(String.init) ?? "", &problems)
        let key =
          labels.isEmpty ? name : "\(name){\(labels.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: ","))}"
        if samples.updateValue(value, forKey: key) != nil { problems.append("\(key) stands twice") }
      }
    }

    /// Reads `a="b",c="d"` with the escapes `\\`, `\"` and `\n`.
    private static func labels(_ text: String, _ problems: inout [String]) -> [(String, String)] {
      var labels: [(String, String)] = []
      var rest = text[...]
      while !rest.isEmpty {
        guard let head = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="/) else {
          problems.append("no label: \(rest)")
          return labels
        }
        rest = rest[head.range.upperBound...]
        var value = ""
        var isClosed = false
        while let character = rest.popFirst() {
          if character == "\"" {
            isClosed = true
            break
          }
          guard character == "\\" else { value.append(character); continue }
          switch rest.popFirst() {
          case "\\": value += "\\"
          case "\"": value += "\""
          case "n": value += "\n"
          default: problems.append("unknown escape in \(text)")
          }
        }
        if !isClosed { problems.append("open label in \(text)") }
        labels.append((String(head.1), value))
        if rest.first == "," { rest = rest.dropFirst() } else if !rest.isEmpty { problems.append("no comma in \(text)") }
      }
      return labels
    }
  }

  @Test("can be read by the format's rules and say what the service's health says")
  func page() async {
    let yard = Yard()
    yard.units.inject(.silent, times: nil, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    for _ in 0..<12 { await yard.step(.seconds(5)) }
    await yard.step(.seconds(5))
    let text = MetricsText(yard.collector.health).text
    service.cancel()
    await service.value
    let page = Page(text)
    #expect(page.problems == [])
    // The dead device is asked at 0, 5, 15, 35 s, the living one at 0 and 60 s; the last commit that had something was at 60 s.
    let expected: [String: Double] = [
      "energy_collector_uptime_seconds": 65, "energy_collector_advancing": 1, "energy_collector_store_writable": 1,
      "energy_collector_bus_requests_total{bus=one}": 4, "energy_collector_bus_requests_total{bus=two}": 2,
      "energy_collector_bus_errors_total{bus=one,cause=no_answer}": 4,
      "energy_collector_bus_advancing{bus=one}": 1,
      "energy_collector_device_up{bus=one,device=device-1}": 0, "energy_collector_device_up{bus=two,device=device-2}": 1,
      "energy_collector_device_well{bus=one,device=device-1}": 0,
      "energy_collector_device_polls_total{bus=one,device=device-1}": 4,
      "energy_collector_device_failed_polls_total{bus=one,device=device-1}": 4,
      "energy_collector_device_last_good_timestamp_seconds{bus=two,device=device-2}": 1_772_366_460,
    ]
    for (key, value) in expected { #expect(page.samples[key] == value, "\(key)") }
    #expect(page.samples["energy_collector_device_last_good_timestamp_seconds{bus=one,device=device-1}"] == nil)
    let stored = page.samples["energy_collector_readings_stored_total"] ?? -1
    let waiting = page.samples["energy_collector_readings_waiting"] ?? -1
    #expect(stored + waiting == 12)
    // Prometheus' convention: a counter, and nothing else, is called "total".
    for (name, type) in page.types { #expect(name.hasSuffix("_total") == (type == "counter"), "\(name)") }
  }

  @Test("every name that is shown is described in the documentation, and no other")
  func documented() async throws {
    let yard = Yard()
    yard.units.inject(.silent, times: nil, unit: 1)
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    await yard.step(.seconds(10))
    await yard.step(.seconds(10))
    let page = Page(MetricsText(yard.collector.health).text)
    service.cancel()
    await service.value
    let described = Set(
      try String(contentsOf: projectFile("docs/formats/metrics.md"), encoding: .utf8).matches(of: /`(energy_collector_[a-z_]+)`/)
        .map { String($0.1) })
    // These tests' service has no clock to judge.
    #expect(described.subtracting(page.types.keys) == ["energy_collector_clock_trusted"])
    #expect(described.isSuperset(of: page.types.keys))
  }

  @Test("escape what would end a label")
  func escapes() async {
    let yard = Yard(names: ["on\"e\\\n", "two"])
    let service = Task { await yard.collector.run() }
    await yard.clock.sleepers(3)
    let page = Page(MetricsText(yard.collector.health).text)
    service.cancel()
    await service.value
    #expect(page.problems == [])
    #expect(page.samples["energy_collector_bus_requests_total{bus=on\"e\\\n}"] == 1)
  }
}
