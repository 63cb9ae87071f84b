import Foundation
import Testing

@Suite("What can be asked of a plan")
struct PlanQuestionsTests {
  private static let day = ["--from", "2016-06-28T00:00:00Z", "--hours", "24"]

  @Test("of an unknown goal, step, device, site or kind the nearest is told, with exit status 64")
  func misspelt() async throws {
    let community = try CommunityCopy()
    for (option, value, hint) in [
      ("--goal", "pek", "'peak'"), ("--goal", "co2,cots", "'cost'"), ("--goal", "cost=1,co2", "such as co2=0.1"),
      ("--goal", "peak,peak", "twice"), ("--step", "15min", "known are 15m, 30m, 1h"), ("--step", "15m:12,1h", "15m:12h"),
      ("--without", "b01-batery", "'b01-battery'"), ("--without", "b01-battery@12:00", "@12:00..18:00"),
      ("--with", "batery:10kWh@bus-01", "'battery'"), ("--with", "pv:30kWh@bus-01", "a power"),
      ("--with", "pv:30kWp@bus-1", "'bus-01'"), ("--with", "heat-pump:5kW@bus-01", "no heat network"),
      ("--with", "pv:..30kWp@bus-01", "pv:..30kWp:80EUR/kW@SITE"), ("--with", "pv:30kWp:80EUR/kW@bus-01", "costs a year"),
      ("--with", "pv:..30kWp:80EUR/kWh@bus-01", "not what a unit costs"), ("--with", "barn", "no candidate 'barn'"),
      ("--with", "pv:30kWp@bus-01+pv:3@bus-01", "a power"), ("--with", "exchange:12", "exchange:12ct/kWh"),
      ("--with", "reserve:4h", "no site holds"), ("--with", "reserve:4h@bus-01", "reserve:4h/30%@bus-01"),
      ("--with", "reserve:4/30%@bus-01", "expected a time"), ("--with", "reserve:4h/30%@bus-1", "'bus-01'"),
      ("--with", "exchang:3ct/kWh", "'exchange'"), ("--without", "exchange", "no exchange is in the plan"),
    ] {
      let plan = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "2", option, value)
      #expect(plan.status == 64, "\(option) \(value)")
      #expect(plan.errors.contains(hint), "\(option) \(value): \(plan.errors)")
      #expect(plan.output.isEmpty)
    }
  }

  @Test("what fails costs, what is added saves; each is a plan of its own, and the plan stays as it is")
  func whatIf() async throws {
    let community = try CommunityCopy()
    let plain = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "24", "--format", "json")
    let asked = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "24", "--format", "json", "--max-time", "200", "--without", "b01-battery",
      "--without",
      "b01-roof@12:00..18:00", "--with", "pv:30kWp@bus-06")
    #expect(asked.status == 0, "\(asked.errors)")
    let plan = try PlanJSON.read(asked.output)
    #expect(try PlanJSON.read(plain.output).plan.costEur == plan.plan.costEur)
    let variations = try #require(plan.whatIf)
    #expect(variations.map(\.change) == ["without", "without", "with"])
    #expect(variations.map(\.subject) == ["b01-battery", "b01-roof", "pv:30kWp@bus-06"])
    // Noon in Berlin in summer is 10:00Z.
    #expect(variations.map(\.start) == [nil, "2016-06-28T10:00:00Z", nil])
    #expect(variations[1].end == "2016-06-28T16:00:00Z")
    #expect(variations.allSatisfy { $0.solved })
    let changes = try variations.map { try #require($0.costChangeEur) }
    #expect(changes[0] >= 0 && changes[1] > 0 && changes[2] < 0, "\(changes)")
    for variation in variations { #expect(variation.costEur == plan.plan.costEur + (variation.costChangeEur ?? 0)) }
  }

  @Test("what exchange would save and what hours of reserve would cost is answered beside the plan")
  func agreements() async throws {
    let community = try CommunityCopy()
    let asked = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "24", "--format", "json", "--max-time", "200", "--with", "exchange:5ct/kWh",
      "--with",
      "reserve:4h/50%@bus-01")
    #expect(asked.status == 0, "\(asked.errors)")
    let variations = try #require(try PlanJSON.read(asked.output).whatIf)
    #expect(variations.map(\.subject) == ["exchange:5ct/kWh", "reserve:4h/50%@bus-01"])
    let changes = try variations.map { try #require($0.costChangeEur) }
    // Own power at 7.86 + 5 ct instead of more than 18 ct saves; what a battery must hold can only cost.
    #expect(changes[0] < 0 && changes[1] >= 0, "\(changes)")
    #expect((variations[0].exchangedKwh ?? 0) > 0 && variations[1].exchangedKwh == nil)
  }

  @Test("how large a battery and a roof would pay is answered with sizes, costs and savings that fit each other")
  func sizes() async throws {
    let community = try CommunityCopy()
    let wish = "battery:..40kWh/20kW:20EUR/kWh@bus-06+pv:..30kWp:60EUR/kWp@bus-06"
    let asked = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "24", "--format", "json", "--max-time", "200", "--with", wish)
    #expect(asked.status == 0, "\(asked.errors)")
    let plan = try PlanJSON.read(asked.output)
    let variation = try #require(plan.whatIf?.first)
    let purchase = try #require(variation.purchase)
    #expect(variation.provenOptimal == true)
    #expect(purchase.sizes.map(\.candidateId) == wish.split(separator: "+").map(String.init))
    let (kilowattHours, kilowatts) = (try #require(purchase.sizes[0].bestKwh), try #require(purchase.sizes[1].bestKw))
    #expect((0...40).contains(kilowattHours) && kilowatts > 0 && kilowatts <= 30)
    let yearly = Double(truncating: kilowattHours * 20 + kilowatts * 60 as NSDecimalNumber)
    #expect(abs(Double(truncating: purchase.horizonCostEur as NSDecimalNumber) - yearly * 24 / 8760) < 1e-4)
    #expect(purchase.savedEur == -(variation.costChangeEur ?? 0))
    #expect(purchase.gainEur == purchase.savedEur - purchase.horizonCostEur && purchase.gainEur > 0)
    let other = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "2", "--goal", "co2", "--with", wish)
    #expect(other.status == 64 && other.errors.contains("--goal cost"), "\(other.errors)")
  }

  @Test("the screen says what the largest plant and battery would leave when they failed at noon; one line does not")
  func failures() async throws {
    let community = try CommunityCopy()
    let screen = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "24", "--lang", "en", "--width", "200", "--max-time", "200")
    let lines = screen.output.split(separator: "\n").filter { $0.contains("fails from Tue 28 Jun 12:00") }
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("IF ") == true)
    #expect(lines.count { $0.contains("weakest point") } == 1)
    let quiet = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "24", "--quiet")
    #expect(quiet.output.split(separator: "\n").count == 1)
  }

  @Test("steps may grow longer, from the full hour on")
  func steps() async throws {
    let community = try CommunityCopy()
    let plan = try await community.energyOpt(
      "plan", "--from", "2016-06-28T00:15:00Z", "--hours", "30", "--step", "15m,1h", "--format", "json")
    #expect(plan.status == 0, "\(plan.errors)")
    let json = try PlanJSON.read(plan.output)
    // A day of quarter hours and three more until the hour is full, then five hours, and the quarter hour that is left.
    #expect(json.stepMinutes == Array(repeating: 15, count: 99) + Array(repeating: 60, count: 5) + [15])
  }

  @Test("a plan that was kept tells what has changed since; another file is refused")
  func since() async throws {
    let community = try CommunityCopy()
    let kept = community.path("plan.json")
    let first = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "6", "--save", kept, "--quiet")
    #expect(first.status == 0, "\(first.errors)")
    let same = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "6", "--since", kept, "--lang", "en", "--width", "200")
    #expect(same.output.contains("SINCE   Tue 28 Jun 02:00 – Tue 28 Jun 08:00 · all as before"))
    // Nothing is otherwise, so that the last plan, held in what is known now, costs what the new one does, to the gap of 0.01 %.
    let beside = try await community.energyOpt(
      "plan", "--from", Self.day[1], "--hours", "6", "--since", kept, "--compare", "last", "--format", "json")
    let page = try PlanJSON.read(beside.output)
    let last = try #require(page.lastPlan)
    #expect(abs(last.costEur - page.plan.costEur) <= abs(page.plan.costEur) / 5000)
    #expect(last.costEur != page.standingRule.costEur)
    let alone = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "6", "--compare", "last")
    #expect(alone.status == 64)
    #expect(alone.errors.contains("--since plan.json"))
    let other = try await community.energyOpt("plan", "--from", Self.day[1], "--hours", "6", "--since", community.file)
    #expect(other.status == 3)
    #expect(other.errors.contains("is no plan"))
  }
}
