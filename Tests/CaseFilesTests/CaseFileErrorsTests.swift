import CaseFiles
import Testing

/// What a user reads who has made a mistake: the place in the file, what stands there and what must.
@Suite("A case with a mistake")
struct CaseFileErrorsTests {
  /// A mistake in a house of four hours that is right otherwise.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let what: String
    let text: String
    let message: String

    var testDescription: String { what }

    /// `text` is all of the case.
    init(_ what: String, all text: String, _ message: String) {
      self.what = what
      self.text = text
      self.message = message
    }

    /// `text` is what the case says besides steps and buses.
    init(_ what: String, _ text: String, _ message: String) {
      self.init(what, all: #"{"steps": 4, "dt_h": 1, "buses": ["el", "heat"], \#(text)}"#, message)
    }

    /// `text` is what the only part of its kind says besides its name.
    init(_ what: String, in kind: String, _ text: String, _ message: String) {
      self.init(what, #""\#(kind)": [{"id": "x", \#(text)}]"#, message)
    }

    /// `text` is what the only car says besides 40 kWh, of which it brings 10, and 11 kW.
    init(_ what: String, car text: String, _ message: String) {
      let car = #"{"kwh": 40, "arrive_kwh": 10, "charge_kw": 11, \#(text)}"#
      self.init(what, in: "evs", #""bus": "el", "sessions": [\#(car)]"#, message)
    }
  }

  private static let grid = #""imports": [{"id": "grid", "bus": "el", "price": 0.3}]"#

  static let file: [Mistake] = [
    Mistake("nothing in it", all: "", "$: is empty: a case is a JSON object"),
    Mistake("a list instead of an object", all: "[1, 2]", "$: must be an object"),
    Mistake(
      "a version of the future", #""schema_version": 2"#, "$.schema_version: is 2, and this program reads version 1"),
    Mistake("no steps", all: #"{"dt_h": 1, "buses": []}"#, "$.steps: is missing"),
    Mistake(
      "a part of a step", all: #"{"steps": 4.5, "dt_h": 1, "buses": []}"#, "$.steps: is 4.5, and must be a whole number"),
    Mistake(
      "a step without a length", all: #"{"steps": 2, "dt_h": [1, 0], "buses": []}"#,
      "$.dt_h: is 0.0 in step 1, and must be above zero"),
    Mistake(
      "a bus twice", all: #"{"steps": 1, "dt_h": 1, "buses": ["el", "el"]}"#, #"$.buses[1]: is "el", the name of $.buses[0], too"#
    ),
    Mistake("a kind of parts misspelt", #""storage": []"#, "$.storage: is not known here, did you mean 'storages'?"),
    Mistake(
      "a name twice", grid + #", "exports": [{"id": "grid", "bus": "el", "price": 0.1}]"#,
      #"$.exports[0].id: is "grid", the name of $.imports[0], too"#),
    Mistake(
      "free disposal at a bus that is not there", #""dump": ["heta"]"#, #"$.dump[0]: is "heta", which is not among the buses"#),
    Mistake(
      "an aim that nobody knows", #""objective": "cheap""#,
      #"$.objective: is "cheap", and must be one of co2, co2_then_cost, cost, cost_then_co2, grid_then_cost"#),
  ]

  static let figures: [Mistake] = [
    Mistake(
      "a key misspelt", in: "storages", #""bus": "el", "kWh": 4"#, "$.storages[0].kWh: is not known here, did you mean 'kwh'?"),
    Mistake("a key left out", in: "imports", #""bus": "el""#, "$.imports[0].price: is missing"),
    Mistake(
      "a text for a series", in: "imports", #""bus": "el", "price": "cheap""#,
      "$.imports[0].price: must be a number, or a list of numbers, one a step"),
    Mistake(
      "a text in a series", in: "imports", #""bus": "el", "price": [0.3, 0.3, "0.3", 0.3]"#,
      "$.imports[0].price[2]: must be a number"),
    Mistake(
      "a gap in a series", in: "imports", #""bus": "el", "price": [0.3, null, 0.3, 0.3]"#,
      "$.imports[0].price[1]: is null, and must be a number"),
    Mistake(
      "a series of another length", in: "imports", #""bus": "el", "price": [0.3, 0.2, 0.3]"#,
      "$.imports[0].price: has 3 figures for 4 steps"),
    Mistake(
      "a limit below zero", in: "imports", #""bus": "el", "price": 0.3, "max": [9, 9, -5, 9]"#,
      "$.imports[0].max: is -5.0 in step 2, and must be zero or more"),
    Mistake(
      "an efficiency of zero", in: "storages", #""bus": "el", "eff_c": 0"#,
      "$.storages[0].eff_c: is 0.0, and must be above 0 up to 1"),
    Mistake(
      "an efficiency in per cent", in: "storages", #""bus": "el", "eff_d": 95"#,
      "$.storages[0].eff_d: is 95.0, and must be above 0 up to 1"),
    Mistake(
      "a negative cost of starting", in: "converters", #""out": {"heat": 0.9}, "in_max": 5, "onoff": {"start_cost": -1}"#,
      "$.converters[0].onoff.start_cost: is -1.0, and must be zero or more"),
    Mistake("a size without a cost", in: "vres", #""bus": "el", "kw": 1, "size": {}"#, "$.vres[0].size.cost: is missing"),
    Mistake(
      "an answer that is a number", in: "storages", #""bus": "el", "exclusive": 1"#,
      "$.storages[0].exclusive: must be true or false"),
  ]

  static let parts: [Mistake] = [
    Mistake(
      "a bus that is not there", #""demands": [{"bus": "el", "kw": 1}, {"bus": "haet", "kw": 1}]"#,
      #"$.demands[1].bus: names "haet", which is not among the buses; there are el, heat"#),
    Mistake(
      "an output to a bus that is not there", in: "converters",
      #""in_bus": "el", "modes": [{"out": {"heat": 3}}, {"out": {"cold": 2}}], "in_max": 5"#,
      #"$.converters[0].modes[1].out: names "cold", which is not among the buses; there are el, heat"#),
    Mistake(
      "a load point of one mode only", in: "converters",
      #""in_bus": "el", "modes": [{"load_kw": 2, "out": {"heat": 3}}, {"out": {"heat": 2}}], "in_max": 5, "onoff": {}"#,
      "$.converters[0].load_kw: must be there for each mode or for none"),
    Mistake(
      "load points of a unit that is never off", in: "converters",
      #""in_bus": "el", "modes": [{"load_kw": 2, "out": {"heat": 3}}, {"load_kw": 5, "out": {"heat": 2}}], "in_max": 5"#,
      "$.converters[0].load_kw: needs a unit that can be off: give onoff, too"),
    Mistake(
      "neighbours without load points", in: "converters", #""in_bus": "el", "out": {"heat": 3}, "in_max": 5, "neighbours": true"#,
      "$.converters[0].neighbours: applies only to modes with load_kw"),
    Mistake(
      "stand-by below nothing", in: "converters", #""out": {"heat": 0.9}, "in_max": 5, "onoff": {"standby_kw": -1}"#,
      "$.converters[0].onoff.standby_kw: is -1.0, and must be zero or more"),
    Mistake(
      "an output without a bus", in: "converters", #""in_bus": "el", "out": 3, "in_max": 5"#,
      "$.converters[0].out: must be an object: a number for each bus"),
    Mistake(
      "a least power of what is never off", in: "converters", #""in_bus": "el", "out": {"heat": 3}, "in_max": 5, "in_min": 2"#,
      "$.converters[0].in_min: applies only to a unit that can be off: give onoff, too ({} is enough)"),
    Mistake(
      "a store that begins and comes round", in: "storages", #""bus": "el", "start": 2, "cyclic": true"#,
      "$.storages[0].start: cannot go with cyclic, which begins with what it ends with"),
    Mistake(
      "half a pump", in: "links", #""from": "el", "to": "heat", "pump_kwh_per_kwh": 0.01"#,
      "$.links[0].pump_bus: is missing: a pump needs pump_bus and pump_kwh_per_kwh"),
    Mistake("a pipe to where it begins", in: "links", #""from": "heat", "to": "heat""#, "$.links[0].to: is where it comes from"),
    Mistake(
      "a peak of what is not there", grid + #", "peaks": [{"id": "x", "imports": ["gird"], "price": 5}]"#,
      #"$.peaks[0].imports: names "gird", which is not there; there are grid"#),
    Mistake(
      "measuring intervals that do not fit",
      grid + #", "peaks": [{"id": "x", "imports": ["grid"], "price": 5, "average_steps": 3}]"#,
      "$.peaks[0].average_steps: does not divide the number of steps that count"),
    Mistake(
      "a window after the last step", in: "flex", #""bus": "el", "max_kw": 2, "windows": [{"from": 2, "to": 5, "kwh": 1}]"#,
      "$.flex[0].windows[0].to: is 5, and there are 4 steps"),
  ]

  static let cars: [Mistake] = [
    Mistake(
      "a car that leaves before it comes", car: #""depart_kwh": 20, "arrive": 3, "depart": 1"#,
      "$.evs[0].sessions[0].depart: is 1, and must be after arrive, which is 3"),
    Mistake(
      "a car that came before the first step", car: #""depart_kwh": 20, "arrive": -1, "depart": 1"#,
      "$.evs[0].sessions[0].arrive: is -1, and must be 0 or more"),
    Mistake(
      "a car that stays beyond the last step", car: #""depart_kwh": 20, "arrive": 0, "depart": 9"#,
      "$.evs[0].sessions[0].depart: is 9, and there are 4 steps"),
    Mistake(
      "a car that is to hold more than it can", car: #""depart_kwh": 60, "arrive": 0, "depart": 4"#,
      "$.evs[0].sessions[0].depart_kwh: is 60.0, and must be from 0.0 to 40.0"),
    Mistake(
      "two cars at once",
      car: #""depart_kwh": 20, "arrive": 1, "depart": 4}, "#
        + #"{"kwh": 40, "arrive_kwh": 10, "charge_kw": 11, "depart_kwh": 20, "arrive": 0, "depart": 2"#,
      "$.evs[0].sessions[0].arrive: is 1, before sessions[1] departs at 2"),
  ]

  @Test("is told with its place", arguments: [file, figures, parts, cars].flatMap { $0 })
  func message(of mistake: Mistake) {
    let error = #expect(throws: CaseError.self) { _ = try CaseFile(Array(mistake.text.utf8)) }
    #expect(error?.description == mistake.message)
  }

  @Test(
    "that keeps it from being JSON is told with line and column",
    arguments: [
      ("{\n\"steps\": 4,\n\"dt_h\" 1}", "Invalid value, in line 3, column 8"),
      ("{\n\"steps\": 4,\n\"dt_h\": 1,", "The file ends too early, in line 3, column 11"),
      ("{\n'steps': 4}", "Invalid value, in line 2, column 1"),
      ("{\"name\": \"Hütte\",\n\"steps\": 04}", "Number with leading zero, in line 2, column 11"),
    ])
  func notJSON(_ text: String, _ reason: String) {
    let error = #expect(throws: CaseError.self) { _ = try CaseFile(Array(text.utf8)) }
    #expect(error?.description == "$: is not JSON: " + reason)
  }
}
